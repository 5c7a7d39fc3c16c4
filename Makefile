# `make serve` and `make test` need Python 3.11 or newer and nothing else.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
# One worker more than cores, as some tests wait; tests/order.py orders the files. Compiled modules are
# kept: without them each of some forty processes would compile them all.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help serve test coverage check lint build wheel migration openapi guide contract benchmark grow lock clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: .venv/serve  ## Build the database if need be and serve it on HOST:PORT, by WORKERS processes
	@$(BIN)/her2-facts serve --host $(HOST) --port $(PORT) $(if $(WORKERS),--workers $(WORKERS))

test: .venv/dev  ## Run all tests
	$(PYTEST)

coverage: .venv/dev  ## Run all tests, and fail below 97 % of the branches of app/
	$(PYTEST) --cov

check: lint test  ## Format, lint, types, data, tests

lint: .venv/dev  ## Format, lint, types, data
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/her2-facts check

build: .venv/serve  ## Build the database
	$(BIN)/her2-facts build

wheel: .venv/serve  ## Make the package that can be installed anywhere, in dist/
	rm -rf build dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--wheel-dir dist .

migration: .venv/dev  ## Write the migration for changed models: make migration NAME=add_genes
	@$(BIN)/her2-facts migration $(NAME)

openapi: .venv/serve  ## Renew openapi.json, the committed contract
	$(BIN)/her2-facts openapi >openapi.json.new
	@mv openapi.json.new openapi.json

guide: .venv/serve  ## Renew seed/schemas and the list of fields in seed/README.md
	@$(BIN)/her2-facts schema seed/schemas
	@$(BIN)/her2-facts guide seed/README.md

contract: .venv/serve  ## Lint the OpenAPI document, try clients and browsers, fuzz (needs npm, chromium)
	tools/contract/run.sh

benchmark: .venv/serve benchmarks/.venv/ready  ## Compare with other servers (needs wrk; nginx if there)
	$(BIN)/python -m benchmarks.run $(OPTIONS)

grow: .venv/serve  ## Measure with 1,000 and with 20,000 more records (needs wrk)
	$(BIN)/python -m benchmarks.grow $(OPTIONS)

lock: .venv/dev  ## Renew the pinned versions from pyproject.toml
	$(INSTALL) uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--upgrade --extra build pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--upgrade --extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--upgrade --python-version 3.11 tools/contract/requirements.in \
		-o tools/contract/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--upgrade --python-version 3.11 tools/contract/by_hand.in -o tools/contract/by_hand.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--upgrade --python-version 3.11 benchmarks/requirements.in -o benchmarks/requirements.txt

clean:  ## Remove all that was made
	rm -rf .venv benchmarks/.venv .coverage .coverage.* build dist var *.egg-info .mypy_cache .pytest_cache .ruff_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv .venv

.venv/serve: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing into .venv (about half a minute) …"
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@echo "Installing into .venv (about half a minute) …"
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ .venv/serve

benchmarks/.venv/ready: benchmarks/requirements.txt
	@$(PYTHON) -m venv benchmarks/.venv
	@benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
