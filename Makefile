# Every target does its own set-up. A fresh machine needs Python 3.11 or newer and make, nothing else.

.DEFAULT_GOAL := help
.PHONY: help run test check lint format bench migrate clean

BIN := .venv/bin
READY := .venv/.ready
UV = $(shell command -v uv || echo $(BIN)/uv)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY) ## start techissue and print the page's address
	@$(BIN)/techissue serve

test: lint ## everything that must hold: lint, types, imports and all tests
	$(BIN)/pytest

check: test ## the same as test

lint: $(READY) ## style, format, types and the import rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## put the code into its format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## quality and speed of the matching engine and of the whole path
	$(UV) run --locked --group bench python -m bench

migrate: $(READY) ## write a migration from the models: make migrate m="what it does"
	@test -n "$(m)" || { echo 'Say what the migration does: make migrate m="what it does"' >&2; exit 2; }
	$(BIN)/techissue db revision "$(m)"

clean: ## remove the environment, caches and what was built; data in var/ stays
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml uv.lock .ci/setup
	@.ci/setup
	@touch $@
