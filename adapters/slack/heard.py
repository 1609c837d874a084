"""What people wrote, out of Slack's markup."""

import re

_MARKUP = re.compile(r"<([@#!])?([^<>|\s]+)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def read_text(text: str, *, without: str | None = None) -> str:
    """The text as its writer saw it. Mentions of the user `without` are left out: that is the bot."""

    def shown(found: re.Match[str]) -> str:
        kind, target, label = found[1], found[2], found[3]
        match kind:
            case "@":
                return "" if target == without else f"@{label or target}"
            case "#":
                return f"#{label or target}"
            case "!":
                return label or f"@{target.partition('^')[0]}"
        address = target.removeprefix("mailto:").removeprefix("tel:")
        # Slack makes a link of what looks like one, and keeps what was typed as its label.
        return address if label is None or label in address else f"{label} {address}"

    plain = _MARKUP.sub(shown, text)
    for entity, character in _ENTITIES:
        plain = plain.replace(entity, character)
    return plain.strip()
