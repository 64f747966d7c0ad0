# The whole workflow. `make demo` and `make test` do all their own set-up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check format lint types imports tests bench lock clean

demo: $(VENV)/.ready
	@$(BIN)/python -m bot demo

test: check tests

check: format lint types imports

format: $(VENV)/.ready
	$(BIN)/ruff format --check .

lint: $(VENV)/.ready
	$(BIN)/ruff check .

types: $(VENV)/.ready
	$(BIN)/mypy

imports: $(VENV)/.ready
	$(BIN)/lint-imports

tests: $(VENV)/.ready
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks

# Every package is pinned with its hashes; nothing outside the lock is installed.
$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "Setting up .venv: once, for a minute or so."
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Handrail needs Python 3.11 or newer. Try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# For maintainers: pin everything anew, for every Python from 3.11 on. Needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
