"""What can go wrong on the board's pages. The tracker's own errors are escalation's.

BoardError
└── BadMoveError      there is no such status or resolution; the message names those there are
"""


class BoardError(Exception):
    """The root: the board did not do it, and the message says why."""


class BadMoveError(BoardError):
    """There is no such status or resolution."""
