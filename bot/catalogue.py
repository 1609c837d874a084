"""What a desk is before anybody has configured it."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.desks import Desk, Service
from bot.errors import BadInputError

DEFAULT_DESK = "default"
DESK_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
GENERAL_CATALOGUE = (
    Service(name="Website", aliases=("web", "site", "web site", "portal", "online account")),
    Service(name="Mobile app", aliases=("app", "ios app", "android app", "iphone app", "mobile")),
    Service(name="Phone line", aliases=("ivr", "phone menu", "hotline", "phone system")),
    Service(name="Payments", aliases=("payment", "checkout", "billing", "pay")),
    Service(name="Card reader", aliases=("reader", "card terminal", "terminal", "pos", "pin pad")),
    Service(name="Email", aliases=("e-mail", "mail", "emails")),
)


def title_for(name: str) -> str:
    """A title made of a desk's name."""
    return "Default desk" if name == DEFAULT_DESK else re.sub(r"[-_]+", " ", name).strip().capitalize()


class Desks:
    """The desks as configured, and one with defaults for any other name, since an import may bring new ones."""

    def __init__(self, configured: Mapping[str, Desk]) -> None:
        self._configured = dict(configured)

    @property
    def configured(self) -> tuple[Desk, ...]:
        """The configured desks, the default one first."""
        return tuple(self._configured.values())

    def named(self, name: str) -> Desk:
        """The desk of this name. One that is not configured is in UTC and has an empty catalogue, which takes any name.

        Raises BadInputError for what cannot be the name of a desk.
        """
        if name in self._configured:
            return self._configured[name]
        if not DESK_NAME.fullmatch(name):
            raise BadInputError(
                "A desk is named by at most 32 lower-case letters, digits, hyphens and underscores.", field="desk"
            )
        return Desk(name=name, title=title_for(name), zone=ZoneInfo("UTC"))
