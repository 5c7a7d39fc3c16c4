"""Build the database: read, render, write, describe, rename into place."""

import asyncio
import hashlib
import json
import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from app.curation.index import index_rows
from app.curation.keys import key_rows, spelling_rows, suggestion_rows
from app.curation.reader import read_seed
from app.curation.releases import (
    read_states,
    release_rows,
    settle_present,
)
from app.curation.render import add_csv, render
from app.export.files import make_files
from app.main import create_api
from app.model.json_text import BASE_URL
from app.serving.docs.examples import ask_app
from app.serving.docs.openapi import describe_api
from app.serving.routes.guide import all_addresses
from app.serving.service import Service
from app.settings import MIGRATIONS, PACKAGE, Settings
from app.store.database import DatabaseUnusable, Release, check_ours, open_database
from app.store.files import file_rows
from app.store.tables import BuildRow, WithdrawnRow
from app.store.writing import add_rows, store_openapi, write_database

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
    code = hash_files(PACKAGE, "**/*.py", "**/*.html") + hash_files(MIGRATIONS, "**/*.py")
    data = hash_files(seed, "*.yaml", "releases/*")
    return hashlib.sha256(code + data).hexdigest()


class Built(NamedTuple):
    """What was built: the release that it holds, and how it differs from the last recorded one."""

    release: Release
    unreleased: str  # empty for a recorded release


class Unreleased(Exception):
    """The data are not a recorded release, and only such a one was wanted."""


def build(settings: Settings, *, released: bool = False) -> Built:
    """Make the database from the seed; raises SeedInvalid and leaves the old one if that fails.

    If only a recorded release is wanted, raises Unreleased for other data. A file that is not ours
    is never replaced: DatabaseUnusable says so.
    """
    path = settings.database
    check_ours(path)
    seed = read_seed(settings.seed)
    past = read_states(seed)
    present, rows = render(seed)
    if (unreleased := settle_present(seed, past, present)) and released:
        raise Unreleased(unreleased)
    add_csv(rows, present.head.version)
    rows += [*spelling_rows(rows), *suggestion_rows(seed)]
    rows += [*release_rows(past, present), *key_rows(seed)]
    rows += [WithdrawnRow(**item.model_dump()) for item in seed.withdrawn.values()]
    version = present.head.version
    rows.append(BuildRow(fingerprint=fingerprint(settings.seed), release=version))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.building")
    try:
        write_database(draft, rows, index_rows(seed))
        add_files(draft)
        add_openapi(draft)
        check_pages(draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return Built(read_built(path)[0], unreleased)


def add_files(path: Path) -> None:
    """Store the files of the data set, made of the new database, so that no request makes any."""
    with open_database(path) as database:
        rows = list(file_rows(make_files(Service(database, BASE_URL))))
    add_rows(path, rows)


def add_openapi(path: Path) -> None:
    """Store the OpenAPI document, with answers of the new database, so that no request waits."""
    with open_database(path) as database:
        described = describe_api(create_api(), Service(database, SOME_URL))
    document = json.dumps(described, ensure_ascii=False)
    store_openapi(path, document.replace(SOME_URL, BASE_URL))


def check_pages(path: Path) -> None:
    """Make every page once: what a template lacks ends the build here, and never a request."""
    with open_database(path) as database:
        asyncio.run(make_pages(Service(database, SOME_URL)))


async def make_pages(service: Service) -> None:
    """Make every page once; an error is noted with the address of its page."""
    api = create_api()
    for address in all_addresses(service):
        local = address.removeprefix(SOME_URL)
        try:
            status, _ = await ask_app(api, service, local, b"text/html")
        except Exception as error:
            error.add_note(f"while its page was made: {local}")
            raise
        assert status == 200, local


def read_built(path: Path) -> tuple[Release, str]:
    """The release that a database holds, and the fingerprint of what it was built from."""
    with open_database(path) as database:
        return database.release, database.fingerprint


def ensure_built(settings: Settings, *, apart: bool = False) -> Release:
    """The served database, built anew where it is missing, damaged or older than the seed.

    Building takes three times the memory of serving; a process apart gives it back at its end.
    """
    with suppress(DatabaseUnusable):  # build() itself refuses a file that is not ours
        release, built_from = read_built(settings.database)
        if not settings.seed.exists() or built_from == fingerprint(settings.seed):
            return release
    if not apart:
        return build(settings).release
    check_ours(settings.database)  # no process need start to say so
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(build, settings).result().release
