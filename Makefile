# Two commands: `make chat` opens the bot in a terminal, `make test` proves it.
# Each sets up what it needs the first time and starts at once the next.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PACKAGES := tests/laboratory/packages.txt
# Machines set their package index in pip's own configuration; no file here names one.
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: chat test check lint types contracts pytest lab bench lock clean servers

chat: .make/runtime
	@$(BIN)/listonosz chat

test: servers check

check: .make/dev lint types contracts pytest

lint: .make/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .make/dev
	$(BIN)/mypy

contracts: .make/dev
	$(BIN)/lint-imports

pytest: .make/dev
	$(BIN)/python -m pytest $(ARGS)

lab: .make/dev servers
	@$(BIN)/python -m tests.laboratory shell

bench: .make/dev servers
	@for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

# The real servers that the tests talk to. Only a Debian system's root can install them; anybody
# else is told here, and pytest names each test that it leaves out.
servers: .make/servers

.make/servers: $(PACKAGES)
	@mkdir -p .make
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    sh tests/laboratory/install.sh $(PACKAGES) && touch $@; \
	else \
	    echo "make: not root on a Debian system: the real-server tests are left out"; \
	fi

.make/venv:
	@mkdir -p .make
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "make: Python 3.11 or newer is needed (make PYTHON=/path/to/python3)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

.make/runtime: .make/venv requirements/runtime.txt requirements/build.txt pyproject.toml
	@echo "Setting up (once) ..."
	@$(PIP) install --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.make/dev: .make/runtime requirements/dev.txt
	@$(PIP) install --use-pep517 --require-hashes -r requirements/dev.txt
	@touch $@

# Renews the locked requirements; needs uv, and no file names an index.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header
lock:
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) --group build -c requirements/runtime.txt -o requirements/build.txt
	$(LOCK) --group dev pyproject.toml -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) .make .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
