# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
RUN := .venv/bin

.PHONY: audit demo test docs golden benchmarks frontend clean

demo: .venv/installed
	@$(RUN)/wheelbase demo

test: .venv/developed
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports
	@$(RUN)/pytest -n 2 --dist loadfile

docs: .venv/developed
	@$(RUN)/python -m sphinx -q -W --keep-going -j 2 docs docs/_build/html
	@echo "docs/_build/html/index.html; wheelbase docs opens it"

golden: .venv/developed
	@$(RUN)/pytest --golden tests/unit/report tests/unit/plan/test_offer.py tests/reference/test_answers.py

# Every package that is pulled in, with its licence and its pin; needs no network.
audit: .venv/developed
	@$(RUN)/python .ci/audit.py

benchmarks: .venv/developed
	@for file in benchmarks/*.py; do echo "$$file"; $(RUN)/python $$file; done

# Builds the script of report and studio, which is committed: users need no Node.
frontend:
	@cd frontend && npm ci --silent && npm run --silent check && npm run --silent build

.venv/bin/python:
	@$(PYTHON) -m venv .venv

# A stamp is older than pyproject.toml or constraints.txt when something must be installed.
.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "installing wheelbase into .venv (once; a minute or two)"
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[sound]'
	@touch $@

.venv/developed: .venv/bin/python pyproject.toml constraints.txt
	@echo "installing wheelbase and its developer tools into .venv (once; a minute or two)"
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/installed

clean:
	rm -rf .venv runs docs/_build docs/generated .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
