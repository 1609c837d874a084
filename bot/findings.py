"""What an examination of the set-up found."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was checked, whether it is in order, and what was found: if it is not, a sentence that says what to do."""

    check: str
    ok: bool
    finding: str
