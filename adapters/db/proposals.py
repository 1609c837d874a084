"""What the last look over a desk's problems proposes."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from adapters.db.models import proposals
from adapters.db.transaction import Record, Transaction
from bot.proposals import Proposal, ProposalKind
from dedupe.values import ReportId


class SqlProposalStore:
    """See `bot.ports.ProposalStore`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def renew(self, desk: str, made: Sequence[Proposal]) -> None:
        await self._transaction.write(delete(proposals).where(proposals.c.desk == desk))
        rows = [
            {
                "desk": desk,
                "kind": each.kind.value,
                "reports": list(each.reports),
                "other": each.other,
                "probability": each.probability,
                "reasons": list(each.reasons),
            }
            for each in made
        ]
        if rows:
            await self._transaction.write(insert(proposals), rows)

    async def of_desk(self, desk: str) -> list[Proposal]:
        statement = select(proposals).where(proposals.c.desk == desk).order_by(proposals.c.id)
        return [_proposal_of(row) for row in await self._transaction.all(statement)]


def _proposal_of(row: Record) -> Proposal:
    return Proposal(
        kind=ProposalKind(row.kind),
        reports=tuple(ReportId(each) for each in row.reports),
        other=ReportId(row.other),
        probability=row.probability,
        reasons=tuple(row.reasons),
    )
