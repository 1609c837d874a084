import httpx
import pytest

from tests.fakes.conversation import ScriptedConversation
from tests.unit.web.conftest import HOME

SAID = {"text": "card declined", "delivery": "0123456789abcdef"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": HOME}, 200),
        ({"Origin": HOME.replace("http:", "https:")}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 403),
    ],
)
async def test_an_act_must_come_from_our_own_pages(
    ana: httpx.AsyncClient, conversation: ScriptedConversation, headers: dict[str, str], status: int
) -> None:
    del ana.headers["Origin"]
    response = await ana.post("/chat/ana/say", json=SAID, headers=headers)
    assert response.status_code == status
    assert len(conversation.turns) == (status == 200)


@pytest.mark.parametrize("path", ["/chat", "/board/TI-1/move", "/board/TI-1/comment"])
async def test_other_sites_post_nothing_anywhere(ana: httpx.AsyncClient, path: str) -> None:
    response = await ana.post(path, data={"name": "Eve"}, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403


async def test_a_host_that_is_not_ours_is_refused(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/healthz", headers={"Host": "rebound.example"})
    assert response.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080"])
async def test_the_names_of_this_machine_are_ours(browser: httpx.AsyncClient, host: str) -> None:
    response = await browser.get("/healthz", headers={"Host": host})
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/chat", "/chat/ana", "/board", "/nowhere", "/static/chat.js"])
async def test_every_page_runs_only_its_own_files(ana: httpx.AsyncClient, path: str) -> None:
    response = await ana.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/chat?another=1", "/chat/ana", "/board"])
async def test_no_page_has_script_or_style_of_its_own(ana: httpx.AsyncClient, path: str) -> None:
    page = (await ana.get(path)).text
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count('<script src="/static/')


async def test_more_than_64_kilobytes_are_refused_with_a_sentence(
    ana: httpx.AsyncClient, conversation: ScriptedConversation
) -> None:
    response = await ana.post("/chat/ana/say", json={**SAID, "text": "x" * 65_536})
    assert response.status_code == 413
    assert "64 kilobytes" in response.json()["notice"]
    assert conversation.turns == []


async def test_ten_thousand_characters_of_any_script_are_taken(
    ana: httpx.AsyncClient, conversation: ScriptedConversation
) -> None:
    text = "💳" * 10_000
    response = await ana.post(
        "/chat/ana/say",
        content=f'{{"text": "{text}", "delivery": "0123456789abcdef"}}'.encode(),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 200
    assert conversation.heard == [text]


async def test_the_entrance_leads_to_the_chat(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/")
    assert response.headers["location"] == "/chat"


async def test_an_address_that_is_nowhere_says_so_in_a_page(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/nowhere", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "There is nothing at this address." in response.text
