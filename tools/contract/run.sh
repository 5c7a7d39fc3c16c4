#!/usr/bin/env bash
# Try the running service as its clients do. Arguments go to pytest, such as `-k browser`.
# Needs node, npm, Chromium and Java; its own Python and Node.js packages stay in this folder.
set -euo pipefail
cd "$(dirname "$0")"

if [ ! -e .venv/installed ] || [ requirements.txt -nt .venv/installed ]; then
    ${PYTHON:-python3} -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r requirements.txt
    touch .venv/installed
fi
if [ ! -e node_modules/installed ] || [ package-lock.json -nt node_modules/installed ]; then
    # No package runs a script of its own at install: one of them would report to its maker.
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    touch node_modules/installed
fi
if [ "${1:-}" = by_hand.py ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r by_hand.txt
fi
# What the fuzzer counted is shown even if it passed; at the end stands what failed.
exec .venv/bin/python -m pytest -W error -p no:cacheprovider --durations=5 -rfEP "$@"
