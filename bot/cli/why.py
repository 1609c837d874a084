"""`techissue why`."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bot.bootstrap import Product, opened, utc_now
from bot.cli.output import JSON_HELP, write_json, write_line
from bot.commands import parse_number, parse_report
from bot.errors import NotFoundError
from bot.people import Person, Role
from bot.plain_text import render
from bot.ports import UnitOfWork
from bot.settings import read_settings
from bot.turn import Act
from bot.why import explain_report, review_report
from dedupe.values import Candidate, ProblemId, Reason, ReportId, Verdict
from escalation.live import live_problem
from escalation.values import PersonId

_ITSELF = Person(id=PersonId("cli:why"), name="cli", roles=frozenset({Role.AGENT, Role.TRIAGER}))


def why(
    report: Annotated[str, typer.Argument(help="The report's id, such as 7 or r7; `reports #12` lists them.")],
    number: Annotated[str | None, typer.Argument(help="The problem to weigh it against, such as 12 or #12.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Show what was said of a report, and what speaks for its problem and the nearest others, and what against."""
    wanted = None if number is None else parse_number(number)
    asyncio.run(_why(parse_report(report), wanted, as_json=as_json))


async def _why(report_id: ReportId, number: int | None, *, as_json: bool) -> None:
    async with opened(read_settings()) as product, product.open_work(read_only=True) as work:
        stored = await work.reports.get(report_id)
        if stored is None:
            raise NotFoundError(f"There is no report r{report_id}.")
        act = _act(product, work, stored.desk)
        if not as_json:
            write_line(render(await explain_report(act, report_id, number)))
            return
        named = None if number is None else await act.problem(number)
        review = await review_report(act, stored)
        near = [each for each in review.near if named is None or each.problem == named.id]
        write_json(
            {
                "report": stored.id,
                "desk": stored.desk,
                "problem": await _number_of(work, stored.problem),
                "text": stored.text,
                "then": _said(stored.verdict, stored.probability, stored.reasons),
                "now": _said(review.judgement.verdict, review.judgement.probability, review.judgement.reasons),
                "same_as": list(review.same_as),
                "not_same_as": list(review.not_same_as),
                "near": [_row(each) | {"problem": await _number_of(work, each.problem)} for each in near],
            }
        )


def _act(product: Product, work: UnitOfWork, desk: str) -> Act:
    return Act(
        work=work,
        person=_ITSELF,
        desk=product.desks.named(desk),
        now=utc_now(),
        origin="cli",
        indexes=product.indexes,
        salt=product.salt,
    )


async def _number_of(work: UnitOfWork, problem: ProblemId) -> int:
    return (await live_problem(work.problems, problem)).number


def _said(verdict: Verdict, probability: float, reasons: Sequence[Reason]) -> dict[str, Any]:
    return {"verdict": verdict.value, "probability": probability, "reasons": [asdict(each) for each in reasons]}


def _row(candidate: Candidate) -> dict[str, Any]:
    return {
        "probability": candidate.probability,
        "nearest": candidate.nearest,
        "bars": list(candidate.bars),
        "reasons": [asdict(each) for each in candidate.reasons],
    }
