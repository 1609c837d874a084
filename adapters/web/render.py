"""The bot's messages and forms as HTML. Every text is untrusted: the templates escape it."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web.clamp import clamp, clean
from adapters.web.transcript import Entry
from bot.messages import Form, Message, Tone

_LABELS = {
    Tone.NEUTRAL: "",
    Tone.KNOWN: "Known",
    Tone.NEW: "New",
    Tone.ASK: "Question",
    Tone.FIXED: "Fixed",
    Tone.BACK: "Back again",
    Tone.WARNING: "Attention",
}


class Renderer:
    """Makes pages and pieces of pages from templates. `home` is the address under which people reach the server."""

    def __init__(self, *, home: str) -> None:
        self._home = home.rstrip("/")
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["tone_labels"] = _LABELS

    def page(self, template: str, **values: Any) -> str:
        """A whole page."""
        return self._templates.get_template(template).render(**values)

    def message(self, message: Message, *, slug: str) -> Markup:
        """A message's inner HTML, clamped, as the person of this slug sees it."""
        return self._render(
            "message.html", message=clamp(message), link=lambda url: safe_link(url, home=self._home, slug=slug)
        )

    def entry(self, entry: Entry, *, slug: str, zone: tzinfo) -> Markup:
        """One line of the transcript."""
        return self._render(
            "entry.html",
            entry=entry,
            text=clean(entry.text),
            body="" if entry.message is None else self.message(entry.message, slug=slug),
            at=entry.created_at.astimezone(zone),
        )

    def form(self, form: Form, *, entry: int | None) -> Markup:
        """A form, to be shown in a dialog. `entry` is the transcript's line whose button opened it."""
        return self._render("form.html", form=form, entry=entry)

    def _render(self, template: str, **values: Any) -> Markup:
        return Markup(self._templates.get_template(template).render(**values))  # noqa: S704 - escaped by the template


def entry_json(renderer: Renderer, entry: Entry, *, slug: str, zone: tzinfo) -> Mapping[str, object]:
    """An entry as the page's script takes it. `details` say why, each reason with its weight."""
    return {
        "id": entry.id,
        "revision": entry.revision,
        "kind": entry.kind.value,
        "plain": "" if entry.message is None else clean(entry.message.plain),
        "details": [] if entry.message is None else list(clamp(entry.message).details),
        "html": renderer.entry(entry, slug=slug, zone=zone),
    }


def safe_link(url: str, *, home: str, slug: str) -> str | None:
    """The address if a page may link to it, else None.

    An address of our own (`home` is where we are reached) is made relative, and a ticket of the built-in board opens
    as the same person.
    """
    url = clean(url).strip().removeprefix(home)
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    # Browsers read a backslash as a slash, which would turn a path into another host.
    ours = url.startswith("/") and not url.startswith("//") and "\\" not in url
    if not ours and not (parts.scheme in {"http", "https"} and parts.netloc):
        return None
    if ours and parts.path.startswith("/board/"):
        kept = f"{parts.query}&" if parts.query else ""
        parts = parts._replace(query=f"{kept}as={quote(slug)}")
    return parts.geturl()
