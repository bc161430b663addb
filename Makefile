# Mailroom: `make run` starts the product, `make test` tests it; both need nothing but Python 3.11 and this clone.
# Nothing is written outside .venv/, instance/ and caches.

PYTHON ?= python3
# A file stays in one process; the order stays as it is, so that the long ones (the browser's) do not come last.
TEST_ARGS ?= -n 4 --dist loadfile --no-loadscope-reorder
# The processes of the tests share what one of them has compiled (tests/rewriting.py), whoever forbids it elsewhere.
test check: export PYTHONDONTWRITEBYTECODE =
# What `make check` leaves to `make test`: what starts browsers and servers, waits for silence, or presses every
# button of a page.
LONG := test_fresh_clone.py browser bench cli background lab web/rungs web/mail web/people web/wizard web/accounts \
	web/administration web/compose web/outgoing_servers web/reports web/runs web/test_matrix.py web/test_access.py \
	web/test_stored_secrets.py web/test_certificates_per_account.py storage/test_migrations.py storage/test_users.py \
	detection/documents detection/sources detection/test_certificate_matrix.py detection/test_topologies.py \
	detection/test_named_problems.py detection/test_same_answer.py mail/test_real_servers.py mail/test_scrub.py \
	mail/test_farewell.py mail/test_bad_answers.py mail/clients net/test_cancellation.py test_office_surroundings.py

BIN := .venv/bin
RUN_STAMP := .venv/installed-to-run
TEST_STAMP := .venv/installed-to-test
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock
CATALOGUES := webapp/translations

.PHONY: run test check soak bench bench-office bench-letters demo lint format translations

run: $(RUN_STAMP)
	@exec $(BIN)/mailroom serve

test: $(TEST_STAMP)
	@if [ "$$(id -u)" -eq 0 ]; then \
		tests/lab/install.sh || echo "The packages of the mail lab could not be installed (see above)."; \
	else \
		echo "Not root: the tests against real mail servers and in a browser are skipped."; \
		echo "One command runs everything:  sudo make test"; \
	fi
	$(BIN)/pytest $(TEST_ARGS)

check: lint
	$(BIN)/pytest $(TEST_ARGS) -n auto $(LONG:%=--ignore=tests/%) -m "not lab"

soak: $(TEST_STAMP)
	@if [ "$$(id -u)" -eq 0 ]; then tests/lab/install.sh; fi
	MAILROOM_KILLS=100 MAILROOM_LETTERS=20000 $(BIN)/pytest tests/background/kills \
		tests/background/receiving/test_kills.py tests/background/receiving/test_large_mailbox.py

demo: $(TEST_STAMP)
	@if [ "$$(id -u)" -eq 0 ]; then tests/lab/install.sh; fi
	@exec $(BIN)/python -m tests.lab.demo

bench: $(TEST_STAMP)
	@if [ "$$(id -u)" -eq 0 ]; then tests/lab/install.sh; fi
	@exec $(BIN)/python -m tests.bench

bench-office: $(TEST_STAMP)
	@exec $(BIN)/python -m tests.bench --office

bench-letters: $(TEST_STAMP)
	@if [ "$$(id -u)" -eq 0 ]; then tests/lab/install.sh; fi
	@exec $(BIN)/python -m tests.bench --letters

lint: $(TEST_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(TEST_STAMP)
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

translations: $(TEST_STAMP)
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k lazy_gettext --no-location --sort-output -o .venv/messages.pot .
	$(BIN)/pybabel --quiet update -i .venv/messages.pot -d $(CATALOGUES) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel --quiet compile -d $(CATALOGUES) --statistics

$(RUN_STAMP): pyproject.toml requirements.lock | .venv/bin/pip
	@echo "Installing Mailroom into .venv (once)."
	@$(PIP) --editable .
	@touch $@

$(TEST_STAMP): pyproject.toml requirements.lock | .venv/bin/pip
	@echo "Installing Mailroom and the tools of its tests into .venv (once)."
	@$(PIP) --editable '.[dev]'
	@touch $@ $(RUN_STAMP)

.venv/bin/pip:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Mailroom needs Python 3.11 or newer, and there is no $(PYTHON). On Debian: sudo apt-get install python3-venv"; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Mailroom needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) comes without venv. On Debian: sudo apt-get install python3-venv"; \
		exit 1; }
	@$(PYTHON) -m venv .venv
