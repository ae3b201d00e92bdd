# Two commands for everybody: `make demo` and `make test`. Each sets up its own environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo serve test prove cluster check bench screenshots lock

demo: $(VENV)/ready
	$(BIN)/busyhour demo $(if $(ONCE),--once)

serve: $(VENV)/ready
	$(BIN)/busyhour serve

test: $(VENV)/ready-dev
	$(BIN)/python -m pytest -m "not prove and not cluster" $(ARGS)

prove: $(VENV)/ready-dev
	$(BIN)/python -m pytest -m prove $(ARGS)

# Needs Java 17; Spark itself is downloaded once, into var/.
cluster: $(VENV)/ready-dev
	$(BIN)/python -m pytest -m cluster tests/engine tests/end_to_end
	BUSYHOUR_TEST_CLUSTER=1 $(BIN)/python -m pytest $(addprefix tests/conformance/test_,sdk.py sdk_directory.py where_it_ran.py schemathesis.py)
	$(BIN)/python tests/compare_engines.py $(ARGS)
	$(BIN)/python tests/compare_engines.py --objects --days 3 --only "calls stats"

check: $(VENV)/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/ready-dev
	$(BIN)/python -m bench $(ARGS)

screenshots: $(VENV)/ready-dev
	$(BIN)/python tests/pages/screenshots.py

# The locks pin every package by version and hash; `make lock` renews them (needs uv).
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q \
		--extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q \
		--extra build --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q \
		--extra build --extra postgresql --extra spark pyproject.toml -o requirements-hosts.lock

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit("busyhour needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/ready: $(VENV)/made requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.lock
	touch $@
