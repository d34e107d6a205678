# `make help` lists what there is. Nothing needs root but installing a browser where there is none.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
WORKERS ?= auto
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
SOURCES := survey_app tests migrations config.py wsgi.py
MESSAGES := translations/messages.pot
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
EXTRACT := $(BIN)/pybabel -q extract -F babel.cfg -k _l -k N_ -k lazy_gettext --no-location --sort-output

# The locked Python packages are all that is installed: no interpreter is fetched behind anybody's back.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | sed 's/$$(PORT)/$(PORT)/' | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: run
run: setup ## set up, then serve on http://127.0.0.1:$(PORT) with demonstration data
	@$(FLASK) db upgrade
	@$(FLASK) demo load --if-empty --address http://127.0.0.1:$(PORT)
	@exec $(FLASK) serve --port $(PORT)

.PHONY: setup
setup: $(VENV)/runtime.stamp $(COMPILED) ## the environment alone

.PHONY: develop
develop: $(VENV)/develop.stamp $(COMPILED) ## the environment with everything that tests and checks need

.PHONY: test
test: develop browser ## all tests, on SQLite, on PostgreSQL and in a browser (ARGS=tests/agencies, WORKERS=2)
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: check
check: develop ## style, types, security, dead code, dependencies; goes through all of them, then says no
	@failed=; for check in \
	    'ruff check --quiet $(SOURCES)' \
	    'ruff format --quiet --check $(SOURCES)' \
	    'mypy --no-error-summary' \
	    'djlint --lint --quiet survey_app' \
	    'bandit --quiet -c pyproject.toml -r survey_app config.py wsgi.py' \
	    'vulture' \
	    'deptry --no-ansi .'; \
	do if $(BIN)/$$check; then echo "ok      $$check"; else echo "FAILED  $$check"; failed=1; fi; done; \
	[ -z "$$failed" ]

.PHONY: fix
fix: develop ## mend what ruff can mend
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

.PHONY: migrate
migrate: develop ## write a migration from the models: make migrate m="add tickets"
	@[ -n "$(m)" ] || { echo 'Say what it does: make migrate m="add tickets"' >&2; exit 1; }
	$(FLASK) db upgrade
	$(FLASK) db migrate -m "$(m)"

.PHONY: translate
translate: $(VENV)/runtime.stamp ## bring the catalogues up to date with the code, then compile them
	@$(EXTRACT) -o $(MESSAGES) .
	@$(BIN)/pybabel -q update -i $(MESSAGES) -d translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120
	@rm $(MESSAGES)
	@$(BIN)/pybabel compile -d translations --statistics

.PHONY: bench
bench: develop ## measure speed: the ratios that must hold
	@$(BIN)/python -m tests.bench

.PHONY: faults
faults: develop browser ## kill browser and server, cut the network, send all at once, look for every answer; compare figures, attack them (ARGS=--answers 20)
	@$(BIN)/python -m tests.faults $(ARGS)
	@$(BIN)/python -m tests.faults.race
	@$(BIN)/python -m tests.faults.guesses
	@$(BIN)/python -m tests.faults.kill9
	@$(BIN)/python -m tests.faults.equality
	@$(BIN)/python -m tests.faults.attack

.PHONY: lock
lock: develop ## resolve the dependencies anew, within the bounds of pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

.PHONY: browser
browser: develop ## find Chromium, or install it (the tests say so when there is none)
	@for name in "$${CHROMIUM:-}" chromium chromium-browser google-chrome; do \
	    if [ -n "$$name" ] && command -v "$$name" >/dev/null; then exit 0; fi; \
	done; \
	if $(BIN)/python -c 'import pathlib, sys; from playwright.sync_api import sync_playwright as p; w = p().start(); found = pathlib.Path(w.chromium.executable_path).exists(); w.stop(); sys.exit(not found)'; then exit 0; fi; \
	root=(); [ "$$(id -u)" = 0 ] || root=(sudo -n); \
	echo 'No Chromium here: installing one'; \
	if command -v apt-get >/dev/null && "$${root[@]}" apt-get -q update && "$${root[@]}" apt-get -qy install --no-install-recommends chromium; then exit 0; fi; \
	if $(BIN)/playwright install chromium; then exit 0; fi; \
	echo 'Could not get Chromium: install it, or set CHROMIUM to its program. Tests in a browser are left out.' >&2

# ---- the environment; a stamp remembers the lock it was made from

# A stamp, not bin/python: a set-up that was killed half-way starts again.
$(VENV)/made.stamp:
	@python=; for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	    if command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then python=$$name; break; fi; \
	done; \
	[ -n "$$python" ] || { echo 'Python 3.11 or newer is needed.' >&2; exit 1; }; \
	$$python -m venv $(VENV) || { echo 'Could not make $(VENV): on Debian and Ubuntu, install python3-venv.' >&2; exit 1; }
	@touch $@

# uv is ten times as fast as pip; where it cannot be had, pip installs the same lock.
$(VENV)/uv.stamp: requirements-dev.lock | $(VENV)/made.stamp
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --require-hashes -r $(VENV)/uv.lock || echo 'Going on without uv.' >&2
	@touch $@

define install
	@echo 'Installing $(1)'
	@if $(BIN)/uv --version >/dev/null 2>&1 && $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); then :; \
	else $(BIN)/python -m pip install --quiet --require-hashes -r $(1); fi
	@touch $@
endef

$(VENV)/runtime.stamp: requirements.lock | $(VENV)/uv.stamp
	$(call install,requirements.lock)

$(VENV)/develop.stamp: requirements-dev.lock $(VENV)/runtime.stamp | $(VENV)/uv.stamp
	$(call install,requirements-dev.lock)

%.mo: %.po | $(VENV)/runtime.stamp
	@$(BIN)/pybabel -q compile -i $< -o $@
