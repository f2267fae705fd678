# make run    start the bot; without a DISCORD_TOKEN in config.env, the sandbox
# make test   every check: lint, strict types, all tests
# make long   the tests that have a long form, in that form; about ten minutes
# make lint   only lint and types
# make bench  measure speed beside reader and feedparser, and the rest; about ten minutes
# make corpus fetch feedparser's own test documents, which the tests then read as well
# make docs   write docs/commands.md anew, after a command changed

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Much of a test is waiting for sockets and the disk, so there are more of them than cores.
WORKERS := $(shell $(PYTHON) -c 'import os; print(3 * (os.cpu_count() or 1) // 2)')

.PHONY: run test long lint bench corpus docs format clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed
	@exec $(BIN)/python -m bot

test: lint
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal --max-worker-restart 2

long: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses $(WORKERS) -m long

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed-dev
	$(BIN)/python -m tests.commands_table

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

corpus: $(VENV)/.installed-dev
	rm -rf .corpus
	mkdir .corpus
	$(BIN)/python -m pip download --quiet --no-deps --no-binary :all: --dest .corpus "feedparser>=6.0.11,<7"
	cd .corpus && tar xzf feedparser-*.tar.gz --strip-components=1 && rm feedparser-*.tar.gz

clean:
	rm -rf $(VENV) .corpus .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

$(VENV)/.created:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is missing. On Debian or Ubuntu: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Steward needs Python 3.11 or later; this is $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml
	@echo "Installing what Steward needs into $(VENV) (a minute or two, only the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	@echo "Installing what Steward is measured beside into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the checks need into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
