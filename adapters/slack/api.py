"""Slack's methods, as far as they are called, with its errors in the outbox's words."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.access import SlackAccess
from adapters.slack.errors import SlackRefusedError, SlackUnavailableError, error_of, retry_after_of
from adapters.slack.pace import Pace

_T = TypeVar("_T")

_SECONDS = 10
_KEPT_SECONDS = 4
_PATIENCE = timedelta(seconds=1.5)
_SHOWN = 200
_ONCE = frozenset({"chat.postMessage", "chat.postEphemeral"})
"""What would be seen twice if it were done twice."""
_TOO_MANY = 429
_TROUBLE = 500
_REFUSED = 400
_DEFAULT_WAIT = timedelta(seconds=30)
_RESPOND = "response_url"
_CLOSING_SECONDS = 5


class SlackApi:
    """One session for everything that is asked of Slack. Open it before use, and close it.

    Raises SlackUnavailableError and SlackRefusedError. To try again later is the outbox's.
    """

    def __init__(
        self,
        access: SlackAccess,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._access = access
        self._sleep = sleep
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._pace = Pace(clock)

    async def open(self) -> None:
        """Begin to be able to ask."""
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        connector = aiohttp.TCPConnector(keepalive_timeout=_KEPT_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=True)
        # The library's own tries would post twice after a lost answer, and wait where nobody may wait.
        self._client = AsyncWebClient(
            token=self._access.bot_token,
            base_url=self._access.api_url,
            timeout=_SECONDS,
            session=self._session,
            retry_handlers=[],
            logger=logging.getLogger("techissue.slack"),
        )

    async def close(self) -> None:
        """Let go of the connections."""
        session, self._session, self._client = self._session, None, None
        if session is not None:
            async with asyncio.timeout(_CLOSING_SECONDS):
                await session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections."""
        if self._session is None:
            raise SlackUnavailableError("The connection to Slack is closed.", is_certain=True)
        return self._session

    @property
    def client(self) -> AsyncWebClient:
        """Slack's own client."""
        if self._client is None:
            raise SlackUnavailableError("The connection to Slack is closed.", is_certain=True)
        return self._client

    async def call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method that changes something."""
        return await self._call(method, {"json": _given(arguments)}, channel=arguments.get("channel"))

    async def ask(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method that only reads; those take no JSON."""
        return await self._call(method, {"data": _given(arguments)}, channel=arguments.get("channel"))

    async def post(self, channel: str, mark: str, **arguments: Any) -> Mapping[str, Any]:
        """Post a message, at the channel's pace: this may wait, so it is for the outbox and not for a listener. One
        whose turn is not soon is to come back for it, so that it holds up nobody else's work.
        """
        while (wait := self._pace.take(channel, mark)) > timedelta():
            if wait > _PATIENCE:
                raise SlackUnavailableError("Others post in the channel first.", retry_after=wait, is_certain=True)
            await self._sleep(wait.total_seconds())
        return await self.call("chat.postMessage", channel=channel, **arguments)

    async def connect(self) -> str:
        """An address for one connection of Socket Mode."""
        arguments = {"headers": {"Authorization": f"Bearer {self._access.app_token}"}}
        return str((await self._call("apps.connections.open", arguments, channel=None))["url"])

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer an act by the address that came with it."""
        self._refuse_while_closed(_RESPOND, url)
        try:
            status, headers, text = await _again_if_cut_off(lambda: self._post(url, body))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackUnavailableError(f"Slack did not answer {_RESPOND}: {type(error).__name__}") from error
        if status == _TOO_MANY:
            wait = retry_after_of(headers) or _DEFAULT_WAIT
            self._pace.close(_RESPOND, url, wait)
            raise SlackUnavailableError(f"Slack did not take {_RESPOND}: {status}", retry_after=wait, is_certain=True)
        if status >= _TROUBLE:
            raise SlackUnavailableError(f"Slack did not take {_RESPOND}: {status}")
        if status >= _REFUSED:
            raise SlackRefusedError(f"Slack refused {_RESPOND}: {status} {text}", reason=text)

    async def _call(self, method: str, arguments: Mapping[str, Any], *, channel: str | None) -> Mapping[str, Any]:
        self._refuse_while_closed(method, channel)
        try:
            if method in _ONCE:
                response = await self.client.api_call(method, **arguments)
            else:
                response = await _again_if_cut_off(lambda: self.client.api_call(method, **arguments))
        except SlackApiError as error:
            ours = error_of(error, method, channel)
            if isinstance(ours, SlackUnavailableError) and ours.retry_after is not None:
                self._pace.close(method, channel, ours.retry_after)
            raise ours from error
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SlackUnavailableError(f"Slack did not answer {method}: {type(error).__name__}") from error
        answer: Mapping[str, Any] = response.data if isinstance(response.data, dict) else {}
        return answer

    async def _post(self, url: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, str], str]:
        async with self.session.post(url, json=body) as response:
            return response.status, response.headers, (await response.text())[:_SHOWN]

    def _refuse_while_closed(self, method: str, channel: str | None) -> None:
        wait = self._pace.closed_for(method, channel)
        if wait is not None:
            raise SlackUnavailableError(f"Slack asked to wait with {method}.", retry_after=wait, is_certain=True)


async def _again_if_cut_off(call: Callable[[], Awaitable[_T]]) -> _T:
    """Ask once more where a connection that had been kept was closed at the other end in the moment it was used."""
    try:
        return await call()
    except aiohttp.ServerDisconnectedError:
        return await call()


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
