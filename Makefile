# make setup | run | test | bench | pictures | install; see README.md
PORT ?= 8000
JOBS ?= 2
PY := .venv/bin/python
# A worker that is done takes over what waits for another: tests in a browser are long, and come in any order.
PYTEST := $(PY) -m pytest -n $(JOBS) --dist worksteal

# An environment whose Python the system has replaced or taken away is made anew.
ifneq ($(wildcard .venv/.installed),)
ifeq ($(shell $(PY) -c 'import pip; print("works")' 2>/dev/null),)
$(shell rm -f .venv/.installed)
endif
endif

.PHONY: setup run test bench pictures install lint setup-hooks requirements

setup: .venv/.installed

run: setup
	@PMD_DEMO=true $(PY) manage.py run_demo --port $(PORT)

# What touches no database runs once, with SQLite; what does runs on both (see tests/conftest.py).
test: setup .venv/.installed-dev lint
	$(PYTEST) --database=sqlite -m "not browser"
	$(PYTEST) --database=postgresql -m "database or browser"

bench: setup .venv/.installed-dev
	$(PY) -m bench

# Those of the manuals, of the product itself: docs/manuales/imagenes.
pictures: setup .venv/.installed-dev
	$(PY) -m pictures

# On Debian 12, as root: MUNICIPALITY= HOST= TIME_ZONE= [EMAIL_URL= ADMINS=]; DRY_RUN=1 only says what it would do.
install:
	@python3 -m deploy.install $(if $(DRY_RUN),--dry-run)

lint: .venv/.installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo --no-cache

# What lint runs, before every commit of this clone (.pre-commit-config.yaml).
setup-hooks: .venv/.installed-dev
	$(PY) -m pre_commit install

# The newest Python of this machine that is new enough; one sentence if there is none.
.venv/.installed: requirements.txt
	@set -e; python=; \
	for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Hace falta Python 3.11 o más nuevo; aquí hay: $$(python3 --version 2>&1 || true)." >&2; exit 1; fi; \
	if [ ! -x $(PY) ] || ! $(PY) -c 'import pip' 2>/dev/null; then \
	  if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "A este Python le falta el módulo venv: instálelo (en Debian y Ubuntu: apt install python3-venv)." >&2; exit 1; fi; \
	  echo "Preparando el entorno en .venv…"; $$python -m venv --clear .venv; fi; \
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# For whoever changes requirements*.in; needs uv.
requirements:
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
