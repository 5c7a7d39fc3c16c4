#!/usr/bin/env bash
# Install the wheel into a bare environment and serve from a folder that knows nothing of this one.
set -euo pipefail
cd "$(dirname "$0")/../.."
wheel=$(ls "$PWD"/dist/her2_facts-*.whl)
requirements=$PWD/requirements.txt
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index "$wheel"
venv/bin/python -m pip check

export XDG_CACHE_HOME=$folder/cache HOME=$folder
venv/bin/her2-facts --version
venv/bin/her2-facts check
venv/bin/her2-facts serve --port 0 >log &
server=$!
for _ in $(seq 600); do
    grep -q '^HER2 Facts at' log && break
    kill -0 "$server" # it has not ended
    sleep 0.2
done
cat log
address=$(sed -n 's/^HER2 Facts at \([^,]*\),.*/\1/p' log)
venv/bin/python - "$address" <<'PYTHON'
import json
import sys
from urllib.request import urlopen

base = sys.argv[1]
index = json.load(urlopen(f"{base}/v1"))
for collection in index["collections"]:
    assert collection["total"] == json.load(urlopen(collection["url"]))["total"] > 0, collection
for path in ("/docs", "/redoc", "/assets/docs.js", "/assets/swagger-ui-bundle.js", "/openapi.yaml"):
    assert urlopen(base + path).status == 200, path
print(f"{len(index['collections'])} collections, docs and data are served")
PYTHON
find cache -name '*.db'
kill "$server"
wait "$server" || test $? -eq 143  # ended by TERM
