# Everything a person types. Needs Python 3.11 or newer and make; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run reset-demo test check lint bench soak pictures guide-pictures requirements clean

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST := 127.0.0.1
SUBJECTS ?= 16
# The first Python on the path that is new enough; say `make PYTHON=/path/to/python3.12 run` to choose another.
ENOUGH := import sys, venv; sys.exit(sys.version_info < (3, 11))
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
PYTHON ?= $(shell for p in $(CANDIDATES); do "$$p" -c '$(ENOUGH)' 2>/dev/null && { echo "$$p"; break; }; done)

export ECRF_DEMO_ADDRESS := http://$(HOST):$(PORT)
# Python keeps what it compiled, whatever the shell says: else every process of a run compiles all libraries anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/runtime.stamp ## serve the demonstration study; its data and log-ins are kept between runs
	@$(BIN)/flask demo --subjects $(SUBJECTS)
	@rm -rf instance/demo/metrics && mkdir -m 700 instance/demo/metrics
	@PROMETHEUS_MULTIPROC_DIR=instance/demo/metrics exec $(BIN)/gunicorn --bind $(HOST):$(PORT) --workers 2 --threads 4 --no-control-socket --limit-request-line 8190 --log-level warning wsgi:app

reset-demo: $(VENV)/runtime.stamp ## throw the demonstration's data away; the next `make run` starts over
	@rm -rf instance/demo
	@echo "The demonstration's data are gone. 'make run' starts over."

test: $(VENV)/dev.stamp ## linters, types, floors and all tests, under five minutes
	@mkdir -p build
	@$(MAKE) --no-print-directory lint >build/lint.log 2>&1 & \
	$(BIN)/python -m pytest -n 3 --dist worksteal; status=$$?; \
	wait $$! || status=1; cat build/lint.log; exit $$status

check: $(VENV)/dev.stamp lint ## linters, types, floors and the tests of forms, audit and the house, under a minute
	@$(BIN)/python -m pytest -q -n 2 tests/forms tests/audit tests/house

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(VENV)/dev.stamp ## rates beside the limit measured in the same run
	@$(BIN)/python -m benchmarks.run

soak: $(VENV)/dev.stamp ## what takes longer than the suite may
	@$(BIN)/python -m pytest -m soak --timeout 3600

pictures: $(VENV)/dev.stamp ## the steps of the main job, as build/screenshots
	@ECRF_PICTURES=1 $(BIN)/python -m pytest -q tests/browser/test_main_job.py

guide-pictures: $(VENV)/dev.stamp ## the pictures of the guides anew, from a demonstration made for them
	@$(BIN)/python -m tests.guide_pictures

requirements: ## for maintainers: pin again what requirements*.in ask for (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt requirements.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.txt requirements-dev.in

clean: ## throw the environment and the caches away, never the data
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build

# ---- The environment: built once, again when the pinned requirements change. uv is used if it is there, never needed.

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed: install it, or name it: make PYTHON=/path/to/python run"; exit 1; }
	@echo "Building the environment in $(VENV)/: once, about half a minute."
	@$(PYTHON) -m venv $(VENV)

define install
	@if uv --version >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
	@touch $@
endef

$(VENV)/runtime.stamp: requirements.txt | $(BIN)/python
	@echo "Installing what the application needs."
	$(call install,requirements.txt)

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	@echo "Installing what the tests need."
	$(call install,requirements-dev.txt)
