# Everything happens in .venv, made on first use from pyproject.toml; nothing outside this folder is changed.
# `make` alone lists what there is.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
INSTALLED := $(VENV)/installed
INSTALLED_DEV := $(VENV)/installed-dev

.DEFAULT_GOAL := help
.PHONY: help demo test lint types rules docs docs-check check bench clean

help: ## list what make can do
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 18

demo: $(INSTALLED) ## score the example calls and write their reports to demo/
	@$(BIN)/coach run examples/calls -o demo

# The tests of a file stay together: they share what they score, build and start. What Python and pytest compile is kept
# beside the sources, as usual, even where the environment says otherwise, as in many containers: both processes and the
# dozens that they start would compile it anew.
test: $(INSTALLED_DEV) ## run the test suite
	@test -x /usr/bin/chromium || echo "Chromium is not installed: the browser tests will be skipped."
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 2 --dist loadfile -rs

lint: $(INSTALLED_DEV) ## check style and layout of the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(INSTALLED_DEV) ## check the types
	@$(BIN)/mypy --strict

rules: $(INSTALLED_DEV) ## run the cases that the rule files carry
	@$(BIN)/coach rules check
	@$(BIN)/coach rules test

docs: $(INSTALLED_DEV) ## write the generated pages, and the output of the commands that the docs show
	@$(BIN)/python docs/generate.py
	@$(BIN)/python benchmarks/accuracy_page.py
	@$(BIN)/python docs/consoles.py --write

docs-check: $(INSTALLED_DEV)
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python benchmarks/accuracy_page.py --check

# What CI does; the tests come last, so that pytest has the last word.
check: lint types rules docs-check test ## all of the above checks, as CI runs them

bench: $(INSTALLED_DEV) ## measure speed and memory, and write docs/performance.md; CALLS=calls.jsonl for calls of your own
	@$(BIN)/python benchmarks/performance.py $(if $(CALLS),--calls "$(CALLS)")

clean: ## remove .venv, demo/ and what tools have left here
	rm -rf $(VENV) demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Packages are installed again only when pyproject.toml or what is compiled changes: the project itself is linked, not
# copied.
BUILT := pyproject.toml hatch_build.py $(wildcard coach/_*.[ch])

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed; this is " + sys.version) if sys.version_info < (3, 10) else None'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(INSTALLED): $(BUILT) | $(BIN)/python
	@echo "Setting up $(VENV) (once; spaCy, DuckDB and PyArrow are large) ..."
	@$(PIP) -e .
	@touch $@

$(INSTALLED_DEV): $(BUILT) | $(BIN)/python
	@echo "Setting up $(VENV) with the tools for development (once) ..."
	@$(PIP) -e '.[dev]'
	@touch $(INSTALLED) $@
