"""New data are taken up whole or not at all, and nothing done to the file harms what is served."""

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.build import build
from app.serving.live import FileMark, Live
from app.serving.service import Service
from app.settings import Settings
from app.store.database import Database, seal

from .conftest import RISK_FACTOR, Api, serve, write_seed

Write = Callable[..., Path]
TEA = "/v1/risk-factors/tea"


@pytest.fixture
def api(tiny: Settings) -> Api:
    """A service on the small database, which has been asked before."""
    api = serve(tiny)
    assert api.get(TEA).json()["category"] == "lifestyle"
    return api


@pytest.fixture(scope="module")
def newer_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another database, built once."""
    directory = tmp_path_factory.mktemp("newer")
    seed = write_seed(
        directory / "seed",
        risk_factors=[RISK_FACTOR | {"category": "demographic"}],
        release={"version": "2026.2.0", "date": "2026-02-01"},
    )
    build(Settings(seed=seed, database=directory / "newer.db"))
    return directory / "newer.db"


@pytest.fixture
def newer(newer_database: Path, tmp_path: Path) -> Path:
    """The other database, beside the served one."""
    return Path(shutil.copy(newer_database, tmp_path))


def check_old(api: Api) -> None:
    """The first data are served, from what is ready and from the database."""
    for path in (TEA, f"{TEA}?fields=category"):
        assert api.get(path).json()["category"] == "lifestyle"
    ready = api.get("/readyz")
    assert (ready.status_code, ready.json()["data_version"]) == (200, "2026.1.0+dev")


def check_new(api: Api) -> None:
    """The newer data are served, and nothing of the first is left among the ready answers."""
    for path in (TEA, f"{TEA}?fields=category"):
        answer = api.get(path).json()
        assert answer["category"] == "demographic"
    ready = api.get("/readyz").json()
    assert ready == {"status": "ok", "data_version": "2026.2.0+dev", "reload_error": None}


def rename(newer: Path, served: Path) -> None:
    os.replace(newer, served)


def copy_over(newer: Path, served: Path) -> None:
    served.write_bytes(newer.read_bytes())


def copy_with_old_times(newer: Path, served: Path) -> None:
    before = served.stat()
    copy_over(newer, served)
    os.utime(served, ns=(before.st_atime_ns, before.st_mtime_ns))


def delete_and_copy(newer: Path, served: Path) -> None:
    served.unlink()
    shutil.copy2(newer, served)


def link(newer: Path, served: Path) -> None:
    served.unlink()
    served.symlink_to(newer)


@pytest.mark.parametrize("put", [rename, copy_over, copy_with_old_times, delete_and_copy, link])
def test_a_new_file_is_taken_up_however_it_came(
    api: Api, tiny: Settings, newer: Path, put: Callable[[Path, Path], None]
) -> None:
    put(newer, tiny.database)
    check_old(api)
    api.service.live.reload()
    check_new(api)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_in_place(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 4096 // 2 * 4096)


def overwrite_in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 8192))


def replace_by_a_stranger(path: Path) -> None:
    path.write_text("my diary")


def delete(path: Path) -> None:
    path.unlink()


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_a_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def change_a_value(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE record SET name = 'Coffee'")
        connection.commit()


def change_the_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE record RENAME COLUMN json_text TO text")
    seal(path)


FAULTS = [
    (empty, "not a database of HER2 Facts"),
    (truncate, "not whole, or changed since it was built"),
    (cut_in_place, "not whole, or changed since it was built"),
    (overwrite_in_place, "not whole, or changed since it was built"),
    (change_a_value, "not whole, or changed since it was built"),
    (replace_by_a_stranger, "not a database of HER2 Facts"),
    (delete, "no such database"),
    (replace_by_a_folder, "not a database of HER2 Facts"),
    (replace_by_a_pipe, "not a database of HER2 Facts"),
    (replace_by_a_loop, "no such database"),
    (change_the_schema, "no such column: record.json_text"),
]


@pytest.mark.parametrize(("harm", "reason"), FAULTS)
def test_a_bad_file_leaves_the_last_good_data_until_a_good_one_comes(
    api: Api,
    tiny: Settings,
    newer: Path,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
    reason: str,
) -> None:
    harm(tiny.database)
    for _ in range(3):
        api.service.live.reload()
        check_old(api)
        error = api.get("/readyz").json()["reload_error"]
        assert error.startswith(f"{tiny.database}: ")
        assert reason in error
    assert [record.message for record in caplog.records] == [
        f"the last good data stay in use: {error}"  # once, not at each look
    ]
    assert api.service.live.reload_errors == 1
    if tiny.database.is_dir():
        tiny.database.rmdir()
    os.replace(newer, tiny.database)
    api.service.live.reload()
    check_new(api)


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Nobody may read the file, and not even root, whom no mode keeps out."""
    user = os.geteuid()
    path.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        path.chmod(0o644)


def test_an_unreadable_file_is_tried_again(api: Api, tiny: Settings) -> None:
    with unreadable(tiny.database):
        api.service.live.reload()
        check_old(api)
        assert api.service.live.reload_error == f"{tiny.database}: can't be read: Permission denied"
    api.service.live.reload()
    assert api.service.live.reload_error is None


def test_a_lock_on_the_file_holds_up_neither_a_request_nor_a_reload(
    api: Api, tiny: Settings, newer: Path
) -> None:
    copy_over(newer, tiny.database)
    with closing(sqlite3.connect(tiny.database)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        check_old(api)
        api.service.live.reload()
        check_new(api)


def test_the_same_data_again_leave_the_ready_answers(api: Api, tiny: Settings) -> None:
    ready = api.service.live.ready
    shutil.copy(tiny.database, tiny.database.with_name("copy.db"))
    os.replace(tiny.database.with_name("copy.db"), tiny.database)
    api.service.live.reload()
    assert api.service.live.ready is ready
    assert api.service.live.reloads == 0
    check_old(api)


def test_a_file_that_was_gone_and_comes_back_is_good_again(
    api: Api, tiny: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "her2_facts")
    aside = tiny.database.with_name("aside.db")
    tiny.database.rename(aside)
    api.service.live.reload()
    aside.rename(tiny.database)
    api.service.live.reload()
    assert api.service.live.reload_error is None
    assert caplog.messages[1:] == ["the database file is good again"]


@pytest.mark.parametrize("change", [truncate, delete, empty])
def test_a_file_that_is_written_to_while_it_is_read_is_not_trusted(
    tiny: Settings, newer: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(tiny)
    content = newer.read_bytes()
    rename(newer, tiny.database)
    read = Service.open

    def read_while_it_changes(settings: Settings) -> Service:
        service = read(settings)
        change(tiny.database)
        return service

    with monkeypatch.context() as patch:
        patch.setattr(Service, "open", read_while_it_changes)
        live.reload()
    assert live.service.database.release.version == "2026.1.0+dev"
    tiny.database.write_bytes(content)
    live.reload()
    assert live.service.database.release.version == "2026.2.0+dev"


def test_a_mark_is_trusted_only_once_the_clock_has_moved_on(tmp_path: Path) -> None:
    """Until then another write of the same size could leave the same mark."""

    def mark_fresh_file() -> FileMark:
        (tmp_path / "file").write_bytes(b"x")
        mark = FileMark.read(tmp_path / "file")
        assert mark
        return mark

    assert any(not mark_fresh_file().is_settled() for _ in range(100))
    old = time.time_ns() - 10**9
    assert mark_fresh_file()._replace(modified=old, changed=old).is_settled()


def test_a_copy_in_progress_is_taken_up_once_it_is_whole(
    api: Api, tiny: Settings, newer: Path
) -> None:
    content = newer.read_bytes()
    with tiny.database.open("wb") as file:
        for start in range(0, len(content), len(content) // 7):
            check_old(api)
            file.write(content[start : start + len(content) // 7])
            file.flush()
            api.service.live.reload()
    api.service.live.reload()
    check_new(api)


def test_a_copy_that_was_broken_off_never_passes(api: Api, tiny: Settings, newer: Path) -> None:
    """Pages of two builds: nothing in the file itself is at odds."""
    old, new = tiny.database.read_bytes(), newer.read_bytes()
    for end in range(4096, min(len(old), len(new)), 4096):
        mixed = new[:end] + old[end:]
        if mixed not in (old, new):
            tiny.database.write_bytes(mixed)
            api.service.live.reload()
            assert "not whole" in str(api.service.live.reload_error)
    check_old(api)


def test_the_memory_of_replaced_data_is_freed(api: Api, tiny: Settings, newer: Path) -> None:
    old: Database = api.service.live.service.database
    page, words = f"{TEA}?format=html", f"{TEA}?format=md"
    made_once = ("/openapi.json", "/openapi.yaml", "/v1/export", "/v1/search?q=tea", page, words)
    for path in (TEA, *made_once):
        assert api.get(path).status_code == 200
    rename(newer, tiny.database)
    api.service.live.reload()
    check_new(api)
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        old.content()


def test_a_cursor_goes_on_in_newer_data(tiny: Settings, tiny_seed: Write) -> None:
    def factors(*names: str) -> list[dict[str, object]]:
        return [RISK_FACTOR | {"id": name, "name": name} for name in names]

    tiny_seed(risk_factors=factors("a", "b", "d"))
    build(tiny)
    api = serve(tiny)
    page = api.get("/v1/risk-factors?limit=2&sort=name").json()
    tiny_seed(
        risk_factors=factors("a", "b", "c", "d", "e"),
        release={"version": "2026.2.0", "date": "2026-02-01"},
    )
    build(tiny)
    api.service.live.reload()
    rest = api.get(page["next"]).json()
    assert [item["id"] for item in rest["items"]] == ["c", "d"]
    assert rest["meta"]["version"] == "2026.2.0+dev"
