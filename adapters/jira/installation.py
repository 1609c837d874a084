"""Jira as the settings say: its tracker, its door for webhooks, its examination."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.jira.access import JiraAccess
from adapters.jira.attempts import Attempts
from adapters.jira.connection import JiraConnection
from adapters.jira.doctor import examine_jira, examine_webhook
from adapters.jira.tracker import JiraTicketTracker
from adapters.jira.webhook import Hear, webhook_router
from bot.desks import Desk
from bot.errors import SettingsError
from bot.findings import Finding
from bot.ports import OpenUnitOfWork
from bot.settings import JiraApiVersion, Settings
from escalation.values import TicketKey

_HOURLY = 3600
_WITHOUT_WEBHOOK = 300


class JiraInstallation:
    """What the composition root needs of Jira."""

    def __init__(
        self,
        settings: Settings,
        access: JiraAccess,
        desks: Sequence[Desk],
        engine: AsyncEngine,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._desks = {desk.name: desk.jira for desk in desks}
        self._connection = JiraConnection(access, clock)
        self._clock = clock
        projects = {name: desk for name, desk in self._desks.items() if desk is not None}
        self.tracker = JiraTicketTracker(self._connection, projects, Attempts(engine))

    @property
    def reconcile_seconds(self) -> int:
        """How often to look for what no webhook told: every hour, and every five minutes where there is none."""
        return _HOURLY if self._settings.has_jira_webhook else _WITHOUT_WEBHOOK

    def router(self, hear: Hear) -> APIRouter:
        """The door for webhooks."""

        async def own_account() -> str:
            return await self._connection.run(lambda jira: jira.server.account)

        return webhook_router(
            hear,
            own_account,
            secret=_revealed(self._settings.jira_webhook_secret),
            path_secret=_revealed(self._settings.jira_webhook_path_secret),
        )

    async def examine(self, open_work: OpenUnitOfWork) -> list[Finding]:
        """Whether tickets can be opened, moved and followed. Nothing is written in Jira."""
        settings = self._settings
        webhook = examine_webhook(
            settings.address,
            has_secret=settings.has_jira_webhook,
            is_reachable_name=bool(settings.base_url) or not settings.is_loopback_only,
        )
        tickets = await self._newest_tickets(open_work)
        return [*await examine_jira(self._connection, self._desks, tickets), webhook]

    def close(self) -> None:
        """Let go of the connections."""
        self._connection.close()

    async def _newest_tickets(self, open_work: OpenUnitOfWork) -> dict[str, TicketKey]:
        newest: dict[str, TicketKey] = {}
        async with open_work(read_only=True) as work:
            for ticket in await work.tickets.to_watch(self.tracker.name, ended_since=self._clock()):
                problem = await work.problems.get(ticket.problem)
                if problem is not None:
                    newest[problem.desk] = ticket.key
        return newest


def access_of(settings: Settings) -> JiraAccess | None:
    """How Jira is reached, or None where no Jira is set up. Raises SettingsError."""
    token = _revealed(settings.jira_token)
    if settings.jira_url is None and token is None:
        return None
    if settings.jira_url is None or token is None:
        lacking = "TECHISSUE_JIRA_URL" if settings.jira_url is None else "TECHISSUE_JIRA_TOKEN"
        raise SettingsError(f"{lacking} must be given: Jira needs both its address and a token.")
    version = settings.jira_api_version
    return JiraAccess(
        site=settings.jira_url,
        api=settings.jira_api_url,
        token=token,
        email=settings.jira_email,
        version=None if version is JiraApiVersion.AUTO else int(version.value),
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
