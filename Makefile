# The commands of the project. `make` or `make help` lists them.
#
# Everything is built from stamps, so a command that finds its parts in place touches no network:
#   .venv/.python    the virtual environment itself
#   .venv/.runtime   a copy of the requirements.txt that is installed   (all that `make run` needs)
#   .venv/.dev       a copy of the requirements-dev.txt that is installed (what the tests need on top)
#   *.mo             compiled translations

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check -qq
# Tests start processes by the dozen: what Python has compiled is kept for the next one, whatever the shell says.
COMPILED_CODE := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/build/pycache
PYTEST := $(COMPILED_CODE) $(PYTHON) -m pytest
CATALOGUES := $(wildcard helpdesk/translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
# The order in which interpreters are tried; `make setup PYTHONS=/opt/python3.13/bin/python3` names one.
PYTHONS ?= python3 python3.14 python3.13 python3.12 python3.11
# Two workers fit a small machine; `make test WORKERS=8` for a bigger one, 0 for none.
WORKERS ?= 2

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup runtime system-packages run demo-reset test test-fast figures corpora screenshots screens diagrams lint bench pages lock translations

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: runtime .venv/.dev ## Make .venv complete, test parts included
	@:

runtime: .venv/.runtime .venv/bin/helpdesk $(COMPILED) ## Make .venv with what the desk itself needs
	@:

run: runtime ## Start the desk with its demo shop; Ctrl-C stops it
	@exec .venv/bin/helpdesk demo

demo-reset: runtime ## Throw the demo shop's data away and start over
	@exec .venv/bin/helpdesk demo --reset --yes

test: setup system-packages lint ## Run all checks and all tests
	$(PYTEST) -n $(WORKERS)

# Without real servers, PostgreSQL, processes and measurements: see tests/speed.py.
test-fast: setup ## Run the tests that take seconds: rules, parsing, pages and commands on SQLite
	$(PYTEST) -n $(WORKERS) -m "not slow and not flows and not browser and not corpora and not scale"

figures: setup system-packages ## Run what measures, in full size, and print its figures
	HELPDESK_TEST_SIZE=full $(PYTEST) -n 0 -m figures --timeout 3600
	@$(MAKE) --no-print-directory pages

# Seeding 100,000 tickets takes some ten minutes; `make pages TICKETS=1000` is for trying it out, and
# `make pages FOLDER=var-seeded` takes a data folder that was seeded before.
TICKETS ?= 100000
pages: setup ## Measure server time, questions to the database and bytes of each page on TICKETS tickets
	$(PYTHON) -m benchmarks.pages $(if $(FOLDER),--folder $(FOLDER),--tickets $(TICKETS))

corpora: setup system-packages ## Read the shared corpora of mail and print the figures (HELPDESK_CORPORA names the folder)
	$(PYTEST) -n 0 -m "figures and (corpora or trust)" tests/mail tests/flows/test_who_joins.py

# Both take all pictures, of the top of each page and of the whole, into build/screenshots.
TAKE_PICTURES = HELPDESK_TEST_SIZE=full $(PYTEST) -n $(WORKERS) tests/browser/test_screens.py
PNGQUANT = command -v pngquant >/dev/null || { echo "make $@ needs pngquant: apt-get install pngquant" >&2; exit 1; }

screenshots: setup system-packages ## Take the pictures of the README anew (needs pngquant)
	@$(PNGQUANT)
	$(TAKE_PICTURES)
	@mkdir -p docs/screenshots && rm -f docs/screenshots/*.png
	@for picture in $$(grep -oh 'docs/screenshots/[A-Za-z0-9-]*\.png' README.md README.zh-CN.md | sort -u); do \
		pngquant --strip --output "$$picture" "build/screenshots/$${picture##*/}" || exit 1; \
	done

screens: setup system-packages ## Take pictures of every page into docs/screens, in all languages, looks and widths (needs pngquant)
	@$(PNGQUANT)
	$(TAKE_PICTURES)
	$(PYTHON) -m tests.browser.screens_index
	@rm -f docs/screens/*.png
	@for picture in build/screenshots/whole/*.png; do \
		pngquant --strip --speed 2 32 --output "docs/screens/$${picture##*/}" "$$picture" || exit 1; \
	done

diagrams: runtime ## Write docs/claims.md from the tables of claims, offers and remedies
	.venv/bin/helpdesk claims moves --document > build/claims.md && mv build/claims.md docs/claims.md

lint: setup ## Check style, types and the direction of imports
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

bench: setup system-packages ## Measure the intake beside mere fetching and parsing
	$(PYTHON) -m benchmarks

system-packages: ## Install the Debian packages that the tests need, or say what is missing
	@sh tests/system_packages.sh

# uv is needed here and nowhere else. The files hold no address, so pip takes the packages from
# wherever it is set up to. `make lock UPGRADE=--upgrade` moves to the newest versions.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE) pyproject.toml
lock: ## Pin the dependencies of pyproject.toml with their hashes (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(LOCK) --output-file requirements.txt
	$(LOCK) --output-file requirements-dev.txt --extra dev --constraint requirements.txt
	$(LOCK) --output-file requirements-gateways.txt --extra stripe --extra alipay --extra wechatpay \
		--constraint requirements-dev.txt

BABEL := $(PYTHON) -m babel.messages.frontend --quiet
translations: runtime ## Collect new sentences from code and templates into the catalogues
	@mkdir -p build
	$(BABEL) extract --mapping-file pyproject.toml --keywords _l --add-location file --sort-output \
		--project helpdesk --copyright-holder "helpdesk contributors" --output-file build/messages.pot helpdesk
	$(BABEL) update --ignore-pot-creation-date --no-fuzzy-matching --width 100 \
		--input-file build/messages.pot --output-dir helpdesk/translations
	@$(MAKE) --no-print-directory runtime

%.mo: %.po | .venv/.runtime
	@$(PYTHON) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@

# The stamp comes last: an environment left half made is mended by the next run.
.venv/.python:
	@for name in $(PYTHONS); do \
		command -v "$$name" >/dev/null && "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
			&& found=$$name && break; \
	done; \
	if [ -z "$$found" ]; then \
		echo "helpdesk needs Python 3.11 or newer (tried: $(PYTHONS))." >&2; \
		echo "On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' 2>/dev/null; then \
		version=$$("$$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$$found has no venv module: sudo apt-get install python3-venv (or python$$version-venv)" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$found"; \
	"$$found" -m venv .venv && touch $@

.venv/.runtime: requirements.txt | .venv/.python
	@cmp -s $< $@ || { echo "Installing what the desk needs (a minute or so, once)"; \
		$(PIP) install --require-hashes --requirement $<; }
	@cp $< $@

.venv/.dev: requirements-dev.txt | .venv/.runtime
	@cmp -s $< $@ || { echo "Installing what the tests need"; $(PIP) install --require-hashes --requirement $<; }
	@cp $< $@

# The desk runs from this checkout: a .pth line (relative, so the folder may be moved) makes it
# importable, and nothing named `mail` or `config` lands among the installed packages.
.venv/bin/helpdesk: Makefile | .venv/.python
	@for packages in .venv/lib/python3*/site-packages; do echo ../../../.. > "$$packages/helpdesk.pth"; done
	@printf '%s\n' '#!/bin/sh' '# Written by make: the desk, run from its checkout.' \
		'here=$$(dirname "$$(readlink -f "$$0")")' \
		'exec "$$here/python" -P -c '"'"'import sys; sys.argv[0] = "helpdesk"; from helpdesk.cli import main; main()'"'"' "$$@"' \
		> $@ && chmod +x $@
