"""The app's manifest: what an administrator pastes into Slack, with the least that this installation needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from adapters.slack.app import COMMAND, GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from adapters.slack.http import PATH
from adapters.slack.people import PLATFORM, is_group
from bot.desk_file import read_slack_rules
from bot.desks import Desk
from bot.settings import Settings, SlackMode
from bot.slack_table import SlackRules

_SCOPES = {
    "app_mentions:read": "being mentioned",
    "channels:history": "replies in the triage channel, and messages that are marked as reports",
    "channels:read": "whether it is in the channels of the settings",
    "chat:write": "answers, updates and the triage channel",
    "commands": f"{COMMAND} and the shortcuts",
    "groups:history": "the same in private channels",
    "groups:read": "the same in private channels",
    "im:history": "direct messages to it",
    "im:write": "updates by direct message",
    "users:read": "the names of those who report",
}
_UNFURLING = {"links:read": "links to problems and tickets", "links:write": "the cards below them"}
_REACTING = {"reactions:read": "the reaction that marks a message as a report"}
_GROUPS = {"usergroups:read": "who is in the user groups that are named as roles"}
_EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")
_MOST_DOMAINS = 5
_LONGEST_NAME = 35


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What of Slack the settings make use of. `domains` are those whose links get a card."""

    reaction: bool
    groups: bool
    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackSetUp:
    """What the settings say of Slack. `address` is where the product is, `is_reachable` whether Slack could reach it
    there, as far as its name tells.
    """

    rules: SlackRules
    desks: Sequence[Desk]
    needs: Needs
    address: str
    is_reachable: bool


def set_up_of(settings: Settings, desks: Sequence[Desk]) -> SlackSetUp:
    """What they say. Raises SettingsError."""
    rules = read_slack_rules(settings)
    return SlackSetUp(
        rules=rules,
        desks=desks,
        needs=needs_of(rules, desks, (settings.base_url, settings.jira_url)),
        address=settings.address,
        is_reachable=settings.base_url is not None,
    )


def needs_of(rules: SlackRules, desks: Iterable[Desk], addresses: Iterable[str | None]) -> Needs:
    """What these settings need; `addresses` are where problems and tickets are looked at."""
    named = [person for desk in desks for person in desk.roles]
    hosts = [urlsplit(address).hostname or "" for address in addresses if address]
    domains = dict.fromkeys(host for host in hosts if "." in host and not host.replace(".", "").isdecimal())
    return Needs(
        reaction=rules.reaction is not None,
        groups=any(person.startswith(f"{PLATFORM}:") and is_group(person) for person in named),
        domains=tuple(domains)[:_MOST_DOMAINS],
    )


def scopes_for(needs: Needs) -> dict[str, str]:
    """The scopes, each with what it is for, by their names."""
    scopes = dict(_SCOPES)
    scopes |= _REACTING if needs.reaction else {}
    scopes |= _GROUPS if needs.groups else {}
    scopes |= _UNFURLING if needs.domains else {}
    return dict(sorted(scopes.items()))


def manifest(needs: Needs, *, mode: SlackMode, address: str | None, name: str = "techissue") -> dict[str, Any]:
    """The manifest. In HTTP mode `address` is where Slack reaches the product."""
    door = f"{(address or '').rstrip('/')}{PATH}" if mode is SlackMode.HTTP else None
    return {
        "display_information": {
            "name": name[:_LONGEST_NAME],
            "description": "Report what customers say is broken, and hear back.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "shortcuts": _shortcuts(),
            "slash_commands": [_command(door)],
            **({"unfurl_domains": list(needs.domains)} if needs.domains else {}),
        },
        "oauth_config": {"scopes": {"bot": list(scopes_for(needs))}},
        "settings": {
            "event_subscriptions": {**_at(door), "bot_events": events_for(needs)},
            "interactivity": {
                "is_enabled": True,
                **_at(door),
                **({"message_menu_options_url": door} if door else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode is SlackMode.SOCKET,
            "token_rotation_enabled": False,
        },
    }


def events_for(needs: Needs) -> Sequence[str]:
    """What Slack shall tell of."""
    more = [*(["reaction_added"] if needs.reaction else []), *(["link_shared"] if needs.domains else [])]
    return sorted([*_EVENTS, *more])


def _command(door: str | None) -> dict[str, Any]:
    return {
        "command": COMMAND,
        "description": "Report a tech issue; alone it opens the form",
        "usage_hint": "[what the customer said | mine | top | help]",
        "should_escape": False,
        **({"url": door} if door else {}),
    }


def _shortcuts() -> list[dict[str, str]]:
    return [
        {
            "name": "Report a tech issue",
            "type": "global",
            "callback_id": GLOBAL_SHORTCUT,
            "description": "Log what a customer says is broken",
        },
        {
            "name": "Report as tech issue",
            "type": "message",
            "callback_id": MESSAGE_SHORTCUT,
            "description": "Log this message as a report",
        },
    ]


def _at(door: str | None) -> dict[str, str]:
    return {"request_url": door} if door else {}
