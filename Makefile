# make demo: the sample book and a walk through the morning. make test: the tests.
# Everything goes into .venv; PYTHON names another Python than the first suitable one on PATH.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV ?= $(or $(wildcard $(BIN)/uv),uv)
# `make check` empties MARKERS: it runs the slow tests too.
MARKERS ?= not slow
PYTEST_ARGS ?=
# Each process has a stretch of the tests, and so makes a book that they share once; who is done first takes over.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal
# Start takes 2.8 times as long without compiled files, and some machines do not write them by themselves.
COMPILE := $(BIN)/python -m compileall -q loancrm

.PHONY: help install demo test lint check check-pg bench tour picture schema lock clean

help:
	@echo "make demo     build the sample book and walk through the morning"
	@echo "make test     run the tests, the slow ones apart"
	@echo "make check    formatting, lint, types, import contracts and all tests"
	@echo "make check-pg the tests that use a store, on a PostgreSQL server of their own"
	@echo "make bench    measure the speed (make bench BENCH_ARGS=--help)"
	@echo "make tour     write the README's tour anew from what is printed"
	@echo "make picture  draw docs/today.svg anew from the sample book"
	@echo "make schema   write docs/schema.md anew from the models"
	@echo "make lock     compute requirements.lock anew (needs uv)"
	@echo "make clean    remove everything that was made"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@python=$$(sh scripts/find_python.sh $(PYTHON)) && echo "installing into $(VENV) with $$python …" && \
	$$python -m venv $(VENV)
	@$(PIP) install --no-deps --require-hashes -r requirements.lock  # complete: nothing is left to resolve
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP)
	@$(COMPILE)
	@$(BIN)/loancrm demo

test: $(STAMP)
	@$(COMPILE)
	@$(PYTEST) -m "$(MARKERS)" $(PYTEST_ARGS)

lint: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint
	@$(MAKE) --no-print-directory test MARKERS=

check-pg: $(STAMP)
	@$(COMPILE)
	@LOANCRM_TEST_PG=$(or $(LOANCRM_TEST_PG),1) $(PYTEST) $(PYTEST_ARGS)

bench: $(STAMP)
	@$(COMPILE)
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

tour: $(STAMP)
	@$(BIN)/python scripts/tour.py README.md --write

picture: $(STAMP)
	@$(BIN)/python scripts/picture.py docs/today.svg

schema: $(STAMP)
	@$(BIN)/python scripts/schema.py

lock:
	@$(UV) pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate \
		--quiet --output-file requirements.lock

clean:
	rm -rf $(VENV) .bench .hypothesis .mypy_cache .ruff_cache .import_linter_cache build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
