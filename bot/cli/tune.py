"""`techissue tune`."""

import asyncio
import getpass
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.bootstrap import Product, opened, utc_now
from bot.cli.output import JSON_HELP, write_json, write_line, write_table
from bot.cli.problems import only_desk
from bot.settings import read_settings
from bot.tuning import Suggestion, reset_tuning, suggest_tuning, use_tuning
from dedupe.adjustment import ALL, KNOWN
from dedupe.trial import FEWEST, Outcome, Side, Trial
from dedupe.values import Verdict
from escalation.values import PersonId
from escalation.wording import say_count

_WHAT = "what became of it"
_BEFORE, _AFTER = "as shipped", "the desk's own"
_DONE = {Verdict.SAME: "joined", Verdict.ASK: "asked about", Verdict.NEW: "left alone"}
_GROUPS = {
    ALL: "all evidence",
    "meaning": "meaning",
    "words": "shared words",
    "letters": "spelling",
    "codes": "codes and numbers",
    "service": "the service",
    "time": "time and bursts",
    "standing": "size and rank",
    "report": "how much a report says",
    "desk": "how much the desk has open",
}
_WORTH_SAYING = 0.005


def tune(
    *,
    desk: Annotated[str | None, typer.Option(help="Whose; needed where several desks have problems.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Use what is recommended without asking.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to the weights that are shipped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Learn from what the desk's people decided, show how that would have done, and ask before it is used."""
    asyncio.run(_reset(desk) if reset else _tune(desk, yes=yes, as_json=as_json))


async def _tune(desk: str | None, *, yes: bool, as_json: bool) -> None:
    async with opened(read_settings()) as product:
        named = product.desks.named(desk or await only_desk(product))
        with Console(stderr=True).status(f"Going through what the people of {named.name} decided …"):
            found = await suggest_tuning(product.open_work, product.indexes, named, now=utc_now())
        if as_json:
            used = yes and found.trial.is_recommended
        else:
            _show(found)
            used = found.trial.is_recommended if yes or not found.trial.decisions else _is_wanted(found.trial)
        if used:
            await use_tuning(product.open_work, found, by=_who(), now=utc_now())
    if as_json:
        write_json(_row(found, used=used))
    else:
        write_line("Every process judges by them from the next report on." if used else "Nothing was changed.")


async def _reset(desk: str | None) -> None:
    async with opened(read_settings()) as product:
        name = product.desks.named(desk or await _tuned_or_only_desk(product)).name
        had = await reset_tuning(product.open_work, name, by=_who(), now=utc_now())
    done = "judges by the shipped weights again" if had else "judges by the shipped weights anyway"
    write_line(f"The desk {name} {done}.")


async def _tuned_or_only_desk(product: Product) -> str:
    """The one desk that has its own weights, if there is just one."""
    async with product.open_work(read_only=True) as work:
        tuned = [each.desk for each in await work.tunings.all()]
    return tuned[0] if len(tuned) == 1 else await only_desk(product)


def _who() -> PersonId:
    return PersonId(f"cli:{getpass.getuser().casefold()}")


def _is_wanted(trial: Trial) -> bool:
    return typer.confirm("Use them?" if trial.is_recommended else "Use them all the same?", default=False)


def _show(found: Suggestion) -> None:
    trial = found.trial
    decisions = say_count(trial.decisions, "report")
    write_line(f"Desk {found.desk}: people decided about {decisions}; {found.unquestioned} nobody questioned.")
    if found.in_use is not None:
        state = "are of other weights or of another model than these and not used" if found.is_stale else "are in use"
        write_line(
            f"Its own weights of {found.in_use.at:%Y-%m-%d}, learned from {found.in_use.decisions} decisions, {state}."
        )
    if trial.tried:
        rows = [_counts(each, trial.before.outcomes, trial.after.outcomes) for each in Outcome]
        write_table(f"{trial.tried} of the decisions, tried with what was learned before them", _COLUMNS, rows)
        if sum(trial.before.unquestioned.values()):
            done = [_counts(each, trial.before.unquestioned, trial.after.unquestioned, _DONE[each]) for each in Verdict]
            write_table("Reports of the same time that nobody questioned", _COLUMNS, done)
        write_line(f"Log loss a decision (less is better): {trial.before.loss:.3f} → {trial.after.loss:.3f}")
    write_line(f"From all decisions it learned what shall count more, or less: {_in_words(found.moves)}.")
    write_line(_recommendation(trial))


_COLUMNS = (_WHAT, _BEFORE, _AFTER)


def _counts(
    each: Any, before: Mapping[Any, int], after: Mapping[Any, int], name: str | None = None
) -> dict[str, object]:
    return {_WHAT: name or each.value, _BEFORE: before[each], _AFTER: after[each]}


def _in_words(moves: Mapping[str, float]) -> str:
    """What was learned, the farthest moved first."""
    moved = sorted((name for name in _GROUPS if abs(moves[name]) >= _WORTH_SAYING), key=lambda name: -abs(moves[name]))
    said = [f"{_GROUPS[name]} {moves[name]:+.0%}" for name in moved]
    if abs(moves[KNOWN]) >= _WORTH_SAYING:
        said.append(f"a known problem {moves[KNOWN]:+.2f} in log-odds")
    return ", ".join(said) or "nothing to speak of"


def _recommendation(trial: Trial) -> str:
    if trial.is_recommended:
        return "Recommended: on decisions it had not seen it did better than chance explains."
    if not trial.has_enough:
        return f"Not recommended: with fewer than {FEWEST} decisions nothing can be told yet."
    if trial.joins_worse:
        return "Not recommended: it would have joined more reports wrongly."
    return "Not recommended: on decisions it had not seen it did no better than chance explains."


def _row(found: Suggestion, *, used: bool) -> dict[str, object]:
    trial = found.trial
    return {
        "desk": found.desk,
        "decisions": trial.decisions,
        "unquestioned": found.unquestioned,
        "tried": trial.tried,
        "before": _side(trial.before),
        "after": _side(trial.after),
        "gain": trial.gain,
        "gain_standard_error": trial.error,
        "moves": dict(found.moves),
        "recommended": trial.is_recommended,
        "why": _recommendation(trial),
        "in_use": None if found.in_use is None else {"at": found.in_use.at, "decisions": found.in_use.decisions},
        "stale": found.is_stale,
        "used": used,
    }


def _side(side: Side) -> dict[str, object]:
    return {
        **{each.name.lower(): side.outcomes[each] for each in Outcome},
        "log_loss": side.loss,
        "unquestioned": {_DONE[each]: side.unquestioned[each] for each in Verdict},
    }
