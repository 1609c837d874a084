"""The fake over loopback HTTP, down to the socket, so that connections can be cut."""

import base64
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.page import ticket_page
from tests.fakes.jira.routes import Answer, Routes
from tests.fakes.jira.state import JiraState


@dataclass(frozen=True)
class Exchange:
    """A request and what was answered, for those who want to hold it against a contract."""

    method: str
    url: str
    body: bytes
    status: int
    answer: bytes


@dataclass
class FakeJira:
    """A running one. `exchanges` are those without a fault; `calls` counts all requests by method and path."""

    state: JiraState
    address: str
    cloud: bool
    faults: Faults
    token: str = "a-token-of-jiras"
    exchanges: list[Exchange] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    keep: bool = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    fake: FakeJira

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what the faults are for."""


@contextmanager
def running_jira(
    clock: Callable[[], datetime],
    *,
    cloud: bool = True,
    faults: Faults | None = None,
    state: JiraState | None = None,
    port: int = 0,
) -> Iterator[FakeJira]:
    """A fake that is served until the block ends."""
    server = _Server(("127.0.0.1", port), _Handler)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    server.fake = FakeJira(state or JiraState(clock), address, cloud, faults or Faults())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing to say."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def _serve(self) -> None:
        fake, parts = self.server.fake, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if parts.path.startswith("/browse/"):
            self._send(200, ticket_page(fake.state, parts.path.rpartition("/")[2]).encode(), "text/html; charset=utf-8")
            return
        fake.calls.append((self.command, parts.path))
        fault = fake.faults.next(self.command, parts.path)
        if fault is not None and not self._before(fault):
            return
        status, answer = self._answer(parts.path, dict(parse_qsl(parts.query)), body)
        content = b"" if answer is None else json.dumps(answer).encode()
        if fault is not None:
            self._after(fault)
            return
        if fake.keep:
            fake.exchanges.append(Exchange(self.command, fake.address + self.path, body, status, content))
        self._send(status, content)

    def _answer(self, path: str, query: dict[str, str], body: bytes) -> Answer:
        fake = self.server.fake
        if fake.token not in self._credentials():
            return 401, {"errorMessages": ["Client must be authenticated to access this resource."], "errors": {}}
        _, _, rest = path.partition("/rest/api/")
        version, _, rest = rest.partition("/")
        if version not in ({"2", "3"} if fake.cloud else {"2"}):
            return 404, {"errorMessages": ["No such version."], "errors": {}}
        base = f"{fake.address}/rest/api/{version}"
        routes = Routes(fake.state, base, version=int(version), cloud=fake.cloud)
        return routes.answer(self.command, rest, query, json.loads(body) if body else None)

    def _credentials(self) -> str:
        scheme, _, secret = self.headers.get("Authorization", "").partition(" ")
        return base64.b64decode(secret).decode() if scheme == "Basic" else secret

    def _before(self, fault: Fault) -> bool:
        """Let the fault happen that comes before anything is done. True if the request is carried out all the same."""
        faults = self.server.fake.faults
        match fault:
            case Fault.RESET_BEFORE:
                self._cut()
            case Fault.HANG_BEFORE:
                threading.Event().wait(faults.hang_seconds)
                self._cut()
            case Fault.HANG_THEN_DO:
                threading.Event().wait(faults.hang_seconds)
                return True
            case Fault.ERROR_BEFORE:
                self._send(503, b'{"errorMessages": ["Service Unavailable"]}')
            case Fault.BUSY:
                self._busy(str(faults.retry_after))
            case Fault.BUSY_DATE:
                self._busy(format_datetime(self.server.fake.state.clock(), usegmt=True))
            case Fault.UNAUTHORISED:
                self._send(401, b'{"errorMessages": ["Client must be authenticated to access this resource."]}')
            case Fault.NOT_JSON:
                self._send(200, b"<html>Please sign in</html>", "text/html")
            case _:
                return True
        return False

    def _after(self, fault: Fault) -> None:
        if fault is Fault.ERROR_AFTER:
            self._send(504, b"<html>Gateway Time-out</html>", "text/html")
            return
        if fault is Fault.HANG_AFTER:
            threading.Event().wait(self.server.fake.faults.hang_seconds)
        self._cut()

    def _busy(self, retry_after: str) -> None:
        headers = {"Retry-After": retry_after, "RateLimit-Reason": self.server.fake.faults.reason}
        self._send(429, b'{"errorMessages": ["Rate limit exceeded."]}', **headers)

    def _cut(self) -> None:
        """Reset the connection, as a proxy or a dying server does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _send(self, status: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
