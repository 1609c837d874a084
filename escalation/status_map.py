"""The tracker's status, by category and resolution, in a problem's words."""

from dataclasses import dataclass, field

from escalation.values import DeclineReason, ProblemStatus, TicketStatus

_DECLINED = {
    "won't do": DeclineReason.WONT_FIX,
    "won't fix": DeclineReason.WONT_FIX,
    "declined": DeclineReason.WONT_FIX,
    "not a bug": DeclineReason.NOT_A_FAULT,
    "not a fault": DeclineReason.NOT_A_FAULT,
    "works as designed": DeclineReason.NOT_A_FAULT,
    "duplicate": DeclineReason.DUPLICATE,
    "cannot reproduce": DeclineReason.CANNOT_REPRODUCE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusMap:
    """How a desk reads its tracker. Keys are lower case.

    `declined` maps resolutions that are an end but not a fix; every other resolution of a done ticket is a fix.
    `acknowledged` lists status names that mean somebody has seen it, though the category is still "to do".
    """

    declined: dict[str, DeclineReason] = field(default_factory=lambda: dict(_DECLINED))
    acknowledged: frozenset[str] = frozenset({"acknowledged", "selected for development", "triaged"})

    def read(
        self, status: TicketStatus, status_name: str, resolution: str | None
    ) -> tuple[ProblemStatus, DeclineReason | None]:
        """The problem's status for a ticket's, and why it was declined if it was."""
        if status is TicketStatus.DONE:
            reason = self.declined.get((resolution or "").casefold())
            return (ProblemStatus.DECLINED, reason) if reason else (ProblemStatus.FIXED, None)
        if status is TicketStatus.IN_PROGRESS:
            return ProblemStatus.IN_PROGRESS, None
        if status_name.casefold() in self.acknowledged:
            return ProblemStatus.ACKNOWLEDGED, None
        return ProblemStatus.OPEN, None
