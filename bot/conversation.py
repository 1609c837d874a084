"""What every platform hands its people's acts to: a command, a pressed button, a submitted form."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from pydantic import TypeAdapter

from bot import button_acts, command_acts, form_acts, forms
from bot.commands import Command, Log, parse
from bot.desks import Desk
from bot.errors import BadInputError, BotError
from bot.home import compose_home
from bot.intake import read_ahead
from bot.likely import is_worth_reading, list_likely
from bot.matching import DeskIndexes
from bot.messages import Choice, FieldError, Home, Message, Reply, Tone
from bot.ports import OpenUnitOfWork, UnitOfWork
from bot.problem_card import find_named, problem_card
from bot.ticket_acts import comment_ticket
from bot.turn import Act, Turn

_REPLY = TypeAdapter(Reply)
_log = structlog.get_logger(__name__)

Carry = Callable[[Act], Awaitable[Reply]]


class Conversation:
    """One act, one transaction, one reply. A delivery that comes again gets the same reply, and nothing more happens.

    What a person got wrong comes back as a message or as field errors; nothing is raised.
    `wake` is called after each commit that may have left outbound work. `tracker` is the name of the one in use.
    """

    def __init__(  # noqa: PLR0913 - what acts are carried out with
        self,
        *,
        open_work: OpenUnitOfWork,
        desk_named: Callable[[str], Desk],
        indexes: DeskIndexes,
        salt: bytes,
        wake: Callable[[], None],
        tracker: str | None = None,
    ) -> None:
        self._open_work = open_work
        self._desk_named = desk_named
        self._indexes = indexes
        self._salt = salt
        self._wake = wake
        self._tracker = tracker

    async def command(self, turn: Turn, text: str) -> Reply:
        """Carry out what was typed after the root command."""
        parsed: Command = parse(text)
        if command_acts.only_reads(parsed):
            return await self._read(turn, lambda act: command_acts.answer(act, parsed))
        return await self._carry_out(turn, parsed, said=text)

    async def press(self, turn: Turn, name: str, value: str) -> Reply:
        """Carry out a pressed button."""
        if name == command_acts.RUN_MEANT:
            return await self.command(turn, value)
        if name == command_acts.LOG_ANYWAY:
            return await self.log(turn, value)
        if name in button_acts.READING:
            return await self._read(turn, lambda act: button_acts.answer(act, name, value))
        return await self._write(turn, lambda act: button_acts.answer(act, name, value))

    async def submit(self, turn: Turn, form: str, value: str, fields: Mapping[str, str]) -> Reply:
        """Carry out a submitted form."""
        said = fields.get("text", "")
        report = said if form == forms.REPORT else ""
        return await self._write(turn, lambda act: form_acts.answer(act, form, value, fields), said=said, report=report)

    async def log(self, turn: Turn, text: str) -> Reply:
        """Log the text as a report, also where it reads as a command: it was written for somebody else to read."""
        return await self._carry_out(turn, Log(text=text), said=text)

    async def comment(self, turn: Turn, number: int, text: str) -> Reply:
        """Say something in the problem's ticket, as who answers in its thread does."""

        async def carry(act: Act) -> Reply:
            ticket = await comment_ticket(act, number, text)
            return Reply(message=Message(title=f"Sent to {ticket.key}"))

        return await self._write(turn, carry, said=text)

    async def home(self, turn: Turn) -> Home:
        """The person's own page as it is now. Raises what the store raises: there is nothing to show instead."""
        async with self._open_work(read_only=True) as work:
            return await compose_home(self._act(turn, work))

    async def likely(self, turn: Turn, text: str, service: str | None = None) -> tuple[Choice, ...]:
        """The known problems that a text is probably about, while it is typed. Stores nothing.

        Each has a button `bot.likely.SAME_IN_FORM`: the report's form is then sent with its value as the field `same`.
        """
        if not is_worth_reading(text):
            return ()
        try:
            await read_ahead(self._indexes, text)
            async with self._open_work(read_only=True) as work:
                return await list_likely(self._act(turn, work), text, service)
        except BotError:
            return ()

    async def card(self, turn: Turn, named: str) -> Message | None:
        """The problem that is named by its number, its ticket's key, or the address of either; None if there is none
        of this desk.
        """
        async with self._open_work(read_only=True) as work:
            act = self._act(turn, work)
            problem = await find_named(act, named, tracker=self._tracker)
            return None if problem is None else await problem_card(act, problem)

    async def _carry_out(self, turn: Turn, command: Command, *, said: str) -> Reply:
        report = command.text if isinstance(command, Log) else ""
        return await self._write(turn, lambda act: command_acts.answer(act, command), said=said, report=report)

    async def _read(self, turn: Turn, carry: Carry) -> Reply:
        async def in_transaction() -> Reply:
            async with self._open_work(read_only=True) as work:
                return await carry(self._act(turn, work))

        return await self._guard(turn, in_transaction)

    async def _write(self, turn: Turn, carry: Carry, *, said: str = "", report: str = "") -> Reply:
        """`said` is given back if it fails on our side; `report` is what will be logged, if anything."""

        async def in_transaction() -> Reply:
            if report:
                await read_ahead(self._indexes, report)
            key = f"{turn.origin}:{turn.delivery}" if turn.delivery else None
            async with self._open_work(turn.desk) as work:
                earlier = await work.deliveries.answered(key) if key else None
                if earlier is not None:
                    return _REPLY.validate_json(earlier)
                reply = await carry(self._act(turn, work))
                if key:
                    await work.deliveries.remember(key, _REPLY.dump_json(reply).decode(), at=turn.now)
            self._wake()
            return reply

        return await self._guard(turn, in_transaction, said=said)

    def _act(self, turn: Turn, work: UnitOfWork) -> Act:
        return Act(
            work=work,
            person=turn.person,
            desk=self._desk_named(turn.desk),
            now=turn.now,
            origin=turn.origin,
            indexes=self._indexes,
            salt=self._salt,
            link=turn.link,
        )

    @staticmethod
    async def _guard(turn: Turn, carry: Callable[[], Awaitable[Reply]], *, said: str = "") -> Reply:
        try:
            return await carry()
        except BadInputError as error:
            if error.field is not None:
                return Reply(errors=(FieldError(field=error.field, message=str(error)),), message=_warning(str(error)))
            return Reply(message=_warning(str(error)))
        except BotError as error:
            return Reply(message=_warning(str(error)))
        except Exception:  # noqa: BLE001 - the boundary: whatever failed, the person gets an answer and the text back
            _log.exception("act_failed", desk=turn.desk, origin=turn.origin, person=turn.person.id)
            sorry = "Something went wrong on our side, and nothing was stored. Please send it again."
            return Reply(message=_warning(sorry, said), failed=True)


def _warning(sentence: str, said: str = "") -> Message:
    return Message(title=sentence, text=f"Your text: {said}" if said else "", tone=Tone.WARNING)
