# One tool set: `make help` lists what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test torture check fix bench docs clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1\t\2/' | expand -t 12

# The environment is made on demand, and again when what it is made of changes. It is compiled by all
# processors, without the packages' own tests and the models of transformers, of which few are used;
# templates in them are no Python.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt -e '.[dev]'
	$(BIN)/python -m compileall -qq -j 0 -x '/tests?/|/transformers/models/' $(VENV)/lib compare experiments || true
	@touch $(READY)

demo: $(READY) ## train both wings on real and planted text and write runs/demo/index.html
	$(BIN)/embcontrast run demo --out runs/demo

test: $(READY) ## run the tests (pages too, where there is a browser: apt install chromium)
	$(BIN)/pytest -n logical --dist loadfile --no-loadscope-reorder $(ARGS)

torture: $(READY) ## kills, flipped bits, full disks, mutations, simulated truths (half an hour)
	$(BIN)/python -m tests.torture $(ARGS)
	$(BIN)/python -m tests.statistics.nulls
	$(BIN)/python -m tests.statistics.known_truths

check: $(READY) ## lint, format check, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(READY) ## format and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## skip-gram, ours and gensim's: speed and quality (ARGS="--corpus PATH --epochs 5")
	$(BIN)/python benchmarks/word2vec.py $(ARGS)

docs: $(READY) ## write the pages that are made of records (measures, options)
	$(BIN)/python docs/generate.py

clean: ## remove the environment and build products (not runs)
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
