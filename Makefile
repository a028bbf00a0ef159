# Every target works from a fresh clone: it makes its own virtual environment in .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
JOBS   ?= auto
export BONBENCH_HOME ?= .bonbench

.PHONY: help demo leaderboard test lint fix bench micromath clean

help:            ## this list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/installed  ## from nothing to a first leaderboard, without any hub
	$(BIN)/bonbench demo

leaderboard: $(VENV)/installed  ## open the leaderboard on what was measured
	$(BIN)/bonbench leaderboard

test: $(VENV)/installed-dev  ## the test suite
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

lint: $(VENV)/installed-dev  ## style, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/installed-dev  ## let the linters mend what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed-dev  ## every performance claim, measured beside its peer
	$(BIN)/python -m benchmarks.estimators
	$(BIN)/python -m benchmarks.importing
	$(BIN)/python -m benchmarks.grading
	$(BIN)/python -m benchmarks.scoring
	$(BIN)/python -m benchmarks.leaderboard

micromath: $(VENV)/installed  ## the bundled models and pools, made again from nothing: about 2.5 hours on 2 idle cores
	$(BIN)/python -m experiments.micromath.build

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/installed

clean:           ## remove the virtual environment and caches, never .bonbench
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
