# 王官网格: every target sets up .venv by itself when requirements.lock has changed.
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench torture load screenshots lock messages clean setup environment

PYTHON ?= $(shell command -v python3.11 || command -v python3)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

# What a real installation sets, for the deployment check; nothing answers there.
PRODUCTION := SITE_URL=https://portal.example DATABASE_URL=postgres://portal@db/portal REDIS_URL=redis://broker:6379 \
	SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ HASH_KEY=any FIELD_KEYS=any \
	SMS_REPORT_SECRET=any SMS_GATEWAY_URL=https://sms.example

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile

demo: setup ## the whole portal on this machine, at PORT=8000 unless told otherwise
	@.venv/bin/python -m wangguan.runner --with-parent

test: setup ## everything, on a real database, broker and worker
	.venv/bin/pytest --numprocesses auto --maxprocesses 7 --dist worksteal $(ARGS)

lint: setup ## format, style, types, templates, layers, migrations, deployment
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/lint-imports
	.venv/bin/python -m wangguan.embedded.throwaway .venv/bin/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) .venv/bin/python manage.py check --deploy --fail-level WARNING

bench: setup ## what tickets cost at 10,000 and 100,000, homes and visits at 52,000 residents
	@.venv/bin/python -m wangguan.embedded.throwaway .venv/bin/python -m requests_app.bench $(ARGS)
	@.venv/bin/python -m wangguan.embedded.throwaway .venv/bin/python -m residents.bench

torture: setup ## everything killed with -9 again and again under 10,000 actions, then counted what is left
	@.venv/bin/python -m requests_app.torture $(ARGS)

load: setup ## a thousand people at once for three minutes: rate and latency of each page
	@.venv/bin/python -m requests_app.load $(ARGS)

screenshots: setup ## the main pages of the demo, anew into docs/screenshots/ (needs Chromium)
	@DEMO=1 .venv/bin/python -m wangguan.embedded.throwaway .venv/bin/python -m wangguan.runner.screenshots

lock: setup ## renew requirements.lock from pyproject.toml
	.venv/bin/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-header \
		--no-emit-index-url --all-extras --output-file requirements.lock pyproject.toml

messages: setup ## bring the message catalogues up to date with what is marked in the code
	@.venv/bin/python -m wangguan.runner.catalogue

clean: ## remove what the other targets made, the demo's data too
	@"$(PYTHON)" wangguan/runner/environment.py clean

setup: environment $(CATALOGUES)

environment:
	@cmp -s requirements.lock .venv/installed.lock || "$(PYTHON)" wangguan/runner/environment.py

%.mo: %.po | environment
	@.venv/bin/python wangguan/runner/messages.py $<
