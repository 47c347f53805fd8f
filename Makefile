# Recipes use relative paths only: the checkout may lie below a path with blanks or Chinese characters.
# .venv/bin/python -m …: console scripts have their interpreter's path in the first line and would not survive a move.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
ONCE ?=
PYTEST ?=
LINT_ENV := GD_PRODUCTION=1 SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" ALLOWED_HOSTS=portal.example \
	GD_RECEIPT_KEY="$$($(PY) -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')" \
	EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend

.PHONY: help setup setup-browser demo test test-slow lint format bench stop lock clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/make \1	\2/'

setup:  ## install everything the demo needs
	@sh scripts/setup.sh

setup-browser:
	@sh scripts/setup.sh --browser

demo: setup  ## portal with demo data; ONCE=1 tries everything and stops
	@exec $(PY) scripts/demo.py $(if $(filter-out 0,$(ONCE)),--once)

test: setup-browser  ## fast tests
	$(PY) -m pytest -n 2 -m "not slow" $(PYTEST)

test-slow: setup-browser  ## journeys, crawls, faults
	$(PY) -m pytest -n 2 -m slow $(PYTEST)

lint: setup  ## style, types, import contracts, migrations, deployment checks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy greendistrict indicators districts assessments approvals scripts
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) manage.py makemigrations --check --dry-run
	@set -a; eval "$$($(PY) manage.py embedded start | grep -E '^[A-Z_]+=')"; $(LINT_ENV) $(PY) manage.py check --deploy --fail-level WARNING

format:  ## rewrite the layout of the sources
	$(PY) -m ruff format .

bench: setup  ## hot paths beside their limits
	$(PY) manage.py bench

stop:  ## stop the embedded servers
	$(PY) manage.py embedded stop

lock:  ## resolve the lock files anew; they name no host
	$(PY) -m uv pip compile --no-emit-index-url --generate-hashes --python-version 3.11 --universal pyproject.toml --group embedded --group dev -o requirements/dev.txt
	$(PY) -m uv pip compile --no-emit-index-url --generate-hashes --python-version 3.11 --universal pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt
	$(PY) scripts/vendor_assets.py --lock

clean: ## remove what can be made again, keep data
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis staticfiles node_modules
