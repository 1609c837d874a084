"""The web server, which ends open event streams when it is told to stop, and leaves the rest to its caller."""

import signal
import socket
from types import FrameType

import uvicorn

from adapters.web.live import Live


class WebServer(uvicorn.Server):
    """Uvicorn, made to stop as a part of something larger.

    Uvicorn waits for open responses before it stops, and an event stream never ends by itself: this ends them. And
    uvicorn raises the signal that stopped it once more, which would kill the process before its caller has put away
    what it opened: here `serve` simply returns.
    """

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as the signal module calls it
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.close()
        await super().shutdown(sockets)
