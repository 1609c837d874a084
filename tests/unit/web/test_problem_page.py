import httpx
import pytest

from bot.messages import Message
from tests.fakes.conversation import ScriptedConversation

PAGE = {"Accept": "text/html"}
NOTHING = "There is no problem #7 on this desk."


@pytest.fixture
def conversation() -> ScriptedConversation:
    return ScriptedConversation(cards={("default", "#12"): Message(title="#12 · card is declined <b>", text="Open")})


async def test_who_is_signed_in_sees_the_problems_card(ana: httpx.AsyncClient) -> None:
    page = await ana.get("/problems/default/12", headers=PAGE)
    assert page.status_code == 200
    assert "#12 · card is declined &lt;b&gt;" in page.text
    assert 'href="/chat/ana"' in page.text


async def test_a_stranger_learns_nothing_not_even_whether_it_is_there(browser: httpx.AsyncClient) -> None:
    there = await browser.get("/problems/default/12", headers=PAGE)
    nowhere = await browser.get("/problems/default/7", headers=PAGE)
    assert "Type there: show #12" in there.text
    assert "declined" not in there.text
    assert (there.status_code, nowhere.text.replace("#7", "#12")) == (nowhere.status_code, there.text)


async def test_who_works_at_another_desk_is_a_stranger(
    ana: httpx.AsyncClient, conversation: ScriptedConversation
) -> None:
    page = await ana.get("/problems/other/12", headers=PAGE)
    assert "Type there: show #12" in page.text
    assert conversation.turns == []


async def test_a_problem_that_is_not_there_is_said_in_one_sentence(ana: httpx.AsyncClient) -> None:
    page = await ana.get("/problems/default/7", headers=PAGE)
    assert (page.status_code, NOTHING in page.text) == (404, True)
