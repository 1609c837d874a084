"""A desk's own weights: what is learned, when it is recommended, and that every process judges by it."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.db.engine import make_engine
from adapters.db.work import SqlWork
from bot.ports import OpenUnitOfWork
from bot.tuning import Suggestion, reset_tuning, suggest_tuning, use_tuning
from dedupe.adjustment import KNOWN, Moves
from dedupe.precedents import Precedent, as_vector
from dedupe.trial import FEWEST
from dedupe.tuning import fit, losses
from dedupe.values import Judgement, ReportText
from dedupe.weights import share_out
from escalation.values import PersonId
from tests.deciding import LONG_AFTER, THINGS, object_to_all, precedents_of
from tests.driver import ANA, MONDAY_MORNING, Stage
from tests.fakes.meaning import FakeMeaningModel

WHO = PersonId("cli:ana")
TEXT = "gift voucher freezes at the till"
PROBE = "gift voucher freezes at the till in Hull"
LATER = MONDAY_MORNING + timedelta(days=10)
AGAINST: Moves = {KNOWN: -1.5, "words": -0.25}


@pytest.fixture
async def decided_stage(decided_file: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """The desk whose people objected to everything, long after."""
    path = tmp_path / "decided.db"
    shutil.copyfile(decided_file, path)
    engine = make_engine(f"sqlite:///{path}")
    stage = Stage(SqlWork(engine))
    stage.now = LATER
    yield stage
    await engine.dispose()


async def suggest(stage: Stage) -> Suggestion:
    return await suggest_tuning(stage.open_work, stage.indexes, stage.desk, now=stage.now + LONG_AFTER)


async def use(stage: Stage, suggestion: Suggestion, moves: Moves = AGAINST) -> None:
    """Use these moves in the place of what was suggested."""
    await use_tuning(stage.open_work, replace(suggestion, moves=moves), by=WHO, now=stage.now)


async def judge(stage: Stage, text: str = PROBE) -> Judgement:
    """What the process says of a text."""
    async with stage.open_work(read_only=True) as work:
        engine = await stage.indexes.caught_up(work, stage.desk)
    return engine.judge(ReportText(text=text, service=None, reported_at=LATER, meaning=_meaning(stage, text)))


def _meaning(stage: Stage, text: str) -> bytes | None:
    read = stage.indexes.read(text)
    return None if read is None else read.vector


def probability(precedent: Precedent, moves: Moves) -> float:
    """What would be said of the likeliest."""
    odds = precedent.odds + precedent.rows @ as_vector(moves)
    return max(share_out(odds.tolist()), default=0.0)


async def test_a_desk_that_decides_against_the_shipped_weights_joins_less_wrongly_with_its_own(
    decided_stage: Stage,
) -> None:
    trial = (await suggest(decided_stage)).trial

    assert trial.is_recommended
    assert trial.tried == pytest.approx(trial.decisions * 4 / 5, abs=1)
    assert trial.before.joined_wrong > trial.tried / 3
    assert trial.after.joined_wrong < trial.before.joined_wrong / 3
    assert trial.after.loss < trial.before.loss / 1.5


async def test_what_is_learned_makes_what_people_did_less_surprising(decided_stage: Stage) -> None:
    precedents = await precedents_of(decided_stage)

    moves = fit(precedents)

    assert losses(precedents, moves).sum() < losses(precedents, {}).sum() / 2


async def test_ten_odd_answers_hardly_move_a_desk(decided_stage: Stage) -> None:
    odd = [each for each in await precedents_of(decided_stage) if each.right is not None]

    moves = fit(odd[:10])

    assert abs(moves[KNOWN]) <= 0.3
    assert max(abs(move) for name, move in moves.items() if name != KNOWN) <= 0.2
    changes = [abs(probability(each, moves) - probability(each, {})) for each in odd[10:]]
    assert max(changes) <= 0.2
    assert sum(changes) / len(changes) <= 0.1


async def test_a_few_odd_answers_are_too_few_to_be_recommended(stage: Stage) -> None:
    await object_to_all(stage, faults=("freezes",), things=THINGS[:5])

    trial = (await suggest(stage)).trial

    assert 5 <= trial.decisions < FEWEST
    assert not trial.is_recommended


async def test_a_desk_where_nobody_decided_anything_learns_nothing(stage: Stage) -> None:
    suggestion = await suggest(stage)

    assert set(suggestion.moves.values()) == {0.0}
    assert suggestion.trial.decisions == 0
    assert not suggestion.trial.is_recommended


async def test_every_process_judges_by_a_desks_new_weights_from_the_next_report_on(
    open_work: OpenUnitOfWork,
) -> None:
    here, there = Stage(open_work), Stage(open_work)
    await here.say(ANA, TEXT)
    before = await judge(there)
    assert before == await judge(here)

    await use(here, await suggest(here))

    after = await judge(there)
    assert after == await judge(here) == await judge(Stage(open_work))
    assert after.probability < before.probability / 2


async def test_a_reset_brings_the_shipped_weights_back_to_every_process(open_work: OpenUnitOfWork) -> None:
    here, there = Stage(open_work), Stage(open_work)
    await here.say(ANA, TEXT)
    before = await judge(there)
    await use(here, await suggest(here))
    assert await judge(there) != before

    assert await reset_tuning(open_work, "default", by=WHO, now=LATER) is True

    assert await judge(there) == before
    assert await reset_tuning(open_work, "default", by=WHO, now=LATER) is False


@pytest.mark.parametrize("change", [{"weights": "of the version before"}, {"model": "another"}])
async def test_weights_that_were_moved_from_others_than_are_shipped_are_not_used(
    stage: Stage, change: dict[str, str]
) -> None:
    await stage.say(ANA, TEXT)
    suggestion, before = await suggest(stage), await judge(stage)

    await use(stage, replace(suggestion, **change))  # type: ignore[arg-type] # both are texts

    assert await judge(stage) == before
    assert (await suggest(stage)).is_stale


async def test_a_desk_that_matches_by_meaning_moves_those_weights_and_leaves_those_by_words(
    store: OpenUnitOfWork,
) -> None:
    by_meaning, by_words = Stage(store, model=FakeMeaningModel()), Stage(store)
    await by_meaning.say(ANA, TEXT)
    before, before_by_words = await judge(by_meaning), await judge(by_words)

    await use(by_meaning, await suggest(by_meaning))

    assert (await judge(by_meaning)).probability < before.probability
    assert await judge(by_words) == before_by_words


async def test_who_tuned_and_who_reset_is_in_the_audit_trail(store: OpenUnitOfWork, sqlite_url: str) -> None:
    stage = Stage(store)
    await use(stage, await suggest(stage))
    await reset_tuning(store, "default", by=WHO, now=LATER)

    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        entries = connection.execute("SELECT actor, act, undo FROM audit ORDER BY id").fetchall()
    assert entries == [(WHO, "tune", None), (WHO, "tune reset", None)]
