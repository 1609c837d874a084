"""Settings files of desks, as tests write them."""

from pathlib import Path

import pytest

from bot.desk_file import read_desks
from bot.desks import Desk
from bot.errors import SettingsError
from bot.settings import Settings


def read(path: Path, text: str) -> dict[str, Desk]:
    path.write_text(text)
    return read_desks(Settings(config_file=path))


def refusal(path: Path, text: str) -> str:
    with pytest.raises(SettingsError) as refused:
        read(path, text)
    sentence = str(refused.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence.removesuffix(f" (from {path}).")
