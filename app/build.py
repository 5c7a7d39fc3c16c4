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
from app.main import create_app
from app.serving.docs.openapi import PUBLIC_URL, describe
from app.settings import PROJECT, Settings
from app.store.database import DatabaseUnusable, is_ours, read_release, store_openapi, write
from app.store.tables import BuildRow, ReleaseRow, WithdrawnRow


def fingerprint(seed: Path) -> str:
    """Tells whether a database is older than the seed or the code that built it."""
    sha = hashlib.sha256()
    code = [*(PROJECT / "app").rglob("*.py"), *(PROJECT / "migrations").rglob("*.py")]
    data = [*seed.glob("*.yaml"), *seed.glob("releases/*.json")]
    for path in sorted([*code, *data]):
        sha.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()


def build(settings: Settings) -> ReleaseRow:
    """Make the database from the seed; raises SeedInvalid and leaves the old one if that fails.

    A file that is not ours is never replaced: DatabaseUnusable says so.
    """
    path = settings.database
    if path.exists() and not is_ours(path):
        raise DatabaseUnusable(
            f"{path}: not a database of HER2 Facts; move it away or set HER2_DATABASE"
        )
    seed = read_seed(settings.seed)
    manifest, rows = render(seed)
    rows += [*release_rows(seed, manifest), *key_rows(seed)]
    rows += [WithdrawnRow(**item.model_dump()) for item in seed.withdrawn.values()]
    rows.append(BuildRow(fingerprint=fingerprint(settings.seed), release=manifest.version))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.building")
    try:
        write(draft, rows, index_rows(seed))
        add_openapi(draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return read_release(path).release


def add_openapi(path: Path) -> None:
    """Store the OpenAPI document, with answers of the new database, so that no request waits."""
    app = create_app(Settings(database=path, public_url=PUBLIC_URL))
    document = json.dumps(describe(app))
    app.state.engine.dispose()
    store_openapi(path, document)


def ensure_built(settings: Settings) -> ReleaseRow:
    """The served database, built anew where it is missing, damaged or older than the seed."""
    with suppress(DatabaseUnusable):  # build() itself refuses a file that is not ours
        built = read_release(settings.database)
        if not settings.seed.exists() or built.fingerprint == fingerprint(settings.seed):
            return built.release
    return build(settings)
