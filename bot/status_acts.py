"""A triager says where a problem stands."""

from bot.errors import TooLateError
from bot.regroup import record
from bot.turn import Act
from bot.undo import undo_of_fields
from escalation.status import StatusChange, change_status_in_chat
from escalation.values import DeclineReason, Problem, ProblemStatus


async def set_status(act: Act, number: int, status: ProblemStatus, reason: DeclineReason | None) -> Problem:
    """Give the problem this status; its ticket follows, and its reporters are told. Gives the problem as it is then.

    Raises NotAllowedError, NotFoundError, TooLateError.
    """
    act.require_triager("change a problem's status")
    problem = await act.problem(number)
    if problem.status is status and problem.decline_reason is reason:
        raise TooLateError(f"#{problem.number} is {status.value} already.")
    await act.work.people.remember(act.person)
    change = StatusChange(status=status, at=act.now, reason=reason, by=act.person.id, by_name=act.person.name)
    changed = await change_status_in_chat(act.work, problem, change, level=act.desk.policy.level, now=act.now)
    await record(act, f"status {status.value}", problem=changed, undo=undo_of_fields(problem, changed))
    return changed
