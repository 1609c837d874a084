"""What to tell the customer, where IT has not said it."""

from escalation.values import DeclineReason, Problem, ProblemStatus

_BY_STATUS = {
    ProblemStatus.ACKNOWLEDGED: "Our technology team has seen this and is looking into it.",
    ProblemStatus.IN_PROGRESS: "Our technology team is working on this right now.",
    ProblemStatus.FIXED: "This has been fixed. Please try again.",
    ProblemStatus.CLOSED: "This has been fixed. Please try again.",
}
_BY_REASON = {
    DeclineReason.NOT_A_FAULT: "Our technology team has checked this: it works as it is meant to.",
    DeclineReason.WONT_FIX: "Our technology team has looked at this and will not be changing it for now.",
    DeclineReason.CANNOT_REPRODUCE: "Our technology team could not make this happen; any detail you can give helps.",
}
_WITH_TICKET = "We know about this, and our technology team has it."
_NEW = "Thank you. I have logged this with our technology team."


def words_for_customer(problem: Problem, *, has_ticket: bool) -> str:
    """The triagers' text, else the workaround, else a sentence that is true of the problem's status."""
    if problem.customer_text is not None:
        return problem.customer_text
    if problem.workaround is not None and not problem.status.is_ended:
        return f"{_standard(problem, has_ticket=has_ticket)} Meanwhile: {problem.workaround}"
    return _standard(problem, has_ticket=has_ticket)


def _standard(problem: Problem, *, has_ticket: bool) -> str:
    if problem.decline_reason in _BY_REASON:
        return _BY_REASON[problem.decline_reason]
    return _BY_STATUS.get(problem.status, _WITH_TICKET if has_ticket else _NEW)
