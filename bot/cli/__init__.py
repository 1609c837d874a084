"""The console command `techissue`."""

import sys

import typer
from rich.console import Console

from bot.cli import operations, problems, reports, serve, slack, triage, tune, why
from bot.errors import BotError

app = typer.Typer(
    name="techissue",
    help="Technology failures that customers report to agents: grouped, counted, escalated, answered.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("report")(reports.report)
app.command("import")(reports.import_file)
app.command("problems")(problems.list_problems)
app.command("show")(problems.show)
app.command("why")(why.why)
app.command("triage")(triage.triage)
app.command("tune")(tune.tune)
app.command("outbox")(operations.outbox)
app.command("doctor")(operations.doctor)
app.add_typer(slack.slack, name="slack")
app.add_typer(operations.db, name="db")


def main() -> None:
    """Run the command; what the person got wrong is one sentence on standard error, and the exit status is 2."""
    try:
        app()
    except BotError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False, highlight=False)
        sys.exit(2)
