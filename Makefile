# Every target works from a fresh clone: it makes its own virtual environment in .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
JOBS   ?= auto
export BONBENCH_HOME ?= .bonbench

.PHONY: help demo leaderboard test oldest lint fix bench micromath clean

help:            ## this list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/installed  ## from nothing to a first leaderboard, without any hub
	$(BIN)/bonbench demo

leaderboard: $(VENV)/installed  ## open the leaderboard on what was measured
	$(BIN)/bonbench leaderboard

test: $(VENV)/installed-dev  ## the test suite
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

oldest: $(VENV)-oldest/installed  ## the suite with the oldest versions that pyproject.toml allows
	$(VENV)-oldest/bin/python -m pytest -q -n $(JOBS) --dist worksteal -m 'not slow and not browser'

lint: $(VENV)/installed-dev  ## style, types, layers, known weaknesses of pinned packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/audit $(BIN)/pip-audit

fix: $(VENV)/installed-dev  ## let the linters mend what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed-dev  ## every performance claim, measured beside its peer
	$(BIN)/python -m benchmarks.estimators
	$(BIN)/python -m benchmarks.importing
	$(BIN)/python -m benchmarks.grading
	$(BIN)/python -m benchmarks.scoring
	$(BIN)/python -m benchmarks.leaderboard
	$(BIN)/python -m benchmarks.load --problems 50
	$(BIN)/python -m benchmarks.serving

micromath: $(VENV)/installed  ## the bundled models and pools, made again from nothing: about 2.5 hours on 2 idle cores
	$(BIN)/python -m experiments.micromath.build

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e '.[models,board,train]'
	touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/installed

$(VENV)-oldest/installed: pyproject.toml constraints-oldest.txt
	$(PYTHON) -m venv $(VENV)-oldest
	$(VENV)-oldest/bin/python -m pip install -q -c constraints-oldest.txt -e '.[all,test]'
	touch $@

clean:           ## remove the virtual environment and caches, never .bonbench
	rm -rf $(VENV) $(VENV)-oldest .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
