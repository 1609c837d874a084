"""That what the tests hold against Atlassian's contract would fail if it were wrong."""

import json

import pytest

from tests.fakes.jira.server import Exchange
from tests.jira_contract import check, contract_file


@pytest.fixture(params=[2, 3])
def version(request: pytest.FixtureRequest) -> int:
    number = int(request.param)
    if not contract_file(number).exists():
        pytest.skip(f"Atlassian's contract of version {number} is not at hand, so nothing is held against it")
    return number


def link(version: int, body: dict[str, object], status: int = 201, answer: bytes = b"") -> Exchange:
    address = f"http://127.0.0.1/rest/api/{version}/issueLink"
    return Exchange("POST", address, json.dumps(body).encode(), status, answer)


RIGHT: dict[str, object] = {
    "type": {"name": "Duplicate"},
    "inwardIssue": {"key": "OPS-1"},
    "outwardIssue": {"key": "OPS-2"},
}


def test_a_right_request_passes(version: int) -> None:
    assert check(link(version, RIGHT)) == []


def test_a_wrong_request_is_caught(version: int) -> None:
    assert check(link(version, RIGHT | {"type": "Duplicate"})) != []


def test_an_address_that_jira_has_not_is_caught(version: int) -> None:
    exchange = Exchange("GET", f"http://127.0.0.1/rest/api/{version}/issues", b"", 200, b"{}")
    assert check(exchange) != []


def test_a_wrong_answer_is_caught(version: int) -> None:
    address = f"http://127.0.0.1/rest/api/{version}/issue/OPS-1/comment"
    assert check(Exchange("GET", address, b"", 200, b'{"comments": "none", "total": 0}')) != []
