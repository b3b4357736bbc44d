# make setup | run | test | bench | pictures | install; see README.md
PORT ?= 8000
JOBS ?= 2
PY := .venv/bin/python
# A worker that is done takes over what waits for another: tests in a browser are long, and come in any order.
PYTEST := $(PY) -m pytest -n $(JOBS) --dist worksteal

# An environment whose Python the system has replaced or taken away is made anew.
ifneq ($(wildcard .venv/.installed),)
ifeq ($(shell $(PY) -c 'import pip' 2>/dev/null && echo works),)
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

# Each is a copy of its list: what is installed already is not asked for again, also where the list is only newer.
.venv/.installed: requirements.txt
	@sh deploy/environment requirements.txt $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@sh deploy/environment requirements-dev.txt $@

# For whoever changes requirements*.in; needs uv.
requirements:
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
