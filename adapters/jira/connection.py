"""The `jira` library, off the event loop, without its retries, and with every failure in our words."""

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from jira import JIRA, JIRAError
from jira.utils import json_loads

from adapters.jira.access import JiraAccess
from adapters.jira.errors import JiraLockedOutError, errors_in_our_words, is_rate_limit_of_all
from escalation.errors import RetryableOutboundError, TrackerUnavailableError

T = TypeVar("T")
_THREADS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """What is known of the server: whether it is Cloud, the API's version, and our own account's id there.

    The id is empty where the token may not ask for it.
    """

    is_cloud: bool
    version: int
    account: str


class JiraClient(JIRA):
    """The library's client, with a door for the calls that it has not, or not as Jira's contract wants them."""

    server: Server

    def hang_up(self) -> None:
        """Close its connections."""
        self._session.close()

    def ask(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """The JSON that this path of the REST API answers. Raises JIRAError and what requests raises."""
        data = None if body is None else json.dumps(body)
        return json_loads(self._session.request(method, self._get_url(path), params=params, data=data))


class JiraConnection:
    """A few threads with a client each, since neither the library nor a session of requests may be shared by threads.

    While Jira does not accept the token, or asks everything to go slower, nothing is sent.
    """

    def __init__(self, access: JiraAccess, clock: Callable[[], datetime]) -> None:
        self.access = access
        self.clock = clock
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="jira")
        self._local = threading.local()
        self._lock = threading.Lock()
        self._clients: list[JiraClient] = []
        self._server: Server | None = None
        self._pause: tuple[datetime, TrackerUnavailableError] | None = None

    async def run(self, work: Callable[[JiraClient], T]) -> T:
        """Do this in a thread. Raises TrackerUnavailableError, TicketRejectedError or TicketGoneError."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._guarded, work)

    def close(self) -> None:
        """End the threads. Calls that are under way are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for client in self._clients:
            client.hang_up()

    def _guarded(self, work: Callable[[JiraClient], T]) -> T:
        now = self.clock()
        if self._pause is not None and now < self._pause[0]:
            until, why = self._pause
            raise type(why)(str(why), retry_after=until - now, notice=why.notice)
        try:
            with errors_in_our_words(now):
                return work(self._client())
        except RetryableOutboundError as error:
            self._hold_back(error, now)
            raise

    def _hold_back(self, error: RetryableOutboundError, now: datetime) -> None:
        is_for_all = isinstance(error, JiraLockedOutError) or is_rate_limit_of_all(error)
        if is_for_all and error.retry_after and isinstance(error, TrackerUnavailableError):
            self._pause = (now + error.retry_after, error)

    def _client(self) -> JiraClient:
        client: JiraClient | None = getattr(self._local, "client", None)
        if client is None:
            with self._lock:
                # One thread asks what server it is, the others wait for its answer.
                self._server = self._server or self._meet()
                client = self._make(self._server.version)
                client.server = self._server
                self._clients.append(client)
            self._local.client = client
        return client

    def _meet(self) -> Server:
        version = self.access.version
        client = self._make(version or 2)
        try:
            is_cloud = self.access.is_surely_cloud or client.server_info().get("deploymentType") == "Cloud"
            account = _own_account(client)
        finally:
            client.hang_up()
        return Server(is_cloud=is_cloud, version=version or (3 if is_cloud else 2), account=account)

    def _make(self, version: int) -> JiraClient:
        access = self.access
        secret: dict[str, Any] = (
            {"basic_auth": (access.email, access.token)} if access.email else {"token_auth": access.token}
        )
        return JiraClient(
            server=access.address,
            options={"rest_api_version": str(version)},
            get_server_info=False,
            max_retries=0,
            timeout=(access.connect_seconds, access.read_seconds),
            logging=False,
            **secret,
        )


def _own_account(client: JiraClient) -> str:
    try:
        me = client.myself()
    except JIRAError as error:
        if error.status_code == HTTPStatus.FORBIDDEN:
            return ""
        raise
    return str(me.get("accountId") or me.get("name") or me.get("key") or "")
