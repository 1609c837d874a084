"""`techissue triage`."""

import asyncio
import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from bot.bootstrap import Product, opened, utc_now
from bot.catalogue import DEFAULT_DESK
from bot.cli.output import JSON_HELP, write_json, write_line
from bot.errors import BadInputError, NotFoundError
from bot.messages import Action, Message, Reply
from bot.people import Person, Role
from bot.plain_text import render_reply
from bot.settings import read_settings
from bot.turn import Turn
from escalation.values import PersonId


def triage(
    line: Annotated[int | None, typer.Argument(help="The line to answer, as numbered in the list.", min=1)] = None,
    answer: Annotated[str | None, typer.Argument(help="One of the line's answers, such as merge.")] = None,
    *,
    desk: Annotated[str, typer.Option(help="Whose list.")] = DEFAULT_DESK,
    name: Annotated[str | None, typer.Option("--as", help="Who answers; you, if not said.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """List what waits for a triager, or answer a line of it: `techissue triage 2 merge`. `techissue report undo` takes
    the answer back.
    """
    if (line is None) != (answer is None):
        raise BadInputError("Name the line and its answer, such as: techissue triage 2 merge")
    reply = asyncio.run(_triage(desk, name or getpass.getuser(), line, answer))
    if as_json:
        write_json(asdict(reply))
    else:
        write_line(render_reply(reply))


async def _triage(desk: str, name: str, line: int | None, answer: str | None) -> Reply:
    async with opened(read_settings()) as product:
        product.desks.named(desk)
        turn = _turn(name, desk)
        listed = await product.conversation.command(turn, "triage")
        if line is None or answer is None or listed.message is None:
            return listed
        reply = await _press(product, turn, _find(listed.message, line, answer))
        await product.loop.drain()
    return reply


async def _press(product: Product, turn: Turn, action: Action) -> Reply:
    return await product.conversation.press(turn, action.name, action.value)


def _turn(name: str, desk: str) -> Turn:
    """Whoever may run the command on the server may triage."""
    roles = frozenset({Role.AGENT, Role.TRIAGER})
    person = Person(id=PersonId(f"cli:{name.casefold()}"), name=name, roles=roles)
    return Turn(person=person, desk=desk, now=utc_now(), origin="cli")


def _find(listed: Message, line: int, answer: str) -> Action:
    """The line's button that is meant by the beginning of its label."""
    if line > len(listed.choices):
        raise NotFoundError(f"There is no line {line}; the list has {len(listed.choices)}. See: techissue triage")
    actions = listed.choices[line - 1].actions
    meant = [action for action in actions if action.label.casefold().startswith(answer.casefold())]
    if len(meant) != 1:
        labels = ", ".join(f"“{action.label}”" for action in actions)
        raise BadInputError(f"Line {line} is answered by one of: {labels}.")
    return meant[0]
