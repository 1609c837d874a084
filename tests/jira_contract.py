"""Atlassian's published contract of Jira Cloud, held against what we and the tests' Jira say to each other.

Data Center publishes none. Where the contracts are not at hand nothing is held, and a test says so by skipping.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.fakes.jira.server import Exchange, FakeJira

CONTRACTS = Path(__file__).parents[2] / "shared/rigs/contracts"
_MOST = 400
_BASE = "http://jira.test"


def contract_file(version: int) -> Path:
    return CONTRACTS / f"jira-platform-v{version}.json"


def violations(jira: FakeJira) -> list[str]:
    """What is not as the contract says, each once."""
    if not jira.cloud:
        return []
    found = {words for each in jira.exchanges[:_MOST] for words in check(each)}
    return sorted(found)


def check(exchange: Exchange) -> list[str]:
    """What is wrong with one request and its answer."""
    version = int(urlsplit(exchange.url).path.split("/")[3])
    if not contract_file(version).exists():
        return []
    contract = _contract(version)
    request, response = _request(exchange), _response(exchange)
    where = f"{exchange.method} {urlsplit(exchange.url).path} -> {exchange.status}"
    # A request that was refused may be wrong: that is what it was refused for.
    wrong = _errors(contract, "validate_request", request) if exchange.status < 400 else []
    # Where Jira answers nothing the contract names an empty answer's form all the same.
    answered = _errors(contract, "validate_response", request, response) if exchange.answer else []
    return [f"{where}: {words}" for words in [*wrong, *answered]]


@cache
def _contract(version: int) -> Any:
    from openapi_core import Config, OpenAPI  # noqa: PLC0415 - seconds to load, and only where there is a contract

    spec = json.loads(contract_file(version).read_text())
    spec["servers"] = [{"url": _BASE}]
    for path in spec["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    _allow_their_times(spec)
    return OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))


def _allow_their_times(node: Any) -> None:
    """Atlassian's own times end in +0000, which the format that its contract names does not allow."""
    if isinstance(node, dict):
        if node.get("format") == "date-time":
            del node["format"]
        for each in node.values():
            _allow_their_times(each)
    elif isinstance(node, list):
        for each in node:
            _allow_their_times(each)


def _errors(contract: Any, check_it: str, *told: Any) -> list[str]:
    from openapi_core.exceptions import OpenAPIError  # noqa: PLC0415 - as above

    try:
        getattr(contract, check_it)(*told)
    except OpenAPIError as error:
        cause = error.__cause__ or error
        inner = getattr(cause, "schema_errors", None)
        if inner:
            return [f"{list(each.absolute_path)} {each.message}"[:200] for each in inner]
        return [f"{type(cause).__name__}: {cause}"[:200]]
    return []


def _request(exchange: Exchange) -> Any:
    from openapi_core.contrib.requests import RequestsOpenAPIRequest  # noqa: PLC0415 - as above

    parts = urlsplit(exchange.url)
    request = requests.Request(
        exchange.method,
        _BASE + parts.path,
        params=parse_qsl(parts.query),
        data=exchange.body or None,
        headers={"Content-Type": "application/json"} if exchange.body else {},
    )
    return RequestsOpenAPIRequest(request.prepare())


def _response(exchange: Exchange) -> Any:
    from openapi_core.contrib.requests import RequestsOpenAPIResponse  # noqa: PLC0415 - as above

    response = requests.Response()
    response.status_code = exchange.status
    response._content = exchange.answer  # noqa: SLF001 - a response can be made in no other way
    response.headers["Content-Type"] = "application/json"
    return RequestsOpenAPIResponse(response)
