"""One folder per outside thing. The folders do not know each other; only `bot.bootstrap` knows them."""
