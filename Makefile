# `make run` starts Easel, `make test` proves it. Both first set up .venv from the hashed lock files, once.

.PHONY: help run test check fix lock bench
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# hatchling comes from the lock files, so that installing the project itself downloads nothing.
PROJECT := $(PIP) install --no-deps --no-build-isolation --editable .
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url

help:
	@echo "make run    start Easel and print the playground's address"
	@echo "make test   all checks and the whole test suite"
	@echo "make check  format, lint, types, layers, tables in docs/"
	@echo "make fix    put right what can be put right by itself"
	@echo "make bench  what is fast and what is not, as ratios; takes some minutes on a quiet machine"
	@echo "make lock   renew requirements.txt and requirements-dev.txt"

run: $(VENV)/.run
	@exec $(BIN)/easel run

test: check
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python -m adapters.cli.docs_tables --check docs/*.md

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python -m adapters.cli.docs_tables docs/*.md
	$(BIN)/python -c "from bot.settings.example import env_example; print(env_example(), end='')" > .env.example

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks

lock: $(VENV)/.dev
	$(COMPILE) --group build --output-file requirements.txt pyproject.toml
	$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

# The marks .made, .run and .dev are made last, so an interrupted step is simply done again.
$(VENV)/.made:
	@python=$$(for name in python3 python3.13 python3.12 python3.11 python3.14; do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done); \
	if [ -z "$$python" ]; then \
		echo "Easel needs Python 3.11 or newer, and no python3 here is. Install it and run make again." >&2; exit 1; fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; fi; \
	echo "Setting up $(VENV) with $$($$python --version), once"; \
	$$python -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.txt pyproject.toml
	@echo "Installing what Easel needs, once"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PROJECT)
	@touch $@

# requirements-dev.txt holds all of requirements.txt in the same versions, so it serves `make run` as well.
$(VENV)/.dev: $(VENV)/.made requirements-dev.txt pyproject.toml
	@echo "Installing what developing Easel needs, once"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@$(PROJECT)
	@touch $(VENV)/.run $@
