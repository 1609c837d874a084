"""A Slack workspace on this machine: local-slack, with its methods, its pages, and a door to act as its people."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.peers import missing_peer

PROGRAM = Path(__file__).parents[2] / "var/peers/local-slack/bin/local-slack"
TEAM, APP, BOT = "T01TEST", "A01APP", "U0BOT"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-test-token", "xapp-test-token", "test-signing-secret"
ANA, BEN, CEM, DAN = "U01ANA", "U02BEN", "U03CEM", "U04DAN"
"""Ana and Ben are agents, Cem is a triager, Dan a supervisor."""
SUPPORT, TRIAGE, ELSEWHERE = "C01SUPPORT", "C02TRIAGE", "C03OTHER"
_PEOPLE = {ANA: "Ana Lima", BEN: "Ben Okoro", CEM: "Cem Aydin", DAN: "Dan Frey"}
_CHANNELS = {SUPPORT: "support", TRIAGE: "triage", ELSEWHERE: "elsewhere"}
_START_SECONDS = 20
_STOP_SECONDS = 10
WAIT_SECONDS = 20

Json = dict[str, Any]


@dataclass(kw_only=True)
class Workspace:
    """What its people do there, and what they see."""

    home: str
    client: httpx.AsyncClient

    async def say(self, user: str, channel: str, text: str, *, thread: str | None = None) -> str:
        """Post a message as a person; gives its name."""
        body = {"channel": channel, "user": user, "text": text}
        answer = await self._control("POST", "/message", {**body, "thread_ts": thread} if thread else body)
        return str(answer.get("ts") or (answer.get("message") or {}).get("ts"))

    async def command(self, user: str, text: str, *, channel: str = SUPPORT) -> Json:
        return await self._control(
            "POST", "/command", {"channel": channel, "user": user, "command": "/techissue", "text": text}
        )

    async def report(self, user: str, text: str) -> Json:
        """Type the command; gives the private answer to it."""
        before = {each["ts"] for each in await self.messages(SUPPORT)}
        await self.command(user, text)
        return await self.wait_for(SUPPORT, lambda each: each["ts"] not in before and "#" in words_of(each))

    async def press(self, user: str, message: Mapping[str, Any], label: str) -> Json:
        """Press the button of this label on a message."""
        button = next(each for each in buttons_of(message) if each["text"]["text"] == label)
        action = {"type": "button", "action_id": button["action_id"], "value": button["value"], "block_id": "b0"}
        body = {"channel": message["channel"], "messageTs": message["ts"], "user": user, "action": action}
        return await self._control("POST", "/interact", body)

    async def react(self, user: str, channel: str, ts: str, name: str) -> Json:
        return await self._control("POST", "/reaction", {"channel": channel, "ts": ts, "user": user, "name": name})

    async def open_home(self, user: str) -> Json:
        return await self._control("POST", "/open-home", {"user": user})

    async def messages(self, channel: str) -> list[Json]:
        """All that is in the channel, ephemeral messages too, oldest first."""
        answer = (await self.client.get(f"{self.home}/_control/messages/{channel}")).json()
        found: list[Json] = answer if isinstance(answer, list) else answer.get("messages", [])
        return [{"channel": channel, **each} for each in found]

    async def wait_for(self, channel: str, is_it: Callable[[Json], bool]) -> Json:
        """The newest message in the channel of which that is true, once there is one."""
        loop = asyncio.get_running_loop()
        end = loop.time() + WAIT_SECONDS
        while loop.time() < end:
            messages = await self.messages(channel)
            for message in reversed(messages):
                if is_it(message):
                    return message
            await asyncio.sleep(0.05)
        last = "\n--\n".join(words_of(each) or str(each.get("text")) for each in messages[-4:])
        raise AssertionError(f"no such message came; the last ones are:\n{last}")

    async def direct(self, user: str) -> str:
        """The channel of the bot and this person."""
        answer = await self.client.post(
            f"{self.home}/api/conversations.open",
            data={"users": user},
            headers={"Authorization": f"Bearer {BOT_TOKEN}"},
        )
        return str(answer.json()["channel"]["id"])

    async def _control(self, method: str, path: str, body: Json) -> Json:
        answer = await self.client.request(method, f"{self.home}/_control{path}", json=body)
        answer.raise_for_status()
        found: Json = answer.json() if answer.content else {}
        return found


def buttons_of(message: Mapping[str, Any]) -> list[Json]:
    """The buttons of a message or a view."""
    blocks = message.get("blocks") or ()
    beside = [block["accessory"] for block in blocks if "accessory" in block]
    return [*beside, *(each for block in blocks if block["type"] == "actions" for each in block["elements"])]


def words_of(message: Mapping[str, Any]) -> str:
    """All that a message says."""
    found: list[str] = []

    def gather(value: Any) -> None:
        if isinstance(value, Mapping):
            if value.get("type") in {"plain_text", "mrkdwn"} and isinstance(value.get("text"), str):
                found.append(value["text"])
            for each in value.values():
                gather(each)
        elif isinstance(value, list):
            for each in value:
                gather(each)

    gather(message.get("blocks") or ())
    return "\n".join(found)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@asynccontextmanager
async def running_workspace(folder: Path, *, request_url: str | None = None) -> AsyncIterator[Workspace]:
    """The workspace. With an address it posts its requests there, signed; else the app connects to it."""
    if not PROGRAM.exists():
        missing_peer("there is no local-slack here; .ci/run fetches it")
    port = free_port()
    config = folder / "workspace.json"
    config.write_text(json.dumps(_config(request_url)))
    process = await asyncio.create_subprocess_exec(
        *(str(PROGRAM), "--config", str(config), "--port", str(port), "--base-host", "127.0.0.1"),
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
    )
    home = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(timeout=30) as client:
            async with asyncio.timeout(_START_SECONDS):
                await _until_it_answers(client, home)
            yield Workspace(home=home, client=client)
    finally:
        process.terminate()
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()


async def _until_it_answers(client: httpx.AsyncClient, home: str) -> None:
    while True:
        with suppress(httpx.TransportError):
            await client.get(home)
            return
        await asyncio.sleep(0.02)


def _config(request_url: str | None) -> Json:
    app = {
        "appId": APP,
        "botUserId": BOT,
        "botName": "techissue",
        "botToken": BOT_TOKEN,
        "appToken": APP_TOKEN,
        "signingSecret": SECRET,
        "mode": "events" if request_url else "socket",
    }
    members = [*_PEOPLE, BOT]
    return {
        "workspace": {"name": "Northwind", "domain": "northwind", "teamId": TEAM},
        "app": {**app, "requestUrl": request_url} if request_url else app,
        "users": [
            {"id": user, "name": name.split()[0].lower(), "real_name": name, "email": f"{user.lower()}@example.com"}
            for user, name in _PEOPLE.items()
        ],
        "channels": [{"id": channel, "name": name, "members": members} for channel, name in _CHANNELS.items()],
    }
