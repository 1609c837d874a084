"""How Slack is reached."""

from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.errors import SettingsError
from bot.settings import Settings, SlackMode


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackAccess:
    """Tokens and addresses. `app_token` is there in Socket Mode, `signing_secret` in HTTP mode."""

    bot_token: str = field(repr=False)
    mode: SlackMode
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = "https://slack.com/api/"


def slack_access_of(settings: Settings) -> SlackAccess | None:
    """How Slack is reached, or None where no Slack is set up. Raises SettingsError."""
    if settings.slack_bot_token is None:
        if settings.slack_app_token or settings.slack_signing_secret:
            raise SettingsError("TECHISSUE_SLACK_BOT_TOKEN must be given: the other token alone cannot say anything.")
        return None
    needed, lacking = (
        (settings.slack_app_token, "TECHISSUE_SLACK_APP_TOKEN")
        if settings.slack_mode is SlackMode.SOCKET
        else (settings.slack_signing_secret, "TECHISSUE_SLACK_SIGNING_SECRET")
    )
    if needed is None:
        raise SettingsError(f"{lacking} must be given: TECHISSUE_SLACK_MODE is {settings.slack_mode.value}.")
    return SlackAccess(
        bot_token=settings.slack_bot_token.get_secret_value(),
        mode=settings.slack_mode,
        app_token=_revealed(settings.slack_app_token),
        signing_secret=_revealed(settings.slack_signing_secret),
        api_url=settings.slack_api_url.rstrip("/") + "/",
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
