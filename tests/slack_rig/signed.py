"""What Slack posts to a bot in HTTP mode, signed as Slack signs it, or not."""

import hmac
import json
import time
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.slack_rig.workspace import APP, SECRET, SUPPORT, TEAM

Json = dict[str, Any]
_numbers = count(1)


@dataclass(kw_only=True)
class SignedDoor:
    """Posts to the bot's door as Slack does. `url` answers what is posted."""

    address: str
    client: httpx.AsyncClient
    secret: str = SECRET
    team: str = TEAM
    clock: Any = field(default=time.time)

    async def command(self, user: str, text: str, *, url: str, channel: str = SUPPORT, **more: Any) -> httpx.Response:
        fields = {
            "command": "/techissue",
            "text": text,
            "user_id": user,
            "user_name": user.lower(),
            "team_id": self.team,
            "channel_id": channel,
            "api_app_id": APP,
            "response_url": url,
            "trigger_id": trigger(),
            **more,
        }
        return await self.post(urlencode(fields), "application/x-www-form-urlencoded")

    async def interact(self, payload: Json, *, user: str, headers: Json | None = None) -> httpx.Response:
        """A shortcut, a pressed button, a submitted view, a question for options."""
        whole = {
            "user": {"id": user, "name": user.lower(), "team_id": self.team},
            "team": {"id": self.team},
            "api_app_id": APP,
            "trigger_id": trigger(),
            **payload,
        }
        body = urlencode({"payload": json.dumps(whole)})
        return await self.post(body, "application/x-www-form-urlencoded", headers=headers)

    async def event(
        self, event: Json, *, event_id: str | None = None, retry: int | None = None, team: str | None = None
    ) -> httpx.Response:
        whole = {
            "type": "event_callback",
            "team_id": team or self.team,
            "api_app_id": APP,
            "event_id": event_id or f"Ev{next(_numbers):06}",
            "event_time": int(time.time()),
            "event": event,
        }
        headers = {} if retry is None else {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        return await self.post(json.dumps(whole), "application/json", headers=headers)

    async def post(
        self, body: str, kind: str, *, headers: Json | None = None, age: int = 0, secret: str | None = None
    ) -> httpx.Response:
        """Post it, signed so many seconds ago with this secret."""
        stamp = str(int(self.clock()) - age)
        key = (secret or self.secret).encode()
        signature = "v0=" + hmac.new(key, f"v0:{stamp}:{body}".encode(), sha256).hexdigest()
        signed = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
        return await self.client.post(self.address, content=body, headers={**signed, **(headers or {})})


def trigger() -> str:
    """A name that no other act has."""
    return f"{next(_numbers)}.{next(_numbers)}.trigger"


def ts() -> str:
    """The name of a message."""
    return f"{int(time.time())}.{next(_numbers):06}"
