from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from bot.bootstrap import opened
from bot.findings import Finding
from bot.settings import read_settings
from tests.slack_rig.product import DESKS, settings_for
from tests.slack_rig.proxy import Fault, FaultProxy, running_proxy
from tests.slack_rig.workspace import SUPPORT, running_workspace

Examine = Callable[..., Awaitable[list[Finding]]]


@pytest_asyncio.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[FaultProxy]:
    async with AsyncExitStack() as stack:
        workspace = await stack.enter_async_context(running_workspace(tmp_path))
        yield await stack.enter_async_context(running_proxy(workspace.home))


@pytest.fixture
def examine(proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examine:
    """What the doctor says of Slack, with these settings."""

    async def examine(*, mode: str = "socket", desks: str = DESKS, **settings: str) -> list[Finding]:
        (tmp_path / "techissue.toml").write_text(desks)
        for name, value in {**settings_for(tmp_path, mode=mode, api=proxy.api), **settings}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        async with opened(read_settings()) as product:
            return await product.examine_chat()

    return examine


def wrong(findings: list[Finding]) -> str:
    return "\n".join(f"{each.check}: {each.finding}" for each in findings if not each.ok)


def words(findings: list[Finding]) -> str:
    return "\n".join(each.finding for each in findings)


async def test_a_slack_that_is_set_up_passes_and_nothing_is_posted(examine: Examine, proxy: FaultProxy) -> None:
    found = await examine()
    assert wrong(found) == ""
    assert "workspace Northwind (T01TEST)" in words(found)
    assert f"is in #support ({SUPPORT})" in words(found)
    assert {call.method for call in proxy.calls} <= {"auth.test", "apps.connections.open", "conversations.info"}


async def test_a_token_that_slack_refuses_is_named(examine: Examine, proxy: FaultProxy) -> None:
    proxy.answers["auth.test"] = {"ok": False, "error": "invalid_auth"}
    assert "does not take TECHISSUE_SLACK_BOT_TOKEN (invalid_auth); copy" in wrong(await examine())


async def test_scopes_that_lack_are_named_with_what_they_are_for(examine: Examine, proxy: FaultProxy) -> None:
    proxy.scopes = "chat:write,commands"
    assert "reactions:read (the reaction that marks a message as a report)" in wrong(await examine())


async def test_scopes_that_are_not_needed_are_named(examine: Examine, proxy: FaultProxy) -> None:
    proxy.scopes += ",admin"
    found = await examine()
    assert wrong(found) == ""
    assert "admin" in words(found)


async def test_a_channel_that_the_bot_is_not_in_is_named(examine: Examine, proxy: FaultProxy) -> None:
    proxy.answers["conversations.info"] = {"ok": True, "channel": {"name": "support", "is_member": False}}
    assert f"is not in #support ({SUPPORT}); type /invite @techissue there" in wrong(await examine())


async def test_a_channel_that_is_not_there_is_named(examine: Examine) -> None:
    found = await examine(desks=DESKS.replace(SUPPORT, "C0NOSUCH"))
    assert "channel C0NOSUCH cannot be seen (channel_not_found); check its id" in wrong(found)


async def test_an_app_token_without_its_scope_is_found(examine: Examine, proxy: FaultProxy) -> None:
    proxy.faults["apps.connections.open"] = [Fault(status=200, retry_after=None, error="missing_scope")]
    assert "(missing_scope); make an app-level token with connections:write" in wrong(await examine())


async def test_a_workspace_that_is_not_the_bots_own_is_found(examine: Examine) -> None:
    found = await examine(desks=f'[slack]\nworkspaces = ["T9"]\n{DESKS}')
    assert "slack.workspaces names T9, but the app is installed in T01TEST" in wrong(found)


async def test_in_http_mode_slack_needs_an_address(examine: Examine) -> None:
    assert "which Slack cannot reach; set TECHISSUE_BASE_URL" in wrong(await examine(mode="http"))


async def test_in_http_mode_the_address_is_told(examine: Examine) -> None:
    found = await examine(mode="http", TECHISSUE_BASE_URL="https://help.example.com")
    assert "Slack posts to https://help.example.com/slack/events, signed" in words(found)


async def test_a_group_that_is_a_role_is_looked_up(examine: Examine, proxy: FaultProxy) -> None:
    proxy.groups["S0TRIAGE"] = []
    found = await examine(desks=DESKS.replace("slack:U04DAN", "slack:S0TRIAGE"))
    assert "user group S0TRIAGE has 0 members" in wrong(found)
