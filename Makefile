# Two commands do the work: `make run` and `make test`. README.md tells of the rest.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

# What a production site would set, so that Django's own safety checks see one.
DEPLOYED := SITE_URL=https://portal.example ALLOWED_HOSTS=portal.example DEBUG=no \
	SECRET_KEY=a-long-made-up-secret-that-is-only-for-this-check-0123456789abcdefghijklmnopqrstuvwxyz

# Python keeps what it has compiled, whatever the machine says: without it each process takes three seconds to start
# instead of one.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-faults check fmt bench pins clean

run: $(VENV)/.runs
	@$(PY) manage.py run

test: $(VENV)/.develops
	@CHROMIUM="$$($(PY) tests/find_chromium.py)" && export CHROMIUM && $(PY) -m pytest

test-faults: $(VENV)/.develops
	@CHROMIUM="$$($(PY) tests/find_chromium.py)" && export CHROMIUM && $(PY) -m pytest -m "faults or not faults" tests/faults tests/booking/test_crowd.py

check: $(VENV)/.develops
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	$(PY) -m djlint --quiet --lint templates
	$(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run

fmt: $(VENV)/.develops
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint --quiet --reformat templates

# `make bench ROOM=booking` measures booking instead of pages, ROOM=reminders, media or live the others.
bench: $(VENV)/.runs
	@$(PY) manage.py bench $(ROOM)

# Newest versions that requirements*.in allow, for every platform, with hashes.
pins: $(VENV)/.develops
	$(PY) -m uv pip compile --quiet --upgrade $(PINNING) requirements.in --output-file requirements.txt
	$(PY) -m uv pip compile --quiet --upgrade $(PINNING) requirements-dev.in --output-file requirements-dev.txt

PINNING := --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make pins"

# Everything that can be made again. Data in var/ stays: whoever wants to lose it removes it by hand.
clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

$(VENV)/.runs: requirements.txt .ci/install
	@PYTHON="$(PYTHON)" .ci/install $(VENV) requirements.txt
	@touch $@

$(VENV)/.develops: requirements.txt requirements-dev.txt .ci/install
	@PYTHON="$(PYTHON)" .ci/install $(VENV) requirements.txt requirements-dev.txt
	@touch $@ $(VENV)/.runs
