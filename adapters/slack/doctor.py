"""Is Slack set up so that people can report there and hear back? Each finding says what to do if it is not."""

from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.access import SlackAccess
from adapters.slack.api import SlackApi
from adapters.slack.errors import SlackRefusedError, error_of
from adapters.slack.http import PATH
from adapters.slack.manifest import Needs, SlackSetUp, scopes_for
from adapters.slack.people import PLATFORM, is_group, user_of
from bot.desks import Desk
from bot.findings import Finding
from bot.settings import SlackMode
from bot.slack_table import SlackRules
from escalation.errors import OutboundError

_SCOPES_HEADER = "x-oauth-scopes"
_INSTALL = "paste what `techissue slack manifest` prints into the app's manifest and install the app again"


async def examine_slack(api: SlackApi, access: SlackAccess, set_up: SlackSetUp) -> list[Finding]:
    """Token, scopes, workspace, connection, channels and groups. Nothing is posted."""
    try:
        answer, scopes = await _meet(api)
    except OutboundError as error:
        return [_bad("slack", _refused_token(error))]
    team, bot = str(answer.get("team_id")), str(answer.get("user"))
    return [
        _good("slack", f"workspace {answer.get('team')} ({team}), as {bot}"),
        *_workspaces(set_up.rules, team, answer.get("enterprise_id")),
        _scopes(set_up.needs, scopes),
        await _connection(api, access, set_up),
        *[finding for desk in set_up.desks for finding in await _channels(api, desk, bot)],
        *[finding for desk in set_up.desks for finding in await _groups(api, desk)],
    ]


async def _meet(api: SlackApi) -> tuple[Mapping[str, Any], frozenset[str] | None]:
    """Who the bot is, and the scopes of its token where Slack tells them."""
    try:
        response = await api.client.api_call("auth.test")
    except SlackApiError as error:
        raise error_of(error, "auth.test", None) from error
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise SlackRefusedError(
            f"Slack did not answer: {type(error).__name__}. Check the network and TECHISSUE_SLACK_API_URL.",
            reason="no answer",
        ) from error
    told = next((value for name, value in response.headers.items() if name.casefold() == _SCOPES_HEADER), None)
    answer: Mapping[str, Any] = response.data if isinstance(response.data, dict) else {}
    return answer, None if told is None else frozenset(filter(None, (each.strip() for each in str(told).split(","))))


def _refused_token(error: OutboundError) -> str:
    if getattr(error, "reason", "") in {"invalid_auth", "not_authed", "token_revoked", "account_inactive"}:
        return (
            f"Slack does not take TECHISSUE_SLACK_BOT_TOKEN ({getattr(error, 'reason', '')}); copy the Bot User OAuth "
            "Token from the app's page OAuth & Permissions"
        )
    return str(error)


def _workspaces(rules: SlackRules, team: str, enterprise: object) -> Iterable[Finding]:
    if rules.workspaces and not rules.workspaces & {team, str(enterprise)}:
        named = ", ".join(sorted(rules.workspaces))
        sentence = f"slack.workspaces names {named}, but the app is installed in {team}, where nobody could use it"
        yield _bad("slack workspaces", sentence)


def _scopes(needs: Needs, scopes: frozenset[str] | None) -> Finding:
    if scopes is None:
        return _good("slack scopes", "Slack does not tell them here")
    wanted = scopes_for(needs)
    if lacking := [f"{name} ({use})" for name, use in wanted.items() if name not in scopes]:
        return _bad("slack scopes", f"the app lacks {', '.join(lacking)}; {_INSTALL}")
    more = sorted(scopes - set(wanted))
    hint = f"; not needed: {', '.join(more)}" if more else ""
    return _good("slack scopes", f"all {len(wanted)} that are needed{hint}")


async def _connection(api: SlackApi, access: SlackAccess, set_up: SlackSetUp) -> Finding:
    if access.mode is SlackMode.HTTP:
        door = f"{set_up.address}{PATH}"
        if set_up.is_reachable:
            return _good("slack connection", f"Slack posts to {door}, signed")
        sentence = f"{door} is this machine's own name, which Slack cannot reach; set TECHISSUE_BASE_URL"
        return _bad("slack connection", sentence)
    try:
        await api.connect()
    except OutboundError as error:
        sentence = (
            f"no connection can be made ({_why(error)}); make an app-level token with connections:write on the app's "
            "page Basic Information, and set TECHISSUE_SLACK_APP_TOKEN"
        )
        return _bad("slack connection", sentence)
    return _good("slack connection", "Socket Mode, no address of our own is needed")


async def _channels(api: SlackApi, desk: Desk, bot: str) -> list[Finding]:
    wanted = dict.fromkeys([*desk.channels, *filter(None, (desk.triage_channel,))])
    if not wanted:
        sentence = "no channels are named, so it answers wherever it is asked, and has no triage channel"
        return [_good(f"slack, desk {desk.name}", sentence)]
    found = [await _channel(api, channel, bot) for channel in wanted]
    return [Finding(check=f"slack, desk {desk.name}", ok=ok, finding=words) for ok, words in found]


async def _channel(api: SlackApi, channel: str, bot: str) -> tuple[bool, str]:
    try:
        answer = await api.ask("conversations.info", channel=channel)
    except OutboundError as error:
        return False, f"channel {channel} cannot be seen ({_why(error)}); check its id, and /invite @{bot} there"
    found: Mapping[str, Any] = answer.get("channel") or {}
    name = f"#{found.get('name') or channel}"
    if not found.get("is_member"):
        return False, f"is not in {name} ({channel}); type /invite @{bot} there"
    return True, f"is in {name} ({channel})"


async def _groups(api: SlackApi, desk: Desk) -> list[Finding]:
    groups = [user_of(person) for person in desk.roles if person.startswith(f"{PLATFORM}:") and is_group(person)]
    found = []
    for group in groups:
        try:
            members = (await api.ask("usergroups.users.list", usergroup=group)).get("users") or ()
        except OutboundError as error:
            sentence = f"user group {group} cannot be read ({_why(error)}); check its id"
            found.append(_bad(f"slack, desk {desk.name}", sentence))
            continue
        words = f"user group {group} has {len(members)} members"
        found.append(Finding(check=f"slack, desk {desk.name}", ok=bool(members), finding=words))
    return found


def _why(error: OutboundError) -> str:
    return str(getattr(error, "reason", "") or error)


def _good(check: str, finding: str) -> Finding:
    return Finding(check=check, ok=True, finding=finding)


def _bad(check: str, finding: str) -> Finding:
    return Finding(check=check, ok=False, finding=finding)
