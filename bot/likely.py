"""What is probably meant while somebody is still typing: nothing is stored, and nobody waits for it."""

from bot.cards import recurrence_words
from bot.intake import tidy_text
from bot.messages import Action, Choice, Quote, Style
from bot.turn import Act
from dedupe.values import ReportText
from escalation.live import live_problem
from escalation.wording import shorten

SAME_IN_FORM = "same-in-form"
"""The button of a likely problem in the report's form. Sending the form with its value in the field `same` reports it
as that problem.
"""

_MOST = 3
_LEAST_LETTERS = 8
_LEAST = 0.1
_LINE = 110


def is_worth_reading(text: str) -> bool:
    """Whether so much was typed that something can be likely."""
    return len(text.strip()) >= _LEAST_LETTERS


async def list_likely(act: Act, text: str, service: str | None) -> tuple[Choice, ...]:
    """The known problems that the text is probably about, the likeliest first."""
    words, _ = tidy_text(text)
    engine = await act.indexes.caught_up(act.work, act.desk)
    meaning = act.indexes.read(words)
    named = act.desk.service_named(service)
    asked = ReportText(
        text=words,
        service=named.name if named else None,
        reported_at=act.now,
        meaning=meaning.vector if meaning else None,
    )
    near = [each for each in engine.judge(asked).candidates if each.probability >= _LEAST][:_MOST]
    counts = await act.work.problems.counts([each.problem for each in near])
    found = await act.work.problems.several([each.problem for each in near])
    members = await act.work.reports.several([each.nearest for each in near])
    choices = []
    for each in near:
        problem = found.get(each.problem)
        if problem is None or problem.merged_into is not None:
            problem = await live_problem(act.work.problems, each.problem)
        member = members.get(each.nearest)
        quote = Quote(text=shorten(member.text, _LINE)) if member is not None else None
        choices.append(
            Choice(
                title=f"#{problem.number} · {recurrence_words(counts.get(each.problem))} · {problem.status.value}",
                quote=quote,
                actions=(
                    Action(name=SAME_IN_FORM, label="Same as this", value=str(problem.number), style=Style.PRIMARY),
                ),
            )
        )
    return tuple(choices)
