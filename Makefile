# `make lab` builds a host and tests the stack on it; `make test` runs every check. See CONTRIBUTING.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON   ?= python3
SCENARIO ?= default
# The scenarios of `make test`: all, unless one is given. Two that compile do not run at the same time.
SCENARIOS ?= $(if $(filter file,$(origin SCENARIO)),source chan_sip default el speech quickstart messaging,$(SCENARIO))
# They mostly wait for phones, so two can run in parallel even on a small machine.
JOBS ?= 2
ROOT     := $(CURDIR)
CACHE    := $(ROOT)/.cache
VENV     := $(CACHE)/venv
READY    := $(VENV)/.ready
# Ansible finds the working tree as an installed collection here.
COLLECTIONS := $(CACHE)/collections
TREE        := $(COLLECTIONS)/ansible_collections/switchboard/pbx

export PATH := $(VENV)/bin:$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(COLLECTIONS)
export MYPYPATH := $(COLLECTIONS)
export PYTHONPATH := $(COLLECTIONS)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): requirements-dev.txt
	@tools/prerequisites.sh python
	@echo "==> creating the Python environment in .cache/venv"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@mkdir -p $(dir $(TREE)) && ln -sfn $(ROOT) $(TREE)
	@touch $@

.PHONY: setup
setup: $(READY) ## install the requirements of the other targets

.PHONY: lint
lint: setup ## run every linter (LINTERS="ruff mypy" for some of them)
	@tools/prerequisites.sh lint
	@tools/lint.sh $(LINTERS)

.PHONY: sanity
sanity: setup ## run ansible-test sanity
	@tools/prerequisites.sh lint
	@tools/sanity.sh $(CACHE) $(SANITY_ARGS)

.PHONY: importer
importer: setup ## build the collection and import it as Galaxy does
	@tools/importer.sh

.PHONY: unit
unit: setup ## run the unit tests, which need no server
	@echo "==> unit tests"
	@pytest -q -n 2 tests/unit $(PYTEST_ARGS)

.PHONY: integration
integration: setup ## run the modules against real servers
	@tools/prerequisites.sh slapd festival hosts docker
	@tools/debian_trees.sh slapd asterisk upstream schemas
	@echo "==> integration tests against slapd 2.4, 2.5 and 2.6"
	@pytest -q -n 2 tests/integration $(PYTEST_ARGS)

.PHONY: docs
docs: setup ## build the documentation site, build/docs/index.html; any warning is an error
	@tools/docs.sh

.PHONY: bench
bench: setup ## measure speed as ratios within one run; writes build/bench.json (BENCH_ARGS=--large for 100,000)
	@tools/prerequisites.sh slapd
	@tools/debian_trees.sh slapd
	@python benchmarks/incumbent.py $(CACHE)/incumbent
	@echo "==> measuring the directory against slapd 2.6, 2.5 and 2.4 (some minutes)"
	@PYTHONPATH=$$PYTHONPATH:$(ROOT)/tests/integration python benchmarks/directory.py \
	  --collections $(CACHE)/incumbent $(BENCH_ARGS)

.PHONY: molecule
molecule: setup ## run one Molecule scenario: make molecule SCENARIO=default
	@tools/prerequisites.sh hosts phone
	@echo "==> molecule test, scenario $(SCENARIO)"
	@COLUMNS=160 molecule test --scenario-name $(SCENARIO)

TESTS ?= molecule/$(SCENARIO)/tests
.PHONY: scenario-test
scenario-test: setup ## run tests on hosts that are up: molecule converge --scenario-name NAME, then SCENARIO=NAME TESTS=file
	@MOLECULE_SCENARIO_NAME=$(SCENARIO) PYTHONPATH=$(ROOT)/molecule/shared PYTEST_PLUGINS=lab.fixtures \
	  pytest -q $(TESTS) $(PYTEST_ARGS)

LAB_HOSTS := $(CACHE)/hosts/lab-$(SCENARIO)
LAB_INVENTORY := molecule/$(SCENARIO)/inventory
LAB := env PYTHONPATH=$(ROOT)/molecule/shared python -m lab
lab lab-down report: export ANSIBLE_CONFIG := $(ROOT)/molecule/shared/ansible.cfg
lab lab-down report: export ANSIBLE_SSH_ARGS := -F $(LAB_HOSTS)/ssh_config
lab lab-down report: export SWITCHBOARD_HOSTS := $(LAB_HOSTS)
lab report: export ANSIBLE_CALLBACK_PLUGINS := $(ROOT)/molecule/shared/callbacks
lab report: export ANSIBLE_STDOUT_CALLBACK := steps

.PHONY: lab
lab: ## build a host, provision the stack, test it with a phone call (IMAGE=… uses a published systemd image)
	@tools/lab_installs.sh $(READY) $(SCENARIO)
ifdef NO_INSTALL
	@echo "Nothing was changed, because NO_INSTALL is set."
else
	@$(PYTHON) tools/steps.py build/logs/lab-$(SCENARIO).log $(MAKE) --no-print-directory lab-steps
	@$(LAB) card --scenario $(SCENARIO)
endif

# What `make lab` does; tools/steps.py shows the steps that are announced by === and ==>.
.PHONY: lab-steps
lab-steps:
	@echo "=== This machine"
	@tools/prerequisites.sh python hosts phone
	@$(MAKE) --no-print-directory setup
	@echo "=== Hosts, as systemd containers"
	@$(LAB) up --scenario $(SCENARIO) --image "$(IMAGE)"
	@echo "=== Ansible: playbooks/site.yml"
	@[ ! -e molecule/$(SCENARIO)/services.yml ] || ansible-playbook -i $(LAB_INVENTORY) molecule/$(SCENARIO)/services.yml
	@ansible-playbook -i $(LAB_INVENTORY) playbooks/site.yml
	@ansible-playbook -i $(LAB_INVENTORY) molecule/shared/facts.yml
	@echo "=== Phones"
	@$(LAB) prove --scenario $(SCENARIO)

.PHONY: report
report: build/report.html ## show the page of the last check by phone
	@$(PYTHON) tools/show_page.py $<

# A lab that is newer than the page is checked again.
build/report.html: $(wildcard build/lab.json)
	@[ "$^" ] || { echo "There is no report yet; make lab first, then make report checks it." >&2; exit 1; }
	@$(PYTHON) tools/steps.py build/logs/report.log ansible-playbook -i $(LAB_INVENTORY) playbooks/verify.yml

.PHONY: lab-down
lab-down: setup ## remove the lab
	@$(LAB) down --scenario $(SCENARIO)

.PHONY: test
test: lint docs importer sanity unit integration scenarios ## run every check (SCENARIO=… runs a single scenario)

.PHONY: scenarios
scenarios: setup ## run every Molecule scenario, JOBS at a time
	@tools/prerequisites.sh hosts phone
	@tools/scenarios.sh $(JOBS) $(SCENARIOS)

.PHONY: clean
clean: ## remove caches and build results
	rm -rf $(CACHE) build
