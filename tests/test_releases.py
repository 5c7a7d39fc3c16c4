"""Releases: every state is recorded, changes are machine-made, ids are never reused."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.build import build
from app.curation.reader import read_seed
from app.curation.releases import check_history
from app.curation.render import render
from app.settings import Settings

from .conftest import RISK_FACTOR, Api, list_faults, serve, write_seed, write_yaml

Write = Callable[..., Path]
COFFEE = RISK_FACTOR | {"id": "coffee"}
WITHDRAWN = {
    "id": "coffee",
    "kind": "risk-factors",
    "reason": "It was about tea.",
    "successor": "tea",
    "since": "2026.2.0",
}


def record(seed: Path) -> None:
    manifest, _ = render(read_seed(seed))
    (seed / "releases").mkdir(exist_ok=True)
    (seed / "releases" / f"{manifest.version}.json").write_text(manifest.text())


def faults(directory: Path) -> list[str]:
    seed = read_seed(directory)
    check_history(seed, render(seed)[0])
    return list_faults(seed)


def write_history(seed: Path) -> Path:
    """Two releases: the second changes one record and withdraws another."""
    write_seed(seed, risk_factors=[RISK_FACTOR, COFFEE])
    record(seed)
    write_seed(
        seed,
        release={"version": "2026.2.0", "date": "2026-02-01"},
        risk_factors=[RISK_FACTOR | {"effect": "lowers"}],
        withdrawn=[WITHDRAWN],
    )
    record(seed)
    return seed


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return write_history(tmp_path / "seed")


@pytest.fixture(scope="module")
def history_api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    directory = tmp_path_factory.mktemp("history")
    seed = write_history(directory / "seed")
    settings = Settings(seed=seed, database=directory / "tiny.db", public_url="http://test")
    build(settings)
    return serve(settings)


def test_releases_are_listed_newest_first(history_api: Api) -> None:
    items = history_api.get("/v1/releases").json()["items"]
    assert [item["version"] for item in items] == ["2026.2.0", "2026.1.0"]
    assert items[0]["counts"]["risk-factors"] == 1
    assert items[1]["counts"]["risk-factors"] == 2
    assert items[0]["changes"] == {"added": 0, "changed": 1, "withdrawn": 1}
    assert history_api.get(items[0]["url"]).json()["digest"] == items[0]["digest"]


def test_changes_name_the_fields_and_the_reason(history_api: Api) -> None:
    changes = history_api.get("/v1/releases/2026.2.0/changes").json()
    assert changes["before"] == "2026.1.0"
    assert {"id": "tea", "kind": "risk-factors", "fields": ["effect"]} in changes["changed"]
    assert changes["withdrawn"] == [
        {name: WITHDRAWN[name] for name in ("id", "kind", "reason", "successor")}
    ]


def test_an_unknown_release_is_404_and_names_those_that_are(history_api: Api) -> None:
    answer = history_api.get("/v1/releases/2020.1.0")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no release '2020.1.0'. Did you mean '2026.1.0'?"


def test_a_withdrawn_record_is_410_with_reason_and_successor(history_api: Api) -> None:
    answer = history_api.get("/v1/risk-factors/coffee")
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        "'coffee' was withdrawn: It was about tea. Use 'tea' instead."
    )
    assert history_api.get("/v1/drugs/coffee").status_code == 404
    found = history_api.get("/v1/lookup?id=coffee").json()["items"]
    assert [item["id"] for item in found] == ["tea"]


def test_a_sound_history_has_no_fault(history: Path) -> None:
    assert faults(history) == []


def test_changed_data_need_a_new_version(history: Path, tiny_seed: Write) -> None:
    tiny_seed(
        release={"version": "2026.2.0", "date": "2026-02-01"},
        risk_factors=[RISK_FACTOR | {"category": "reproductive"}],
        withdrawn=[WITHDRAWN],
    )
    (fault,) = faults(history)
    assert fault == (
        "seed/release.yaml: version: the data changed since 2026.2.0 was recorded "
        "(1 records, such as tea); raise the version"
    )


def test_an_unrecorded_version_is_a_fault(history: Path) -> None:
    (history / "release.yaml").write_text(f"version: '2026.3.0'\ndate: {date.today()}\n")
    unrecorded = "seed/release.yaml: version: 2026.3.0 is not recorded; run `her2-facts release`"
    assert faults(history) == [unrecorded]
    (history / "release.yaml").write_text("version: '2026.3.0'\ndate: 2026-03-01\n")
    message = f"should be the day of the release, {date.today()}, got 2026-03-01"
    assert faults(history) == [unrecorded, f"seed/release.yaml: date: {message}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: '2026.3.0'\n", "date: is required"),
        ("version: 2026.3\ndate: 2026-03-01\n", "version: should be a text, but YAML reads 2026.3 as a number: put it in quotes"),
        ("version: '2026.3.0'\ndate: 3/1/2026\n", "date: should be a date as YYYY-MM-DD, got '3/1/2026'"),
        ("version: '2026.3.0'\ndate: 9999-01-01\n", f"date: should not be after today, {date.today()}, got 9999-01-01"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_a_release_has_a_version_and_a_day_that_has_come(
    tiny_seed: Write, text: str, message: str
) -> None:
    assert list_faults(read_seed(tiny_seed(release=text))) == [f"seed/release.yaml: {message}"]


def test_a_version_before_a_recorded_one_is_a_fault(history: Path, tiny_seed: Write) -> None:
    """Versions are compared as numbers: 2026.10.0 is later than 2026.2.0."""
    tiny_seed(
        release={"version": "2026.10.0", "date": "2026-10-01"},
        risk_factors=[RISK_FACTOR | {"effect": "lowers"}],
        withdrawn=[WITHDRAWN],
    )
    record(history)
    assert faults(history) == []
    (history / "release.yaml").write_text("version: '2026.2.0'\ndate: 2026-02-01\n")
    assert faults(history) == ["seed/release.yaml: version: 2026.10.0 is recorded and is later"]


def test_a_record_that_is_just_gone_is_a_fault(history: Path) -> None:
    (history / "withdrawn.yaml").write_text("[]")
    assert faults(history) == [
        "seed/withdrawn.yaml: coffee was released and is gone: add it here with the reason"
    ]


def test_a_withdrawn_id_is_never_used_again(history: Path) -> None:
    (history / "risk-factors.yaml").write_text(write_yaml([RISK_FACTOR, COFFEE]))
    assert (
        "seed/withdrawn.yaml: coffee: id: is still a record; an id is never used again"
        in faults(history)
    )


def test_the_present_release_is_the_one_that_answers(api: Api) -> None:
    meta = api.get("/v1").json()["meta"]
    newest = api.get("/v1/releases").json()["items"][0]
    assert (newest["version"], newest["digest"]) == (meta["version"], meta["digest"])
    totals = {c["kind"]: c["total"] for c in api.get("/v1").json()["collections"]}
    assert newest["counts"] == totals
