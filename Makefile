# Each target runs in a virtual environment made on first use from a pinned requirements file (tools/within.py):
# all that a machine needs beforehand is Python 3.11 or later and make.
PYTHON ?= python3
SERVER := $(PYTHON) tools/within.py requirements-server.txt
LAB := $(PYTHON) tools/within.py requirements.txt
DEV := $(PYTHON) tools/within.py requirements-dev.txt

DATA ?= data
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help serve test lint format train bench docs requirements sbom clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

serve: ## Start the server and its page with the bundled model (PORT=5000)
	@test -n "$$LESION_SAMPLES_DIR" || $(SERVER) python -m lesion samples --timeout 5 || true
	@$(SERVER) python -m lesion serve $(ARGS)

test: ## Run every test (ARGS="-m 'not slow'" to choose)
	@$(DEV) python -m pytest $(ARGS)

lint: ## Check style, types and formatting
	@$(DEV) ruff check .
	@$(DEV) ruff format --check .
	@$(DEV) mypy

format: ## Mend what ruff can mend
	@$(DEV) ruff check --fix .
	@$(DEV) ruff format .

train: ## Train a learner on the photographs in DATA (ARGS="--epochs 10")
	@$(LAB) python -m training train --data $(DATA) $(ARGS)

bench: ## Compare this server with the other ways to serve the same weights (ARGS=--quick)
	@$(DEV) python -m benchmarks.serve $(ARGS)

docs: ## Write the generated parts of the documentation again
	@$(DEV) python -m tools.generate_docs

requirements: ## Compile the pinned requirements from pyproject.toml (ARGS=--upgrade)
	@$(DEV) python -m tools.compile_requirements $(ARGS)

sbom: ## Write sbom.cdx.json: packages, libraries of the page and models that we put into the container (CycloneDX)
	@$(DEV) python -m tools.sbom $(ARGS)

clean: ## Remove the environments and what the tools cached
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}"/lesion/venv-* .mypy_cache .pytest_cache .ruff_cache .hypothesis
