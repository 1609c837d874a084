"""Who is sitting at this browser. Several people may be, each in a tab of their own."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.people import Person, Role
from escalation.values import PersonId

COOKIE = "techissue_people"
_MAX_AGE = 30 * 24 * 3600
_MOST_PEOPLE = 8
NAME_LENGTH = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Someone who gave their name here. There is no password: the web chat is for trying the product out."""

    slug: str
    name: str
    role: Role
    desk: str

    @property
    def person(self) -> Person:
        """The person as the bot knows them."""
        return Person(id=PersonId(f"web:{self.slug}"), name=self.name, roles=frozenset({Role.AGENT, self.role}))


def slug_of(name: str) -> str:
    """The name as it stands in an address: letters and digits of any script, joined by hyphens. May be empty."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", folded).strip("-")[:NAME_LENGTH]


class SignedPeople:
    """Keeps who is signed in in a signed cookie, which other sites' requests do not carry."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="techissue-people")

    def read(self, request: Request) -> dict[str, SignedIn]:
        """Everyone signed in at this browser by slug, the newest last. A forged or outdated cookie is nobody."""
        try:
            rows = self._serializer.loads(request.cookies.get(COOKIE, ""), max_age=_MAX_AGE)
            people = [_read_row(row) for row in rows]
        except (BadSignature, KeyError, TypeError, ValueError):
            return {}
        return {each.slug: each for each in people}

    def write(self, request: Request, response: Response, people: dict[str, SignedIn]) -> None:
        """Keep these people, of too many the newest."""
        newest = list(people.values())[-_MOST_PEOPLE:]
        rows = [{"s": each.slug, "n": each.name, "r": each.role.value, "d": each.desk} for each in newest]
        response.set_cookie(
            COOKIE,
            self._serializer.dumps(rows),
            max_age=_MAX_AGE,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def who(self, request: Request) -> Person | None:
        """The person a page is opened as: the one named by `as` in the address, else the one who signed in last."""
        people = self.read(request)
        named = request.query_params.get("as")
        found = people.get(named) if named is not None else next(reversed(people.values()), None)
        return None if found is None else found.person


def _read_row(row: Any) -> SignedIn:
    return SignedIn(slug=str(row["s"]), name=str(row["n"]), role=Role(row["r"]), desk=str(row["d"]))
