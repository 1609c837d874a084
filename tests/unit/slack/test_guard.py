"""Who may use the bot, from where, and on which desk."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from adapters.slack.access import SlackAccess
from adapters.slack.api import SlackApi
from adapters.slack.guard import OTHER_CHANNEL, OTHER_WORKSPACE, Guard, Identity, Sender, sender_of
from adapters.slack.people import SlackPeople
from adapters.slack.places import SlackPlaces
from adapters.slack.under_way import UnderWay
from bot.catalogue import Desks
from bot.desks import Desk
from bot.people import Role
from bot.settings import SlackMode
from bot.slack_table import SlackRules
from escalation.values import PersonId

ME = Identity(team="T1", enterprise=None, bot="B1", user="U0BOT", name="techissue")
ZONE = ZoneInfo("UTC")
GENERAL = Desk(name="default", title="Default desk", zone=ZONE)
CARDS = Desk(name="cards", title="Cards", zone=ZONE, channels=("C1",), triage_channel="C2")
TRAVEL = Desk(
    name="travel",
    title="Travel",
    zone=ZONE,
    channels=("C3",),
    roles={PersonId("slack:U1"): frozenset({Role.AGENT, Role.TRIAGER})},
)
ANA = Sender(user="U1", team="T1", own_team=None, enterprise=None, channel="C1", is_direct=False, handle="ana")

MakeGuard = Callable[..., Guard]


@pytest.fixture
async def make_guard(sqlite_url: str) -> AsyncIterator[MakeGuard]:
    engine = make_engine(sqlite_url)
    # It is never opened: what is asked of Slack fails at once, and the person keeps the name they came with.
    api = SlackApi(SlackAccess(bot_token="xoxb-1", mode=SlackMode.HTTP), lambda: datetime(2026, 3, 2, tzinfo=UTC))

    def make(*desks: Desk, workspaces: frozenset[str] = frozenset()) -> Guard:
        return Guard(
            rules=SlackRules(workspaces=workspaces),
            desks=Desks({desk.name: desk for desk in desks}),
            people=SlackPeople(api, lambda: datetime(2026, 3, 2, tzinfo=UTC), UnderWay()),
            places=SlackPlaces(engine),
            open_work=SqlWork(engine),
            clock=lambda: datetime(2026, 3, 2, tzinfo=UTC),
        )

    yield make
    await engine.dispose()


@pytest.mark.parametrize(
    ("sender", "workspaces", "sentence"),
    [
        (ANA, set(), None),
        (replace(ANA, team="T2"), set(), OTHER_WORKSPACE),
        (replace(ANA, own_team="T2"), set(), OTHER_WORKSPACE),
        (replace(ANA, own_team="T2"), {"T1"}, OTHER_WORKSPACE),
        (replace(ANA, own_team="T2"), {"T1", "T2"}, None),
        (ANA, {"T9"}, OTHER_WORKSPACE),
        (replace(ANA, enterprise="E1"), {"E1"}, None),
        (replace(ANA, enterprise="E1", own_team="T2"), {"E1"}, OTHER_WORKSPACE),
    ],
)
async def test_only_people_of_configured_workspaces_may_use_the_bot(
    make_guard: MakeGuard, sender: Sender, workspaces: set[str], sentence: str | None
) -> None:
    assert make_guard(GENERAL, workspaces=frozenset(workspaces)).refusal(sender, ME) == sentence


@pytest.mark.parametrize(
    ("desks", "channel", "sentence"),
    [
        ((GENERAL,), "C9", None),
        ((GENERAL, CARDS), "C1", None),
        ((GENERAL, CARDS), "C2", None),
        ((GENERAL, CARDS), "C9", OTHER_CHANNEL),
        ((GENERAL, CARDS), None, None),
    ],
)
async def test_once_a_desk_names_channels_the_bot_answers_in_no_other(
    make_guard: MakeGuard, desks: tuple[Desk, ...], channel: str | None, sentence: str | None
) -> None:
    assert make_guard(*desks).refusal(replace(ANA, channel=channel), ME) == sentence


async def test_one_may_write_to_the_bot_alone_whatever_channels_there_are(make_guard: MakeGuard) -> None:
    assert make_guard(GENERAL, CARDS).refusal(replace(ANA, channel="D1", is_direct=True), ME) is None


async def test_a_channel_is_of_its_desk(make_guard: MakeGuard) -> None:
    guard = make_guard(GENERAL, CARDS, TRAVEL)
    found = [(await guard.caller(replace(ANA, channel=channel))).desk.name for channel in ("C1", "C2", "C3")]
    assert found == ["cards", "cards", "travel"]


async def test_who_writes_to_the_bot_alone_is_on_the_desk_they_were_last_on(make_guard: MakeGuard) -> None:
    guard, alone = make_guard(GENERAL, CARDS, TRAVEL), replace(ANA, channel="D1", is_direct=True)
    assert (await guard.caller(alone)).desk.name == "cards"
    await guard.caller(replace(ANA, channel="C3"))
    assert (await guard.caller(alone)).desk.name == "travel"


async def test_a_button_is_of_the_desk_it_was_made_for(make_guard: MakeGuard) -> None:
    guard = make_guard(GENERAL, CARDS, TRAVEL)
    assert (await guard.caller(ANA, desk="travel")).desk.name == "travel"
    assert (await guard.caller(ANA, desk="gone")).desk.name == "cards"


async def test_a_role_holds_on_its_own_desk_only(make_guard: MakeGuard) -> None:
    guard = make_guard(GENERAL, CARDS, TRAVEL)
    roles = [(await guard.caller(replace(ANA, channel=channel))).person.is_triager for channel in ("C1", "C3")]
    assert roles == [False, True]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            {"command": "/techissue", "user_id": "U1", "user_name": "ana", "team_id": "T1", "channel_id": "D1"},
            {"user": "U1", "team": "T1", "channel": "D1", "is_direct": True, "handle": "ana"},
        ),
        (
            {"event": {"type": "app_mention", "user": "U1", "channel": "C1", "user_team": "T2"}, "team_id": "T1"},
            {"own_team": "T2", "team": "T1", "channel": "C1"},
        ),
        (
            {"event": {"type": "reaction_added", "user": "U1", "item": {"channel": "C1"}}, "team_id": "T1"},
            {"channel": "C1"},
        ),
        (
            {"event": {"type": "app_home_opened", "user": "U1", "channel": "D1"}, "team_id": "T1"},
            {"channel": None},
        ),
        (
            {"user": {"id": "U1", "team_id": "T2", "name": "ana"}, "team": {"id": "T1"}, "channel": {"id": "C1"}},
            {"own_team": "T2", "team": "T1", "channel": "C1", "handle": "ana"},
        ),
    ],
)
def test_who_sent_a_request_is_read_from_each_kind_of_it(body: dict[str, Any], wanted: dict[str, Any]) -> None:
    sender = sender_of(body)
    assert sender is not None
    assert {name: getattr(sender, name) for name in wanted} == wanted


@pytest.mark.parametrize("body", [{}, {"event": {"type": "message", "subtype": "message_changed"}}, {"type": "x"}])
def test_what_nobody_sent_has_no_sender(body: dict[str, Any]) -> None:
    assert sender_of(body) is None
