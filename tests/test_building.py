"""Building: whole or not at all, the same twice, and never over a file that is not ours."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.build import build, ensure_built, hash_files, read_built
from app.curation.seed import SeedInvalid
from app.settings import Settings
from app.store.database import DatabaseUnusable, Statement, open_database

from .conftest import RISK_FACTOR, serve
from .processes import Process

Write = Callable[..., Path]


def test_the_same_seed_gives_the_same_database(tiny: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tiny.seed, elsewhere)
    other = Settings(seed=elsewhere, database=tmp_path / "other.db")
    assert build(other).release.digest == read_built(tiny.database)[0].digest
    assert other.database.read_bytes() == tiny.database.read_bytes()


def test_files_of_one_name_that_are_swapped_or_moved_are_noticed(tmp_path: Path) -> None:
    def layout(**texts: str) -> bytes:
        root = tmp_path / "-".join((*texts, *texts.values()))
        for folder, content in texts.items():
            (root / folder).mkdir(parents=True)
            (root / folder / "records.py").write_text(content)
        return hash_files(root, "**/*.py")

    before = layout(store="read", serving="answer")
    assert before == layout(serving="answer", store="read")
    assert before != layout(store="answer", serving="read")
    assert before != layout(shelf="answer", store="read")


def test_another_word_gives_another_digest(tiny: Settings) -> None:
    first = read_built(tiny.database)[0]
    topics = tiny.seed / "topics.yaml"
    topics.write_text(topics.read_text().replace("may lower", "may perhaps lower"))
    assert build(tiny).release.digest != first.digest


def test_a_faulty_seed_leaves_the_old_database_and_no_litter(tiny: Settings) -> None:
    before = tiny.database.read_bytes()
    (tiny.seed / "topics.yaml").write_text("- id: [")
    with pytest.raises(SeedInvalid, match="should be YAML"):
        build(tiny)
    assert tiny.database.read_bytes() == before
    assert os.listdir(tiny.database.parent) == ["tiny.db"]


def build_and_be_killed(settings: Settings) -> None:
    """Build in a process that dies where it would put the database in place."""
    os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    build(settings)


def test_a_killed_build_leaves_the_old_database(tiny: Settings) -> None:
    before = tiny.database.read_bytes()
    with Process(build_and_be_killed, tiny, environment=os.environ) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert tiny.database.read_bytes() == before
    assert read_built(tiny.database)[0].version == "2026.1.0+dev"


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\0"])
def test_a_file_that_is_not_ours_is_never_replaced(tiny: Settings, content: bytes) -> None:
    tiny.database.write_bytes(content)
    for attempt in (build, ensure_built):
        with pytest.raises(DatabaseUnusable, match="not a database of HER2 Facts"):
            attempt(tiny)
    assert tiny.database.read_bytes() == content


def test_a_foreign_sqlite_file_is_never_replaced(tiny: Settings) -> None:
    tiny.database.unlink()
    with closing(sqlite3.connect(tiny.database)) as connection:
        connection.execute("CREATE TABLE mine (id INTEGER)")
    with pytest.raises(DatabaseUnusable, match="not a database of HER2 Facts"):
        ensure_built(tiny)


@pytest.mark.parametrize(
    "statement", ["DROP TABLE build", "ALTER TABLE release RENAME COLUMN digest TO hash"]
)
def test_our_own_file_of_another_schema_is_rebuilt(tiny: Settings, statement: str) -> None:
    good = read_built(tiny.database)[0]
    with closing(sqlite3.connect(tiny.database)) as connection:
        connection.execute(statement)
    with pytest.raises(DatabaseUnusable, match="of another schema"):
        read_built(tiny.database)
    assert ensure_built(tiny).digest == good.digest


def test_our_own_damaged_file_is_rebuilt(tiny: Settings) -> None:
    good = read_built(tiny.database)[0]
    content = bytearray(tiny.database.read_bytes())
    content[4096:-4096] = b"\xff" * (len(content) - 8192)
    tiny.database.write_bytes(content)
    with pytest.raises(DatabaseUnusable, match="damaged"):
        read_built(tiny.database)
    assert ensure_built(tiny).digest == good.digest


def test_a_current_database_is_left_alone_and_an_old_one_rebuilt(tiny: Settings) -> None:
    before = tiny.database.stat().st_ino
    ensure_built(tiny)
    assert tiny.database.stat().st_ino == before
    (tiny.seed / "release.yaml").write_text("version: '2026.2.0'\ndate: 2026-02-01\n")
    assert ensure_built(tiny).version == "2026.2.0+dev"


def test_serving_can_not_write(tiny: Settings) -> None:
    with (
        open_database(tiny.database) as database,
        pytest.raises(sqlite3.OperationalError, match="readonly database"),
    ):
        database.rows(Statement("DELETE FROM record", {}))


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE citation SET sha256 = NULL", "passage_has_digest"),
        ("UPDATE citation SET supports = '[]'", "supports_something"),
        ("UPDATE record SET json_text = 'no'", "json_is_valid"),
        ("UPDATE citation SET source = 'nobody'", "FOREIGN KEY"),
        ("UPDATE record SET applies_to = 'flu'", "AppliesTo"),
    ],
)
def test_the_database_itself_refuses_what_must_never_be(
    tiny: Settings, statement: str, constraint: str
) -> None:
    with closing(sqlite3.connect(tiny.database)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        with pytest.raises(sqlite3.IntegrityError, match=constraint):
            connection.execute(statement)


def test_a_database_that_is_put_in_place_later_changes_no_answer(
    tiny: Settings, tiny_seed: Write
) -> None:
    content = tiny.database.read_bytes()
    api = serve(tiny)
    tiny_seed(risk_factors=[RISK_FACTOR | {"category": "demographic"}])
    build(tiny)
    assert tiny.database.read_bytes() != content
    assert api.get("/v1/risk-factors/tea").json()["category"] == "lifestyle"
    files = {file["name"]: file["url"] for file in api.get("/v1/export").json()["items"]}
    tea = api.get(files["risk-factors.ndjson"]).json()
    assert tea["category"] == "lifestyle"
