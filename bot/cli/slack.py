"""`techissue slack`."""

import json
from typing import Annotated

import typer

from bot.bootstrap import slack_manifest
from bot.cli.output import write_line
from bot.errors import SettingsError
from bot.settings import SlackMode, read_settings

slack = typer.Typer(help="Setting up Slack.", no_args_is_help=True)


@slack.callback()
def _slack() -> None:
    """Keep `manifest` a command of its own name, though it is the only one."""


@slack.command("manifest")
def manifest(
    *,
    mode: Annotated[
        SlackMode | None, typer.Option(help="How Slack reaches techissue; without it, as the settings say.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="The address that Slack posts to in HTTP mode; without it, TECHISSUE_BASE_URL.")
    ] = None,
) -> None:
    """Print the Slack app's manifest, with the least that these settings need."""
    settings = read_settings()
    if (mode or settings.slack_mode) is SlackMode.HTTP and not (url or settings.base_url):
        raise SettingsError("In HTTP mode Slack needs an address: give --url, or set TECHISSUE_BASE_URL.")
    if url is not None and not url.startswith("https://"):
        raise SettingsError(f"Slack posts only to an address that begins with https://, not to {url}.")
    write_line(json.dumps(slack_manifest(settings, mode=mode, address=url), indent=2))
