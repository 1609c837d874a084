"""The web server, which ends open event streams when it is told to stop."""

import socket

import uvicorn

from adapters.web.live import Live


class WebServer(uvicorn.Server):
    """Uvicorn waits for open responses before it stops, and an event stream never ends by itself: this ends them."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.close()
        await super().shutdown(sockets)
