# The everyday commands. `make help` lists them; each does the set-up that it needs.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv --quiet
INSTALL := VIRTUAL_ENV=.venv $(UV) pip install --require-hashes
ARGS ?=
# So many tests run at a time; each takes up to 2 GB, and their servers 6 GB in all.
JOBS ?= 2
# In the order given, the slow ones first, so that the end is shared evenly.
DEALT := -n $(JOBS) --dist loadfile --no-loadscope-reorder
PYTEST := NEWSBEAM_REQUIRE_SERVICES=1 $(BIN)/pytest -m "not quality and not long"
BENCH ?= backfill sink intake archive_memory fetching polling latency stories models

# Some machines have it set. Then each command compiles anew the 2,000 modules that it imports, which
# is more than half of its start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test quality bench test-long lint format lock wheel services stop clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/run.stamp  ## serve the example news site, ingest it into a real Elasticsearch, show what came of it
	$(BIN)/newsbeam demo $(ARGS)

test: .venv/dev.stamp  ## lint, types and all tests, on real services (ARGS=tests/unit/test_x.py: those alone)
	$(MAKE) --no-print-directory --jobs=2 lint services
	$(PYTEST) $(if $(ARGS),$(ARGS),$(DEALT) tests/services tests/beam tests/unit)

quality: .venv/dev.stamp  ## floors on the labelled data of ../shared/data; worst errors into build/quality
	$(BIN)/pytest tests/quality -m quality -raP -n $(JOBS) --dist loadfile $(ARGS)

bench: .venv/dev.stamp  ## throughput and memory beside named baselines (BENCH=sink: that one alone)
	for each in $(BENCH); do $(BIN)/python -m benchmarks.$$each $(ARGS) || exit; done

test-long: .venv/dev.stamp services  ## the tests that take minutes
	NEWSBEAM_REQUIRE_SERVICES=1 $(BIN)/pytest -m long $(ARGS)

lint: .venv/dev.stamp  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev.stamp  ## let ruff put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

services: .venv/run.stamp  ## start Elasticsearch and install Prism (cached under .services)
	$(BIN)/python -m deploy.services start

stop:  ## stop what `make services` or `make demo` started
	@test ! -x $(BIN)/python || $(BIN)/python -m deploy.services stop

wheel: .venv/dev.stamp  ## build the wheel into dist/
	@rm -rf build/lib  # setuptools would pack what an older version left there
	$(UV) build --wheel --no-build-isolation --python $(BIN)/python --out-dir dist .

lock: .venv/uv.stamp  ## resolve the lock files anew from pyproject.toml
	$(UV) pip compile --upgrade --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    pyproject.toml --extra demo --group build -o requirements/run.txt
	$(UV) pip compile --upgrade --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    pyproject.toml --extra demo --extra torch --extra evaluate --group build --group dev \
	    -c requirements/run.txt -o requirements/dev.txt

clean: stop  ## remove the environment, services and caches
	rm -rf .venv .services .pytest_cache .mypy_cache .ruff_cache build dist *.egg-info

.venv/uv.stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || \
	    { echo "newsbeam needs Python 3.11 to 3.13: install it, or name it with make PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

.venv/run.stamp: .venv/uv.stamp requirements/run.txt pyproject.toml
	@echo "Installing the locked packages into .venv ..."
	@$(INSTALL) -r requirements/run.txt
	@VIRTUAL_ENV=.venv $(UV) pip install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo "Installing the locked packages for tests (torch among them, some GB) ..."
	@$(INSTALL) -r requirements/dev.txt
	@touch $@
