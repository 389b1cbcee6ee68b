# Two commands matter: `make run` and `make test`. Both set up what they need.

PYTHON ?= python3
HOME_FOLDER ?= .home
STAMPS := .stamps
UV := .venv/bin/uv
WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)

export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never

.PHONY: run setup test check bench docs debian clean

## run: set up and run the platform on embedded defaults, with the demonstration hospital unless SIXFOLD_DEMO=0
run: $(STAMPS)/python web/dist/index.html
	SIXFOLD_DEMO=$${SIXFOLD_DEMO:-1} exec .venv/bin/sixfold serve --home $(HOME_FOLDER)

## setup: everything that run, test, check and bench need
setup: $(STAMPS)/python $(STAMPS)/node $(STAMPS)/peers web/dist/index.html

$(STAMPS)/uv:
	@mkdir -p $(STAMPS)
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
	@touch $@

$(STAMPS)/python: pyproject.toml uv.lock | $(STAMPS)/uv
	$(UV) sync --frozen --inexact --quiet
	@touch $@

$(STAMPS)/node: web/package.json web/package-lock.json
	@mkdir -p $(STAMPS)
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/peers: tests/conformance/dimse/node/package-lock.json tests/conformance/oidc/node/package-lock.json
	@mkdir -p $(STAMPS)
	cd tests/conformance/dimse/node && npm ci --no-audit --no-fund --loglevel=error
	cd tests/conformance/oidc/node && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: $(STAMPS)/node $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

## debian: the programs that tests and benchmarks meet, where this machine lets us install them
debian:
	@tools/debian.sh $(PACKAGES)

## test: everything, on SQLite and PostgreSQL, a folder and S3, with third-party tools and a real browser
test: PACKAGES = chromium dcmtk dicom3tools
test: setup debian check
	.venv/bin/python -m pytest -q -n 2 --dist loadgroup
	cd web && npm test --silent

## check: lint, types, direction of imports, documents: under a minute
check: $(STAMPS)/python $(STAMPS)/node
	.venv/bin/ruff check --quiet .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/mypy --no-error-summary
	.venv/bin/lint-imports --no-logo
	cd web && npm run --silent check

## bench: every published figure in its short form, the peers beside us
bench: PACKAGES = dcmtk orthanc orthanc-dicomweb chromium
bench: setup debian
	.venv/bin/python -m bench

## docs: write the generated documents anew
docs: $(STAMPS)/python
	.venv/bin/python -m sixfold.app.documents

clean:
	rm -rf .venv $(STAMPS) web/node_modules web/dist $(HOME_FOLDER)
