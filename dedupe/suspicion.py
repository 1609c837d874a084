"""What may be wrong with how a problem is grouped: for a person to look at, never to act on."""

from collections import Counter
from collections.abc import Iterable

from dedupe.links import Links
from dedupe.members import Member
from dedupe.values import ReportId


def named_apart(members: Iterable[Member], links: Links) -> tuple[ReportId, ...]:
    """Members that name another error code than most of those that name one, the first made first.

    Empty where all agree, and where they name more than two codes: then it is not the code that tells the failure.
    Without those that people said are the same as one of the others.
    """
    naming = [member for member in members if member.codes.named]
    codes = Counter(code for member in naming for code in member.codes.named)
    if not codes:
        return ()
    first = min(naming, key=_age).wording.codes.named
    most = max(codes, key=lambda code: (codes[code], code in first, code))
    apart = [member for member in naming if not any(code.agrees(most) for code in member.codes.named)]
    if len({code.digits for member in apart for code in member.codes.named}) != 1:
        return ()
    leaving = {member.report for member in apart}
    kept = [member for member in apart if links.same_as(member.report) <= leaving]
    return tuple(member.report for member in sorted(kept, key=_age))


def _age(member: Member) -> tuple[float, ReportId]:
    return member.at, member.report
