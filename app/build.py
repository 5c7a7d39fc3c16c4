"""Build the database: read, render, write, describe, rename into place."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from app.curation.index import index_rows, key_rows
from app.curation.reader import read_seed
from app.curation.releases import release_rows
from app.curation.render import render
from app.main import create_api
from app.model.json_text import BASE_URL
from app.serving.docs.openapi import describe_api
from app.serving.service import Service
from app.settings import MIGRATIONS, PACKAGE, Settings
from app.store.database import (
    DatabaseUnusable,
    Release,
    check_ours,
    open_database,
    store_openapi,
    write_database,
)
from app.store.tables import BuildRow, WithdrawnRow

# FastAPI wants a valid address; the stored document has `BASE_URL` in its place.
SOME_URL = "https://public-url.invalid"


def hash_files(root: Path, *patterns: str) -> bytes:
    """The digest of files: of their paths below a root, and of what is in them."""
    sha = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
        sha.update(path.relative_to(root).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            sha.update(hashlib.file_digest(file, "sha256").digest())
    return sha.digest()


def fingerprint(seed: Path) -> str:
    """Tells whether a database is older than the seed or the code that built it."""
    code = hash_files(PACKAGE, "**/*.py") + hash_files(MIGRATIONS, "**/*.py")
    data = hash_files(seed, "*.yaml", "releases/*.json")
    return hashlib.sha256(code + data).hexdigest()


def build(settings: Settings) -> Release:
    """Make the database from the seed; raises SeedInvalid and leaves the old one if that fails.

    A file that is not ours is never replaced: DatabaseUnusable says so.
    """
    path = settings.database
    check_ours(path)
    seed = read_seed(settings.seed)
    manifest, rows = render(seed)
    rows += [*release_rows(seed, manifest), *key_rows(seed)]
    rows += [WithdrawnRow(**item.model_dump()) for item in seed.withdrawn.values()]
    rows.append(BuildRow(fingerprint=fingerprint(settings.seed), release=manifest.version))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.building")
    try:
        write_database(draft, rows, index_rows(seed))
        add_openapi(draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return read_built(path)[0]


def add_openapi(path: Path) -> None:
    """Store the OpenAPI document, with answers of the new database, so that no request waits."""
    database = open_database(path)
    service = Service(database, SOME_URL)
    document = json.dumps(describe_api(create_api(), service), ensure_ascii=False)
    database.close()
    store_openapi(path, document.replace(SOME_URL, BASE_URL))


def read_built(path: Path) -> tuple[Release, str]:
    """The release that a database holds, and the fingerprint of what it was built from."""
    database = open_database(path)
    try:
        return database.release, database.fingerprint
    finally:
        database.close()


def ensure_built(settings: Settings) -> Release:
    """The served database, built anew where it is missing, damaged or older than the seed."""
    with suppress(DatabaseUnusable):  # build() itself refuses a file that is not ours
        release, built_from = read_built(settings.database)
        if not settings.seed.exists() or built_from == fingerprint(settings.seed):
            return release
    return build(settings)
