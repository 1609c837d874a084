"""Which updates a reporter wants."""

from bot.errors import BadInputError
from bot.messages import Message
from bot.people import WantedUpdates
from bot.turn import Act

_SENTENCES = {
    WantedUpdates.ALL: "You hear of every change of what you reported.",
    WantedUpdates.OUTCOME: "You hear only how what you reported ends, and if it comes back.",
    WantedUpdates.NONE: "You hear nothing by yourself any more. “mine” shows how your reports stand.",
}


async def wish_updates(act: Act, wanted: str) -> Message:
    """Keep what the person wants. Raises BadInputError."""
    try:
        updates = WantedUpdates(wanted)
    except ValueError:
        words = ", ".join(each.value for each in WantedUpdates)
        raise BadInputError(f"Updates are one of: {words}.", field="updates") from None
    await act.work.people.wish(act.person, updates)
    return Message(title=_SENTENCES[updates], text="To change it: updates all, updates outcome, or updates none.")


async def say_wanted(act: Act) -> Message:
    """What the person wants now."""
    updates = await act.work.people.wanted_updates(act.person.id)
    return Message(title=_SENTENCES[updates], text="To change it: updates all, updates outcome, or updates none.")
