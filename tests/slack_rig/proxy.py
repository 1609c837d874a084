"""Between the bot and the workspace's methods: fails when it is told to, answers what the workspace lacks, and holds
every message and view to what Slack would take.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.slack_contract import refused_message, refused_view
from tests.slack_rig.workspace import free_port

Json = dict[str, Any]
_STOP_SECONDS = 10
_SCOPES = (
    "app_mentions:read,channels:history,channels:join,channels:read,chat:write,commands,groups:history,groups:read,"
    "im:history,im:read,im:write,links:read,links:write,reactions:read,usergroups:read,users:read"
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How the next call of a method fails. `hangs`: it is never answered."""

    status: int = 429
    retry_after: int | None = 1
    error: str | None = None
    hangs: bool = False


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of a method. `at` is the time of the loop."""

    method: str
    arguments: Json
    at: float


@dataclass(kw_only=True)
class FaultProxy:
    """What was called, what was wrong with it, and what shall fail. `answers` are given instead of the workspace's."""

    address: str
    workspace: str
    scopes: str = _SCOPES
    calls: list[Call] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def api(self) -> str:
        """Where methods are called."""
        return f"{self.address}/api/"

    def response_url(self, name: str) -> str:
        """An address that answers an act; what comes there is a call of `respond`."""
        return f"{self.address}/respond/{name}"

    def called(self, method: str) -> list[Json]:
        """The arguments of each call of the method."""
        return [call.arguments for call in self.calls if call.method == method]

    async def wait_for(self, method: str, count: int = 1, *, seconds: float = 20) -> list[Json]:
        """The same, once there are so many."""
        async with asyncio.timeout(seconds):
            while len(self.called(method)) < count:
                self._heard.clear()
                await self._heard.wait()
        return self.called(method)

    async def handle(self, request: Request) -> Response:
        method = request.path_params.get("method", "respond")
        arguments = _arguments(await request.body(), request.headers.get("content-type", ""))
        if method == "respond":
            arguments = {**arguments, "url": str(request.url)}
        self.calls.append(Call(method=method, arguments=arguments, at=asyncio.get_running_loop().time()))
        self.wrong += [f"{method}: {fault}" for fault in _faults_of(method, arguments)]
        self._heard.set()
        if faults := self.faults.get(method):
            return await _fail(faults.pop(0))
        if method == "respond":
            return Response("ok")
        if (answer := self._own_answer(method, arguments)) is not None:
            return JSONResponse(answer)
        return await self._pass_on(method, request)

    def _own_answer(self, method: str, arguments: Json) -> Json | None:
        """What the workspace does not know."""
        if method in self.answers:
            return self.answers[method]
        if method == "usergroups.users.list":
            return {"ok": True, "users": self.groups.get(str(arguments.get("usergroup")), [])}
        if method in {"chat.unfurl", "conversations.join"}:
            return {"ok": True, "channel": {"id": arguments.get("channel")}}
        return None

    async def _pass_on(self, method: str, request: Request) -> Response:
        kept = ("authorization", "content-type")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.request(
                request.method, f"{self.workspace}/api/{method}", content=await request.body(), headers=headers
            )
        return Response(
            answer.content,
            status_code=answer.status_code,
            media_type="application/json",
            headers={"x-oauth-scopes": self.scopes},
        )


async def _fail(fault: Fault) -> Response:
    if fault.hangs:
        await asyncio.Event().wait()
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.error is not None:
        return JSONResponse({"ok": False, "error": fault.error}, headers=headers)
    return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=fault.status, headers=headers)


def _arguments(body: bytes, kind: str) -> Json:
    """A method's arguments, however they were sent."""
    if "json" in kind:
        found: Json = json.loads(body or b"{}")
        return found
    return {name: _value(values[0]) for name, values in parse_qs(body.decode()).items()}


def _value(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in "[{" else text
    except ValueError:
        return text


def _faults_of(method: str, arguments: Json) -> list[str]:
    """What Slack would not take of a call."""
    if isinstance(view := arguments.get("view"), dict):
        return refused_view(view)
    if "unfurls" in arguments:
        cards = arguments["unfurls"].values()
        return [fault for card in cards for fault in refused_message("-", card.get("blocks", []))]
    if "text" in arguments or "blocks" in arguments:
        named = [f"{name} is set" for name in ("link_names",) if arguments.get(name)]
        text = str(arguments.get("text") or "")
        return [*named, *refused_message(text, arguments.get("blocks") or [])]
    return ["it says nothing"] if method in {"chat.postMessage", "chat.update", "chat.postEphemeral"} else []


class _Server(uvicorn.Server):
    """One that leaves the process's signals alone."""

    def install_signal_handlers(self) -> None:
        return


@asynccontextmanager
async def running_proxy(workspace: str) -> AsyncIterator[FaultProxy]:
    """The proxy before a workspace."""
    port = free_port()
    proxy = FaultProxy(address=f"http://127.0.0.1:{port}", workspace=workspace)
    routes = [
        Route("/api/{method}", proxy.handle, methods=["GET", "POST"]),
        Route("/respond/{name}", proxy.handle, methods=["POST"]),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve())
    async with asyncio.timeout(_STOP_SECONDS):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
            await asyncio.sleep(0.01)
    try:
        yield proxy
    finally:
        server.should_exit = True
        await asyncio.wait_for(serving, _STOP_SECONDS)
