"""What a person can get wrong. Each message is one clear sentence that the person reads as it stands.

BotError
├── NotAllowedError      the person's roles do not permit the act
├── NotFoundError        there is no such problem, report or question
├── BadInputError        something typed is wrong; `field` names the form's input, if one is to blame
├── TooLateError         the act came after something that makes it pointless; says what has happened since
└── SettingsError        a setting is wrong: names it, its value's shape and where it came from
"""


class BotError(Exception):
    """The root: the act was not done, and the message says why and what to do."""


class NotAllowedError(BotError):
    """The person's roles do not permit the act."""


class NotFoundError(BotError):
    """There is no such thing."""


class BadInputError(BotError):
    """Something typed is wrong."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooLateError(BotError):
    """The act came after something that makes it pointless."""


class SettingsError(BotError):
    """A setting is wrong."""
