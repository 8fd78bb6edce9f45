# The campaign control system: what there is to do. `make` alone prints it.
#
# Needs Python 3.11, 3.12 or 3.13 and make. Everything else goes into .venv/ (packages) and .local/ (state); nothing outside
# this folder is touched.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# The first of these that is there and of a version that the lock is made for; PYTHON=... names another.
RIGHT := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3.12 python3.13 python3.11 python3 python; do \
	$$name -c '$(RIGHT)' 2>/dev/null && echo $$name && break; done)
UV_PIP := VIRTUAL_ENV=$(VENV) $(BIN)/uv pip
BENCH_VENV := .venv-bench
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet

DAYS ?=
SCALE ?= 0.1
SEED ?= 1
EXIT ?=
CONNECTIONS ?=
SCHEDULE ?=
DETACH ?=
DAY ?=
OUT ?=
GALLERY ?=
CASE ?=
FIGURE ?=
REGISTRY ?=
CSV ?=
PLAN ?=
PORT ?=
# One more than there are cores: tests of whole stacks wait most of the time.
JOBS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
SEEDS ?= 101-120
CONFIG ?= both
WRITE ?=

# Where the library of charts keeps its list of fonts: like all else, in this folder and not in the home.
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/matplotlib
# Python keeps what it has compiled, whatever the shell says: each of the many processes would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

# Words of the command line that are left out when their variable is empty.
plan = $(if $(PLAN),--plan "$(PLAN)")
port = $(if $(PORT),--port "$(PORT)")
local = $(BIN)/python -m include.local
desk = $(if $(PLAN),CAMPAIGN_PLAN="$(PLAN)") $(BIN)/python -m include.campaign.desk

.PHONY: help demo up day papers trace prove preflight kickoff status down clean clean-venv test stories study lint lock bench quotas check-plan

help: ## Print this.
	@echo 'make <target> [VARIABLE=value ...]'
	@echo
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'CAMPAIGN_HOME=<folder> puts the state elsewhere than in .local/, for a second stack beside the first.'

demo: $(VENV)/.installed ## Play the campaign in a made-up province. DAYS=3 SCALE=0.1 SEED=1 EXIT=1 PLAN=<folder> PORT=8080
	@$(local) demo --scale "$(SCALE)" --seed "$(SEED)" $(if $(DAYS),--days "$(DAYS)") $(if $(EXIT),--exit) $(plan) $(port)

up: $(VENV)/.installed ## The stack on your own databases. CONNECTIONS=<file> PLAN=<folder> SCHEDULE=on|off DETACH=1 PORT=8080
	@test -n "$(CONNECTIONS)" || { echo 'Which connections? make up CONNECTIONS=<an Airflow connections file: .json, .yaml or .env>'; exit 1; }
	@$(local) up --connections "$(CONNECTIONS)" $(if $(SCHEDULE),--schedule "$(SCHEDULE)") $(if $(DETACH),--detach) $(plan) $(port)

day: $(VENV)/.installed ## Close one day on a stack that is up, and wait. DAY=2025-03-05 (or final)
	@test -n "$(DAY)" || { echo 'Which day? make day DAY=2025-03-05 (or DAY=final)'; exit 1; }
	@$(local) day "$(DAY)"

papers: $(VENV)/.installed$(if $(GALLERY),-dev) ## Every paper of a day as files; nothing is sent. DAY=2025-03-05 OUT=<folder> PLAN=<folder>; or GALLERY=1
	@test -n "$(DAY)$(GALLERY)" || { echo 'Which day? make papers DAY=2025-03-05 (or DAY=final)'; exit 1; }
	@$(local) papers $(if $(DAY),"$(DAY)") $(if $(OUT),--out "$(OUT)") $(plan) $(if $(GALLERY),--gallery)

trace: $(VENV)/.installed ## One case's whole life. CASE=<registry>/<entry>
	@test -n "$(CASE)" || { echo 'Which case? make trace CASE=19330/1024'; exit 1; }
	@$(desk) trace "$(CASE)" $(if $(CSV),--csv "$(CSV)")

prove: $(VENV)/.installed ## The keys that add up to a figure. DAY=2025-03-05 FIGURE=received REGISTRY=<code> CSV=<file>
	@test -n "$(DAY)" -a -n "$(FIGURE)" || { echo 'Which figure? make prove DAY=2025-03-05 FIGURE=received'; exit 1; }
	@$(desk) prove "$(DAY)" "$(FIGURE)" $(if $(REGISTRY),--registry "$(REGISTRY)") $(if $(CSV),--csv "$(CSV)")

preflight: $(VENV)/.installed ## Check every source (contract, grants, clock ...) from a stack that is up, and wait.
	@$(local) preflight

kickoff: $(VENV)/.installed ## Write to every contact that has not been told how the campaign works, from a stack that is up, and wait.
	@$(local) kickoff

status: $(VENV)/.installed ## Show what runs, and where to look.
	@$(local) status

down: $(VENV)/.installed ## End a stack that was left up (DETACH=1).
	@$(local) down

clean: $(VENV)/.installed ## End it and remove all state of demo and up (.local/).
	@$(local) clean

test: $(VENV)/.installed-dev ## Run the tests, one more at once than there are cores. JOBS=0 one by one; ARGS='-k mail -x' goes to pytest
	$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 --dist loadgroup --no-loadscope-reorder $(ARGS)

stories: $(VENV)/.installed-dev ## Play many random stories against the closes (the test any_order_of_events, for an hour)
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest tests/campaign/test_machine.py --timeout 0 $(ARGS)

study: $(VENV)/.installed ## How early and rightly lateness is seen, over made-up provinces. SEEDS=101-120 CONFIG=usual|other|both WRITE=1
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m include.rehearsal.study --seeds "$(SEEDS)" --config "$(CONFIG)" $(if $(PLAN),--plan "$(PLAN)") $(if $(WRITE),--write docs/study.md)

lint: $(VENV)/.installed-dev ## Check style, types, SQL, the plan and the compose file.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 0 include/sql
	$(BIN)/python -m include.campaign.plan $(PLAN)
	@if test -f docker-compose.yaml; then $(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yaml; fi

check-plan: $(VENV)/.installed ## Check a plan's files: faults with file and line, and what does not foot. PLAN=<folder>
	@$(BIN)/python -m include.campaign.plan $(PLAN)

quotas: $(VENV)/.installed ## Compute quotas.csv anew from the baselines' printed figures.
	$(BIN)/python -m include.campaign.plan.split

bench: $(VENV)/.installed-dev $(BENCH_VENV)/.installed ## Ratios to bare copies, dlt, pandas, reladiff in one run. SCALE=0.1 ARGS='-k daily'
	BENCH_SCALE="$(SCALE)" $(BIN)/python -m pytest tests/bench -o python_files='bench_*.py' --timeout 0 $(ARGS)

lock: $(BIN)/uv ## Resolve requirements*.in to requirements*.txt anew.
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-bench.in -o requirements-bench.txt

clean-venv: ## Remove .venv/, for another Python.
	rm -rf $(VENV) $(BENCH_VENV)

$(BIN)/uv:
	@"$(PYTHON)" -c '$(RIGHT)' 2>/dev/null || { echo 'No Python 3.11, 3.12 or 3.13 was found$(if $(PYTHON), under the name $(PYTHON)).' \
		'Install one, or name it: make PYTHON=/path/to/python3.12 ...'; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo 'No virtual environment could be made; on Debian and Ubuntu: apt install python3-venv'; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.installed: requirements.txt | $(BIN)/uv
	@echo 'installing requirements.txt'
	@$(UV_PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo 'installing requirements-dev.txt'
	@$(UV_PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# What the benches measure against lives apart: its pins must not bend those of the system.
$(BENCH_VENV)/.installed: requirements-bench.txt | $(BIN)/uv
	@echo 'installing requirements-bench.txt'
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(BENCH_VENV)
	@VIRTUAL_ENV=$(BENCH_VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements-bench.txt
	@touch $@
