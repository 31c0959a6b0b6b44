#!/bin/sh
# What the image's build does with the code: message catalogues and collected, compressed static files.
# The Dockerfile runs it; a machine without an engine runs it by hand: STATIC_ROOT=… sh deploy/build.sh
set -eu
cd "$(dirname "$0")/.."
python wangguan/runner/messages.py locale/*/LC_MESSAGES/django.po
# DEMO only lets the settings load without secrets while files are collected; nothing of it stays.
DEMO=1 python manage.py collectstatic --no-input --verbosity 0
