# Pear's commands. `make run` and `make demo` need Python 3.11+ and nothing else; `make test` also needs root or sudo
# where Chromium, Redis, PostgreSQL or libfaketime are missing.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --require-hashes --requirement
GATES := format lint types imports templates spelling migrations deploy states words catalogues places sizes \
	containers locks licences audit

.DEFAULT_GOAL := help
.PHONY: help run demo upgrade audit test test-postgresql test-sqlite test-browser test-whole test-crowd faults bench check packages $(GATES:%=check-%)

help:
	@echo "make run      start Pear (PORT and DATA_DIR are respected)"
	@echo "make demo     the same with two linked people and some times, on a folder that is thrown away"
	@echo "make upgrade  bring in a new version: a backup, the code, its dependencies, the schema; then restart Pear"
	@echo "make test     run every test, on PostgreSQL and on SQLite"
	@echo "make faults   kill, stop and cut off each part of Pear, and count the mails; five minutes"
	@echo "make bench    measure Pear, on a quiet machine, for an hour or two; figures and a chart go to build/bench"
	@echo "make check    run every linter and gate; make check-types and the like run one"
	@echo "make audit    look for what is unsafe: in our code, in what it stands on, and by five minutes of fuzzing"

run: .venv/run.stamp
	@exec $(BIN)/python manage.py start

demo: .venv/run.stamp
	@DATA_DIR="$$(mktemp -d)" && export DATA_DIR && exec env -u DATABASE_URL -u REDIS_URL -u EMAIL_URL \
		$(BIN)/python manage.py demo

# As docs/running.md says, "Bringing in a new version". The code that makes the backup is still the old one.
upgrade: .venv/run.stamp
	@$(BIN)/python manage.py backup "$${DATA_DIR:-var}/before-$$(date -u +%Y-%m-%dT%H%M%S).backup"
	git pull --ff-only
	@$(MAKE) --no-print-directory .venv/run.stamp
	@$(BIN)/python manage.py migrate --no-input
	@echo "Now restart Pear; then: manage.py doctor"

# Tests ------------------------------------------------------------------------------------------------------------

# Four runs at once; what they print comes one after the other. Coverage is measured on PostgreSQL, but for the tests
# that run the same lines many hundred times and those that walk over all pages: these are the fifth run, after
# whichever of the others ends first. What needs no database runs once, beside PostgreSQL. Browsers and whole Pears, on
# engines that they name themselves, mostly wait, so they need no core of their own. The longest run, on PostgreSQL, goes
# first wherever two want the same core: at the end of it all the other core would stand idle.
YIELDING := nice -n 5
test: .venv/dev.stamp .venv/clients.stamp packages
	@$(BIN)/coverage erase
	@$(MAKE) --no-print-directory --jobs=4 --output-sync=target test-postgresql test-sqlite test-browser test-whole test-crowd
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

test-postgresql:
	$(BIN)/coverage run -m pytest -m "not crowd and not story and not walk" tests/unit tests/integration
test-sqlite:
	$(YIELDING) $(BIN)/python -m pytest --engine=sqlite -m "not story and not walk" tests/integration
test-whole:
	$(YIELDING) $(BIN)/python -m pytest --engine=sqlite -m story tests/integration
test-browser:
	$(YIELDING) $(BIN)/python -m pytest --engine=sqlite tests/browser
test-crowd:
	$(YIELDING) $(BIN)/python -m pytest -m "crowd or walk" tests/unit tests/integration

# Each prints a table of what its faults left behind. On their own: a kill has to come while a sender stands still, and
# no sender waits for long.
faults: .venv/dev.stamp packages
	$(BIN)/python -m pytest tests/faults/test_embedded.py
	$(BIN)/python -m pytest tests/faults --ignore tests/faults/test_embedded.py

# On a quiet machine, or the figures are of what else it does. All of them run, also after one that misses a bound; then
# the status says whether any did. COUPLES=100000 makes the largest part a tenth as long.
COUPLES ?= 1000000
BENCHES := feed page paint write idle sweep "scale --couples $(COUPLES)"
CHARTED := page paint write idle scale

bench: .venv/dev.stamp .venv/clients.stamp packages
	@mkdir -p build/bench; missed=0; \
		for bench in $(BENCHES); do \
			name="$${bench%% *}"; echo "== $$name"; \
			$(BIN)/python -m tests.bench.$$bench --json "build/bench/$$name.json" || missed=1; \
		done; \
		$(BIN)/python -m tests.bench.chart build/bench/performance.svg $(CHARTED:%=build/bench/%.json) || missed=1; \
		exit $$missed

MISSING = $(shell command -v chromium >/dev/null || echo chromium; \
	command -v redis-server >/dev/null || echo redis-server; \
	ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || echo faketime; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql)
SUDO = $(shell test "$$(id -u)" = 0 || echo sudo)

packages:
	@test -z "$(MISSING)" || { $(SUDO) apt-get update -q && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $(MISSING); }

# Gates ------------------------------------------------------------------------------------------------------------

check: $(GATES:%=check-%)
	@echo "Every gate passed."

$(GATES:%=check-%): .venv/dev.stamp
check-types check-templates check-migrations check-states check-deploy: export DATA_DIR = build/check

check-format:
	@echo "== format" && $(BIN)/ruff format --check --quiet .
check-lint:
	@echo "== lint" && $(BIN)/ruff check --quiet .
check-types:
	@echo "== types" && $(BIN)/mypy --no-error-summary config accounts scheduler tests
check-imports:
	@echo "== imports" && $(BIN)/lint-imports --no-logo
check-templates:
	@echo "== templates" && $(BIN)/djangofmt --check --quiet templates \
		&& find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +
check-spelling:
	@echo "== spelling" && $(BIN)/typos
check-migrations:
	@echo "== migrations" && $(BIN)/python manage.py makemigrations --check --dry-run
check-deploy:
	@echo "== deploy" && SITE_URL=https://pear.example \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
check-containers:
	@echo "== containers" && $(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml \
		&& $(BIN)/hadolint Dockerfile
check-states:
	@echo "== states" && $(BIN)/python manage.py drawstates --check
check-words check-catalogues check-places check-sizes check-locks check-audit: check-%:
	@echo "== $*" && $(BIN)/python -m tests.gates.$*
check-licences:
	@echo "== licences" && $(BIN)/pip-licenses >/dev/null && echo "every installed package has an allowed licence"

# The fuzz is repeatable: the same seed asks the same. `python -m tests.faults.attack` tries what a person would.
FUZZ_SECONDS ?= 300
audit: .venv/dev.stamp
	@echo "== bandit" && $(BIN)/bandit --quiet --severity-level medium --recursive config accounts scheduler
	@echo "== ruff's security rules" && $(BIN)/ruff check --select S --quiet config accounts scheduler
	@$(MAKE) --no-print-directory check-deploy check-audit
	@echo "== fuzz" && $(BIN)/python -m tests.bench.fuzz --requests 100000 --seconds $(FUZZ_SECONDS)

# The environment: made once, and again when a lock changes ---------------------------------------------------------

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what Pear needs ..."
	@$(INSTALL) requirements.txt && touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/bin/python
	@echo "Installing what tests and gates need ..."
	@$(INSTALL) requirements-dev.txt && touch $@

# The calendar programs that the tests run beside Pear, apart from it: what they need is not ours to ship or to load.
.venv/clients.stamp: requirements-clients.txt | .venv/bin/python
	@echo "Installing the calendar programs that tests run ..."
	@$(BIN)/python -m venv --without-pip .venv/clients
	@$(INSTALL:pip=pip --python .venv/clients/bin/python) requirements-clients.txt && touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Pear needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
