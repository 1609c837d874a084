"""The Home tab: a person's own page, made anew whenever it is opened or something is done on it."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.acts import Acts
from adapters.slack.guard import Caller, Sender
from adapters.slack.home import home_view
from adapters.slack.modal import typed
from adapters.slack.pressed import PATTERN
from adapters.slack.source import source_of
from bot.forms import PREFERENCES


class HomeActs:
    """What is done with the Home tab."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    async def open(self, sender: Sender, event: Mapping[str, Any]) -> None:
        """The tab was opened."""
        if event.get("tab", "home") == "home":
            await self._publish(await self._acts.guard.caller(sender))

    async def act(self, sender: Sender, body: Mapping[str, Any]) -> None:
        """A button was pressed on the page, or a wish changed."""
        action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
        if PATTERN.match(str(action.get("action_id"))):
            await self._acts.press(sender, body)
            await self._acts.carefully(source_of(sender, body), lambda: self._renew(sender))
        else:
            await self._acts.carefully(source_of(sender, body), lambda: self._wish(sender, body))

    async def _wish(self, sender: Sender, body: Mapping[str, Any]) -> None:
        caller = await self._acts.guard.caller(sender)
        turn = caller.turn(self._acts.clock(), f"home:{body.get('trigger_id')}")
        await self._acts.conversation.submit(turn, PREFERENCES, "", typed(body["view"]))
        await self._publish(caller)

    async def _renew(self, sender: Sender) -> None:
        await self._publish(await self._acts.guard.caller(sender))

    async def _publish(self, caller: Caller) -> None:
        home = await self._acts.conversation.home(caller.turn(self._acts.clock(), None))
        view = home_view(home, desk=caller.desk.name)
        await self._acts.api.call("views.publish", user_id=caller.user, view=view)


def is_home(body: Mapping[str, Any]) -> bool:
    """Whether it was done on the Home tab."""
    return (body.get("view") or {}).get("type") == "home"
