"""A person's own page: what is theirs, what is known, and what waits for them by their roles."""

from dataclasses import replace
from datetime import timedelta

from bot.digest import compose_digest
from bot.forms import preferences_form
from bot.lookup import list_mine, list_top
from bot.messages import Home
from bot.triage_list import count_parked, list_parked, list_triage
from bot.turn import Act

_NOW = timedelta(days=1)


async def compose_home(act: Act) -> Home:
    """Everything on it is as it is now."""
    sections = [await list_mine(act), replace(await list_top(act, _NOW), title="Top problems now")]
    if act.person.is_triager:
        sections.append(await list_triage(act))
        if await count_parked(act):
            sections.append(await list_parked(act))
    if act.person.is_supervisor:
        sections.append(await compose_digest(act))
    wanted = await act.work.people.wanted_updates(act.person.id)
    return Home(sections=tuple(sections), preferences=preferences_form(wanted))
