"""The draft of a ticket, from what is known of its problem."""

from zoneinfo import ZoneInfo

from escalation.page import plain_text
from escalation.ticket_facts import TicketFacts
from escalation.ticket_text import compose_page
from escalation.values import TicketDraft, TicketKey


def compose_draft(  # noqa: PLR0913 - all that a draft depends on
    facts: TicketFacts, *, label: str, reason: str, zone: ZoneInfo, home: str | None, earlier: TicketKey | None
) -> TicketDraft:
    """What the ticket is opened with, by one complete call."""
    problem = facts.case.problem
    page = compose_page(facts.account(zone, earlier=earlier), reason=reason, zone=zone, home=home)
    return TicketDraft(
        desk=problem.desk,
        label=label,
        title=facts.title,
        body=plain_text(page),
        page=page,
        service=facts.services[0] if facts.services else problem.service,
        priority=facts.case.urgency,
        linked_from=earlier,
        reports=facts.case.evidence.reports,
    )
