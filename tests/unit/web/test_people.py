import httpx
import pytest
from starlette.requests import Request

from adapters.web.people import COOKIE, SignedIn, SignedPeople, slug_of
from bot.people import Role
from escalation.values import PersonId
from tests.unit.web.conftest import HOME, sign_in


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ana", "ana"),
        ("Ana  María", "ana-maría"),
        ("Анна", "анна"),
        ("李 雷", "李-雷"),
        ("a/../b?c#d", "a-b-c-d"),
        ("<script>", "script"),
        ("x" * 90, "x" * 40),
        ("!?", ""),
    ],
)
def test_a_name_becomes_part_of_an_address(name: str, slug: str) -> None:
    assert slug_of(name) == slug


async def test_giving_a_name_opens_that_persons_chat(browser: httpx.AsyncClient) -> None:
    response = await sign_in(browser, " Ana  María ")
    page = await browser.get(response.headers["location"])
    assert (response.status_code, page.status_code) == (303, 200)
    assert "Hello Ana María" in page.text


async def test_without_a_name_the_form_says_so_and_keeps_the_role(browser: httpx.AsyncClient) -> None:
    response = await sign_in(browser, " !? ", role="triager")
    assert response.status_code == 422
    assert "Please type a name." in response.text
    assert 'value="triager" checked' in response.text


async def test_two_people_are_signed_in_at_one_browser(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "Ana")
    await sign_in(browser, "Ben", role="triager")
    ana, ben = await browser.get("/chat/ana"), await browser.get("/chat/ben")
    assert "Hello Ana" in ana.text
    assert "Hello Ben" in ben.text


async def test_signing_out_leaves_the_others(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "Ana")
    await sign_in(browser, "Ben")
    await browser.post("/chat/ana/leave")
    ana, ben = await browser.get("/chat/ana"), await browser.get("/chat/ben")
    assert (ana.status_code, ben.status_code) == (303, 200)


async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(browser: httpx.AsyncClient) -> None:
    response = await sign_in(browser, "Ana")
    cookie = response.headers["set-cookie"].casefold()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("cookie", ["", "rubbish", "W10.aaaa.bbbb"])
def test_a_cookie_that_we_did_not_sign_is_nobody(people: SignedPeople, cookie: str) -> None:
    assert people.read(_request(cookie)) == {}


async def test_a_cookie_signed_with_another_secret_is_nobody(browser: httpx.AsyncClient, people: SignedPeople) -> None:
    await sign_in(browser, "Ana")
    cookie = browser.cookies[COOKIE]
    assert list(people.read(_request(cookie))) == ["ana"]
    assert SignedPeople("another secret").read(_request(cookie)) == {}


def test_a_supervisor_is_an_agent_too_and_no_triager() -> None:
    person = SignedIn(slug="sue", name="Sue", role=Role.SUPERVISOR, desk="default").person
    assert (person.id, set(person.roles)) == (PersonId("web:sue"), {Role.AGENT, Role.SUPERVISOR})


@pytest.mark.parametrize(("query", "name"), [("", "Ben"), ("as=ana", "Ana"), ("as=eve", None)])
async def test_a_page_is_opened_as_the_one_named_or_the_newest(
    browser: httpx.AsyncClient, people: SignedPeople, query: str, name: str | None
) -> None:
    await sign_in(browser, "Ana")
    await sign_in(browser, "Ben")
    who = people.who(_request(browser.cookies[COOKIE], query=query))
    assert (who and who.name) == name


def _request(cookie: str, *, query: str = "") -> Request:
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode()), (b"host", HOME.encode())]
    return Request({"type": "http", "path": "/", "query_string": query.encode(), "headers": headers})
