"""What the bot suspects of a desk's grouping, as it is proposed to triagers."""

from dataclasses import dataclass
from enum import StrEnum

from dedupe.values import ReportId


class ProposalKind(StrEnum):
    """What is proposed."""

    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Something for a triager to look at; nothing comes of it by itself.

    `MERGE`: the problem of the one report in `reports` and that of `other`, the member it is most like, look like one,
    with this probability and for these reasons. `SPLIT`: `reports` look like another failure than `other`, which is in
    the same problem; the reason says what sets them apart ("another code"). It is pointless once reports were moved, or
    people have said that they are the same or are not.
    """

    kind: ProposalKind
    reports: tuple[ReportId, ...]
    other: ReportId
    probability: float = 0.0
    reasons: tuple[str, ...] = ()
