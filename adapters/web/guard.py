"""What every request passes: who may be addressed, where an act may come from, what a page may do."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024
_SIZED = ("/chat", "/board")
_TOO_LONG = "That is too long to send at once: 64 kilobytes are the limit. Please shorten it."
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def check_origin(request: Request) -> None:
    """Raises HTTPException 403 for an act that does not come from our own pages, as the browser tells it."""
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    if origin is None:
        ours = request.headers.get("sec-fetch-site") == "same-origin"
    else:
        # The scheme may differ behind a proxy that ends TLS; the host may not.
        ours = origin.partition("://")[2] == request.headers.get("host")
    if not ours:
        raise HTTPException(403, "This did not come from a page of this chat, so nothing was done.")


class Guard:
    """Refuses hosts that are not ours (a name pointed at this machine by somebody else) and acts that are too long,
    and sets the headers that keep a page from running anything but its own files.

    The size is judged by what the request says of itself; the server does not read more than that.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str] | None) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that the host is not known."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if self._hosts is not None and _host_name(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse("This address is not one of this server's.\n", 400)
        if scope["method"] in _SAFE_METHODS or not scope["path"].startswith(_SIZED):
            return None
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) <= MOST_BYTES:
            return None
        return JSONResponse({"notice": _TOO_LONG}, 413)


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""
