"""`python -m bot.cli` is `techissue`."""

from bot.cli import main

main()
