# `make lab` builds a host and tests the stack on it; `make test` runs every check. See CONTRIBUTING.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON   ?= python3
SCENARIO ?= default
# The scenarios of `make test`: all, unless one is given. Two that compile do not run at the same time.
SCENARIOS ?= $(if $(filter file,$(origin SCENARIO)),source chan_sip default el speech quickstart messaging,$(SCENARIO))
# The images of the test hosts: empty for those built here; see CONTRIBUTING.md.
IMAGE    ?= $(SWITCHBOARD_IMAGE)
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
export SWITCHBOARD_IMAGE := $(IMAGE)

# Shows each `##@ GROUP`, and each `target: ## description [minutes]` or `[minutes; root]`.
.PHONY: help
help: ## show this list [seconds]
	@tools/help.sh $(firstword $(MAKEFILE_LIST))

$(READY): requirements-dev.txt tests/unit/requirements.txt
	@tools/prerequisites.sh python
	@echo "==> creating the Python environment in .cache/venv"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@mkdir -p $(dir $(TREE)) && ln -sfn $(ROOT) $(TREE)
	@touch $@

##@ See it work
LAB_HOSTS := $(CACHE)/hosts/lab-$(SCENARIO)
LAB_INVENTORY := molecule/$(SCENARIO)/inventory
LAB := env PYTHONPATH=$(ROOT)/molecule/shared python -m lab
lab lab-down report: export ANSIBLE_CONFIG := $(ROOT)/molecule/shared/ansible.cfg
lab lab-down report: export ANSIBLE_SSH_ARGS := -F $(LAB_HOSTS)/ssh_config
lab lab-down report: export SWITCHBOARD_HOSTS := $(LAB_HOSTS)
lab report: export ANSIBLE_CALLBACK_PLUGINS := $(ROOT)/molecule/shared/callbacks
lab report: export ANSIBLE_STDOUT_CALLBACK := steps

.PHONY: lab
lab: ## build hosts, provision the stack, test it with phone calls, say how to use it [2 min; root]
	@tools/lab/installs.sh $(READY) $(SCENARIO)
ifdef NO_INSTALL
	@echo "Nothing was changed, because NO_INSTALL is set."
else
	@$(PYTHON) tools/lab/steps.py build/logs/lab-$(SCENARIO).log $(MAKE) --no-print-directory lab-steps
	@$(LAB) card --scenario $(SCENARIO)
endif

# What `make lab` does; tools/lab/steps.py shows the steps that are announced by === and ==>.
.PHONY: lab-steps
lab-steps:
	@echo "=== This machine"
	@tools/prerequisites.sh python hosts phone
	@$(MAKE) --no-print-directory setup
	@echo "=== Hosts, as systemd containers"
	@$(LAB) up --scenario $(SCENARIO)
	@echo "=== Ansible"
	@[ ! -e molecule/$(SCENARIO)/services.yml ] || ansible-playbook -i $(LAB_INVENTORY) molecule/$(SCENARIO)/services.yml
	@ansible-playbook -i $(LAB_INVENTORY) playbooks/site.yml
	@ansible-playbook -i $(LAB_INVENTORY) molecule/shared/facts.yml
	@echo "=== Phones"
	@$(LAB) prove --scenario $(SCENARIO)

.PHONY: report
report: build/report.html ## show the page of the last check by phone, with what phones heard [1 min]
	@$(PYTHON) tools/lab/show_page.py $<

# A lab that is newer than the page is checked again.
build/report.html: $(wildcard build/lab.json)
	@[ "$^" ] || { echo "There is no report yet; make lab first, then make report checks it." >&2; exit 1; }
	@$(PYTHON) tools/lab/steps.py build/logs/report.log ansible-playbook -i $(LAB_INVENTORY) playbooks/verify.yml

.PHONY: lab-down
lab-down: setup ## remove the lab [seconds; root]
	@$(LAB) down --scenario $(SCENARIO)

##@ Check a change
# Two at a time: sanity, on one core, takes as long as most of the others. Phones need timely answers, so the scenarios follow.
CHECKS := sanity lint docs importer unit integration

.PHONY: test
test: setup ## run every check [50 min; root]
	@$(MAKE) --no-print-directory --jobs=2 $(CHECKS)
	@$(MAKE) --no-print-directory scenarios

.PHONY: lint
lint: setup ## run every linter (LINTERS="ruff mypy" for some of them) [2 min]
	@tools/prerequisites.sh lint
	@tools/lint.sh $(LINTERS)

.PHONY: sanity
sanity: setup ## run ansible-test sanity of each supported ansible-core (CORE=2.21 for one) [6 min]
	@tools/prerequisites.sh lint
	@tools/sanity.sh $(CACHE) $(SANITY_ARGS)

.PHONY: importer
importer: setup ## build the collection and import it as Galaxy does [1 min]
	@tools/importer.sh

.PHONY: archive
archive: setup ## build the archive for Galaxy and the notes of its release, in build/release [seconds]
	@rm -rf build/release
	@ansible-galaxy collection build --output-path build/release
	@antsibull-changelog generate --only-latest --output build/release/notes.md --output-format md

.PHONY: unit
unit: setup ## run the tests that need no server with each supported ansible-core (CORE=2.21 for one) [4 min]
	@tools/unit.sh $(PYTEST_ARGS)

.PHONY: integration
integration: setup ## run the modules against real servers on loopback [15 min; root]
	@tools/prerequisites.sh slapd festival hosts docker
	@tools/debian_trees.sh slapd asterisk upstream schemas
	@echo "==> integration tests against slapd 2.4, 2.5 and 2.6"
	@pytest -q -n 2 $(or $(TESTS),tests/integration) $(PYTEST_ARGS)

.PHONY: molecule
molecule: setup ## run one scenario in full (SCENARIO=default) [15 min; root]
	@tools/prerequisites.sh hosts phone
	@echo "==> molecule test, scenario $(SCENARIO)"
	@COLUMNS=160 molecule test --scenario-name $(SCENARIO)

.PHONY: scenario-test
scenario-test: setup ## run tests on hosts that are up (SCENARIO, TESTS=file, PYTEST_ARGS) [1 min; root]
	@MOLECULE_SCENARIO_NAME=$(SCENARIO) PYTHONPATH=$(ROOT)/molecule/shared PYTEST_PLUGINS=lab.fixtures \
	  pytest -q $(or $(TESTS),molecule/$(SCENARIO)/tests) $(PYTEST_ARGS)

.PHONY: scenarios
scenarios: setup ## run every Molecule scenario, JOBS=2 at a time [35 min; root]
	@tools/prerequisites.sh hosts phone
	@tools/scenarios.sh $(JOBS) $(SCENARIOS)

##@ Build and maintain
.PHONY: docs
docs: setup ## build the documentation site, build/docs/index.html; any warning is an error [2 min]
	@tools/docs/build.sh

.PHONY: bench
bench: setup ## measure speed as ratios; writes build/bench.json (BENCH_ARGS=--large for 100,000 people) [5 min; root]
	@tools/prerequisites.sh slapd
	@tools/debian_trees.sh slapd
	@python benchmarks/incumbent.py $(CACHE)/incumbent
	@echo "==> measuring the directory against slapd 2.6, 2.5 and 2.4 (some minutes)"
	@PYTHONPATH=$$PYTHONPATH:$(ROOT)/tests/integration python benchmarks/directory.py \
	  --collections $(CACHE)/incumbent $(BENCH_ARGS)

.PHONY: recording
recording: setup ## make docs/pictures/make-lab.svg from a recording of make lab [3 min; root]
	@$(MAKE) --no-print-directory lab-down
	@asciinema rec --quiet --overwrite --cols 104 --rows 60 --command "$(MAKE) --no-print-directory lab" build/make-lab.cast
	@python tools/lab/cast_to_svg.py build/make-lab.cast docs/pictures/make-lab.svg "make lab"

.PHONY: setup
setup: $(READY) ## install the requirements of the other targets [2 min]

.PHONY: clean
clean: ## remove caches and build results [seconds; root]
	rm -rf $(CACHE) build
