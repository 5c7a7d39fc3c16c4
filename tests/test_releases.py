"""Releases: every state is recorded, changes are machine-made, ids are never reused."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import zstandard

from app.build import build
from app.curation import releases
from app.curation.reader import read_seed, read_side_file
from app.curation.releases import (
    changes_between,
    check_history,
    read_states,
    record_path,
    write_changes,
)
from app.curation.render import render
from app.curation.seed import Seed, Withdrawn
from app.history.differences import StatePair
from app.history.state import Rendered, State, StateHead
from app.serving.feed import write_feed
from app.serving.service import Service
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


def record(directory: Path) -> State:
    seed = read_seed(directory)
    state, _ = render(seed)
    past = read_states(seed)
    state.changes = write_changes(changes_between(past[-1] if past else None, state, seed))
    state.write(record_path(directory, state.head.version))
    return state


def faults(directory: Path) -> list[str]:
    seed = read_seed(directory)
    past = read_states(seed)
    if not seed.faults:
        check_history(seed, past, render(seed)[0])
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


def test_changes_have_the_values_and_the_reason(history_api: Api) -> None:
    changes = history_api.get("/v1/releases/2026.2.0/changes").json()
    assert changes["before"] == "2026.1.0"
    (change,) = changes["changed"]
    values = [{"path": "/effect", "old": "may-lower", "new": "lowers"}]
    named = {"id": "tea", "kind": "risk-factors", "name": "Drinking tea"}
    assert change == named | {"fields": ["effect"], "values": values}
    assert changes["withdrawn"] == [
        {"name": "Drinking tea"} | {n: WITHDRAWN[n] for n in ("id", "kind", "reason", "successor")}
    ]
    assert changes["added"] == changes["shape"] == []


def test_each_release_has_its_records(history_api: Api) -> None:
    for version, effect in (("2026.1.0", "may-lower"), ("2026.2.0", "lowers")):
        info = history_api.get(f"/v1/releases/{version}").json()
        answer = history_api.get(info["records_url"])
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert Counter(line["kind"] for line in lines) == info["counts"]
        assert int(answer.headers["x-total-count"]) == len(lines)
        for kind in info["counts"]:
            text = history_api.get(f"/v1/releases/{version}/{kind}").text
            assert [json.loads(line) for line in text.splitlines()] == [
                line for line in lines if line["kind"] == kind
            ]
        tea = history_api.get(f"/v1/releases/{version}/risk-factors/tea")
        meta = tea.json()["meta"]
        assert (tea.json()["effect"], meta["version"], meta["digest"]) == (
            effect, version, info["digest"],
        )  # fmt: skip
        latest = '<http://test/v1/risk-factors/tea>; rel="latest-version"'
        assert tea.headers["link"] == latest
    # What was withdrawn later still answers under the release that had it.
    assert history_api.get("/v1/releases/2026.1.0/risk-factors/coffee").status_code == 200
    for path in ("risk-factors/coffee", "risk-factors/x", "nothing", "drugs/tea"):
        assert history_api.get(f"/v1/releases/2026.2.0/{path}").status_code == 404


def test_a_record_is_cited_by_its_address_in_the_release(history_api: Api) -> None:
    answer = history_api.get("/v1/risk-factors/tea")
    address = answer.json()["cite_as"]
    assert address == "http://test/v1/releases/2026.2.0/risk-factors/tea"
    assert answer.headers["link"] == f'<{address}>; rel="cite-as"'
    now = {name: value for name, value in answer.json().items() if name != "cite_as"}
    assert history_api.get(address).json() == now


def test_data_that_are_not_released_say_so(tiny: Settings) -> None:
    api = serve(tiny)
    assert api.get("/v1").json()["meta"]["version"] == "2026.1.0+dev"
    (item,) = api.get("/v1/releases").json()["items"]
    assert (item["version"], item["records_url"]) == ("2026.1.0+dev", None)
    assert api.get(item["changes_url"]).json()["before"] is None
    answer = api.get(f"{item['url']}/records")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "2026.1.0+dev is not released yet: /v1 has its records."
    answer = api.get("/v1/risk-factors/tea")
    assert answer.json()["cite_as"] is None
    assert "link" not in answer.headers
    assert "<entry>" not in api.get("/v1/releases.atom").text


ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_has_an_entry_for_each_release(history_api: Api) -> None:
    answer = history_api.get("/v1/releases.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.text)
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):  # what RFC 4287 requires
        for name in ("id", "title", "updated"):
            assert element.findtext(ATOM + name)
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles == ["HER2 Facts 2026.2.0", "HER2 Facts 2026.1.0"]
    content = entries[0].findtext(f"{ATOM}content")
    assert '<a href="http://test/v1/risk-factors/tea">Drinking tea</a>: effect' in content
    assert "Drinking tea</a>: It was about tea." in content
    for link in feed.iter(f"{ATOM}link"):
        assert history_api.get(link.get("href")).status_code == 200
    accept = {"Accept": "application/rss+xml"}
    assert history_api.get("/v1/releases.atom", headers=accept).status_code == 406


def test_the_address_of_a_feed_may_have_any_sign(tiny: Settings) -> None:
    odd = tiny.model_copy(update={"public_url": 'http://test/a&b<c"'})
    feed = ElementTree.fromstring(write_feed(Service.open(odd)))
    assert feed.findtext(f"{ATOM}id") == 'http://test/a&b<c"/v1/releases'


def state(shape: int, **record: Any) -> State:
    """A state with one record."""
    whole = {"id": "tea", "kind": "stages", "name": "Tea", **record}
    head = StateHead(version=f"2026.1.{shape}", date=date(2026, 1, 1), digest="", shape=shape)
    return State(head, {"tea": Rendered("stages", json.dumps(whole), None)})


def compare(old: dict[str, Any], new: dict[str, Any], shapes: tuple[int, int] = (2, 2)) -> Any:
    """Path, old and new value of each difference; and the fields of one shape only."""
    comparison = StatePair(state(shapes[0], **old), state(shapes[1], **new))
    values = [(v.path, v.old, v.new) for change in comparison.changed() for v in change.values]
    return values, [field.path for field in comparison.fields()]


LINK = {"id": "a", "url": "/v1/a", "name": "A"}
CITED = {"source": LINK, "supports": ["name"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": None}, {"a": 0}, [("/a", None, 0)]),
        ({"a": ["x"]}, {"a": ["x", "y"]}, [("/a", ["x"], ["x", "y"])]),
        ({"a": {"b": 1, "c/d~": 2}}, {"a": {"b": 1, "c/d~": 3}}, [("/a/c~1d~0", 2, 3)]),
        # A new or lost item shifts the others, and changes none of them.
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 0}, {"n": 1}, {"n": 2}]}, [("/a/0", None, {"n": 0})]),
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 2}]}, [("/a/-", {"n": 1}, None)]),
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 1}, {"n": 3}]}, [("/a/1/n", 2, 3)]),
        # An object with an id stands for its record: a new name is a change of that record.
        ({"a": LINK}, {"a": LINK | {"name": "B"}}, []),
        ({"a": LINK}, {"a": LINK | {"id": "b"}}, [("/a", "a", "b")]),
        ({"url": "x", "revision": "r1"}, {"url": "y", "revision": "r2"}, []),
    ],
)  # fmt: skip
def test_the_smallest_values_that_differ_are_told(old: Any, new: Any, expected: Any) -> None:
    assert compare(old, new)[0] == expected


def test_a_rename_alone_is_no_change() -> None:
    old = {"position": 1, "version": "v1", "citations": [CITED | {"seen_at": "x"}]}
    new = {"place": 1, "revision": "r1", "citations": [CITED | {"seen_url": "x"}]}
    assert compare(old, new, (1, 2)) == ([], [])
    assert compare(old, new | {"place": 2}, (1, 2))[0] == [("/place", 1, 2)]
    assert compare(old, new)[0] != []  # without another shape they are other fields


def test_a_field_of_one_shape_only_is_told_once_and_is_no_change() -> None:
    old = {"period": "2013-2019", "topic": "a", "notes": [{"text": "x"}], "of": {"a": 1}}
    new = {"from": 2013, "topic": LINK, "notes": [{"text": "x", "about": []}], "of": [{"a": 1}]}
    assert compare(old, new, (1, 2)) == ([], ["from", "notes[].about", "of", "period"])
    # Objects that only one side has are values, whose fields the other side does not lack.
    cell = {"cell": {"row": "x"}}
    assert compare({"cell": None}, cell, (1, 2)) == ([("/cell", None, {"row": "x"})], [])
    ids, objects = {"a": [LINK]}, {"a": [{"n": 1}]}
    assert compare(ids, objects, (1, 2)) == ([], ["a[]"])
    changed = new | {"notes": [{"text": "y", "about": []}]}
    assert compare(old, changed, (1, 2))[0] == [("/notes/0/text", "x", "y")]


def test_a_recorded_file_is_read_as_it_was_written(tmp_path: Path, tiny_seed: Write) -> None:
    first = record(tiny_seed())
    path = record_path(tmp_path / "seed", "2026.1.0")
    content, again = path.read_bytes(), State.read(path)
    assert (again.head, again.entries) == (first.head, first.entries)
    assert list(again.entries) == list(first.entries)
    path.unlink()
    assert record(tmp_path / "seed").entries == first.entries
    assert path.read_bytes() == content


def test_recorded_changes_are_those_between_the_records(settings: Settings) -> None:
    seed = Seed(settings.seed)
    seed.withdrawn = {item.id: item for item in read_side_file(seed, "withdrawn", Withdrawn)}
    for before, after in pairwise(read_states(seed)):
        assert after.changes == write_changes(changes_between(before, after, seed))


def test_every_recorded_release_answers_with_its_changes(api: Api) -> None:
    items = api.get("/v1/releases").json()["items"]
    recorded = [item for item in items if item["records_url"]]
    assert len(recorded) >= 4
    for item, before in zip(items, [*items[1:], None], strict=True):
        changes = api.get(item["changes_url"]).json()
        assert changes["before"] == (before and before["version"])
        counts = {n: len(changes[n]) for n in ("added", "changed", "withdrawn")}
        assert counts == item["changes"]
        for change in changes["changed"]:
            assert change["values"]
            assert all(value["old"] != value["new"] for value in change["values"])
    for item in recorded:
        answer = api.get(item["records_url"])
        assert int(answer.headers["x-total-count"]) == sum(item["counts"].values())
        kind = next(iter(item["counts"]))
        first = json.loads(answer.text.partition("\n")[0])
        single = api.get(f"{item['url']}/{kind}/{first['id']}").json()
        assert {name: value for name, value in single.items() if name != "meta"} == first


def test_an_unknown_release_is_404_and_names_those_that_are(history_api: Api) -> None:
    answer = history_api.get("/v1/releases/2020.1.0")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no release '2020.1.0'. Did you mean '2026.1.0'?"


def test_a_withdrawn_record_leads_to_its_successor(history_api: Api) -> None:
    answer = history_api.get("/v1/risk-factors/coffee")
    assert (answer.status_code, answer.headers["location"]) == (
        307, "http://test/v1/risk-factors/tea",
    )  # fmt: skip
    assert history_api.get("/v1/drugs/coffee").status_code == 404
    found = history_api.get("/v1/lookup?id=coffee").json()["items"]
    assert [item["id"] for item in found] == ["tea"]


def test_a_sound_history_has_no_fault(history: Path) -> None:
    assert faults(history) == []


def test_a_damaged_record_is_a_fault(history: Path) -> None:
    path = record_path(history, "2026.1.0")
    good = zstandard.ZstdDecompressor().decompress(path.read_bytes())
    path.write_bytes(zstandard.ZstdCompressor().compress(good.replace(b"may-lower", b"may-raise")))
    (fault,) = faults(history)
    assert fault.startswith(
        "seed/releases/2026.1.0.ndjson.zst: damaged: its records have the digest"
    )


def test_another_shape_needs_a_number(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "field_digest", lambda: "other")
    (fault,) = faults(history)
    assert "the fields of records are others than those of 2026.2.0: raise SHAPE" in fault


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
