"""How Jira is reached."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from escalation.values import TicketKey

_CLOUD_HOSTS = (".atlassian.net", ".jira.com", "api.atlassian.com")


@dataclass(frozen=True, kw_only=True, slots=True)
class JiraAccess:
    """`site` is where people look at tickets, `api` where programs ask (a gateway, for scoped tokens). With an `email`
    the token goes along as its password, as Cloud's do; without one it is a bearer token, as Data Center's are.

    `version` is the API's: 2 takes wiki text, 3 takes documents; None means 3 on Cloud and 2 elsewhere.
    Times are seconds to wait for a connection and for an answer.
    """

    site: str
    token: str = field(repr=False)
    email: str | None = None
    api: str | None = None
    version: int | None = None
    connect_seconds: float = 5.0
    read_seconds: float = 20.0

    @property
    def address(self) -> str:
        """Where programs ask."""
        return (self.api or self.site).rstrip("/")

    @property
    def is_surely_cloud(self) -> bool:
        """Whether the address alone says that it is Jira Cloud."""
        host = urlsplit(self.address).hostname or ""
        return host.endswith(_CLOUD_HOSTS)

    def page_of(self, key: TicketKey) -> str:
        """Where people look at this ticket."""
        return f"{self.site.rstrip('/')}/browse/{key}"
