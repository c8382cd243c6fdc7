# Everything a person needs is a target here; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export OMP_WAIT_POLICY := passive

PYTHON := .venv/bin/python
# Debian packages that the tests need (the chat page is tried in a real browser). The assistant itself needs none.
APT_PACKAGES := chromium

# The first interpreter that really runs and is 3.11; nothing where there is none.
FIND_PYTHON = for p in "$$PYTHON311" python3.11 /usr/bin/python3.11 /usr/local/bin/python3.11 \
	"$$HOME"/.pyenv/versions/3.11*/bin/python python3; do \
	[ -n "$$p" ] && found=$$("$$p" -c 'import sys; sys.version_info[:2] == (3, 11) or sys.exit(1); print(sys.executable)' \
	2>/dev/null) && { echo "$$found"; break; }; done

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready ## open the assistant: page at http://127.0.0.1:5005/ (PORT=… for another)
	@$(PYTHON) -m bot run

telegram: .venv/.ready ## the same, in Telegram too (TELEGRAM_TOKEN=…; see docs/telegram.md)
	@$(PYTHON) -m bot telegram

talk: .venv/.ready ## talk with it in the terminal
	@$(PYTHON) -m bot talk

test: .venv/.ready-dev browser ## everything that must hold
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m pytest

soak: .venv/.ready-dev browser ## the large counts of what `make test` samples
	$(PYTHON) -m pytest -m soak

bench: .venv/.ready-dev ## our speed and memory beside Rasa's own starter project
	$(PYTHON) -m tests.bench.compare

check: .venv/.ready ## look for faults in content, dialogues and training data
	@$(PYTHON) -m bot check

format: .venv/.ready-dev ## put the code in its usual form
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

clean: ## remove what was built here; `data/` (conversations and the key) stays
	rm -rf .venv .tools .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The environment: exactly what uv.lock says. `run` needs the first part, `test` all of it.
.venv/.ready: uv.lock pyproject.toml
	@$(MAKE) --no-print-directory environment GROUP=--no-dev
	@touch $@

.venv/.ready-dev: uv.lock pyproject.toml
	@$(MAKE) --no-print-directory environment GROUP=--dev
	@touch .venv/.ready $@

environment:
	@echo "Building the environment (once; about a minute and 1 GB) …"
	@set -e; uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
		uv=.tools/bin/uv; \
		if [ ! -x $$uv ]; then \
			python=$$($(FIND_PYTHON)); \
			"$${python:-python3}" -m venv .tools || { echo "Install Python 3.11 with venv, or uv, first."; exit 1; }; \
			.tools/bin/pip install --quiet uv; \
		fi; \
	fi; \
	python=$$($(FIND_PYTHON)); \
	[ -n "$$python" ] || { $$uv python install 3.11; python=3.11; }; \
	$$uv sync --frozen --quiet $(GROUP) --python "$$python"
	@$(PYTHON) bot/without_tensorflow.py install >/dev/null

browser:
	@[ -x "$${CHROMIUM:-/usr/bin/chromium}" ] || { apt-get update -qq && apt-get install -y -qq $(APT_PACKAGES); }

.PHONY: help run telegram talk test soak bench check format clean environment browser
