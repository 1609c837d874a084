"""What a test says when the real peer it needs (a browser, a PostgreSQL server) is not on this machine."""

import os
from typing import NoReturn

import pytest

MUST_BE_THERE = "REQUIRE_PEERS"
"""Set by `.ci/run` where the peers are installed: there a test that cannot reach its peer fails."""


def missing_peer(reason: str) -> NoReturn:
    """Skip the test that asked, or fail it where the real peers must be there."""
    if os.environ.get(MUST_BE_THERE):
        pytest.fail(f"{reason} ({MUST_BE_THERE} is set, so this may not be skipped)")
    pytest.skip(reason)
