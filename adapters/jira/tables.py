"""What the adapter must know again after it was killed: which calls it sent without hearing what became of them."""

from sqlalchemy import Column, MetaData, String, Table

metadata = MetaData()

jira_attempts = Table(
    "jira_attempts",
    metadata,
    Column("mark", String(300), primary_key=True),
    Column("sent_at", String(40), nullable=False),
    Column("made", String(100), nullable=True),
)
"""`mark` is the label of a ticket or the mark of a comment, `sent_at` an ISO time in UTC, `made` the key or id of what
Jira said it made. A row without `made` is a call whose outcome is uncertain."""
