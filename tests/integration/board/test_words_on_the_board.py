"""What is said on the board's pages, carried to the problem by the product as it is put together."""

from pathlib import Path

from bot.bootstrap import Product, opened, utc_now
from bot.people import Person, Role
from bot.settings import Settings
from bot.turn import Turn
from escalation.values import PersonId, TicketKey

DESK = '[desks.default]\ntriage_channel = "C0TRIAGE"\n'


async def type_in(product: Product, name: str, text: str) -> str:
    person = Person(id=PersonId(f"web:{name}"), name=name.capitalize(), roles=frozenset(Role))
    turn = Turn(person=person, desk="default", now=utc_now(), origin="web")
    reply = await product.conversation.command(turn, text)
    await product.loop.drain()
    assert reply.message is not None
    return "\n".join([reply.message.title, *reply.message.details])


async def test_what_a_person_says_on_the_board_is_told_of_the_problem_once_and_our_words_never(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "techissue.toml").write_text(DESK)
    settings = Settings(database_url=sqlite_url, config_file=tmp_path / "techissue.toml", model="off")
    async with opened(settings) as product:
        await type_in(product, "ana", "card is declined at checkout ERR-4012")
        await type_in(product, "tess", "ticket #1")
        await type_in(product, "tess", "comment #1 customers wait")
        await product.board.comment(TicketKey("TI-1"), "Gateway restarted", PersonId("web:jo"), "Jo")
        await product.housekeeping.reconcile(utc_now())
        shown = await type_in(product, "tess", "show #1")
        ticket = await product.board.get(TicketKey("TI-1"))
        async with product.open_work(read_only=True) as work:
            parked = await work.outbox.listing(parked_only=False, limit=10)
    assert shown.count("Gateway restarted") == 1
    assert "comment in ticket: customers wait" not in shown
    assert [entry.text for entry in ticket.entries if entry.kind == "comment"] == [
        "Tess: customers wait",
        "Gateway restarted",
    ]
    assert parked == []
