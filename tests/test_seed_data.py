"""The real data: rules that hold for every record, walked over all of them."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.curation.checks import citations_of
from app.curation.documents import cover, verify_passages
from app.curation.reader import read_seed
from app.model.passage import digest
from app.model.resource import Loaded
from app.resources import RESOURCES
from app.resources.sources import SourceSeed
from app.settings import PROJECT, Settings

from .conftest import CITATION, DOCUMENT, RISK_FACTOR, SOURCE

SEED = read_seed(PROJECT / "seed")


def name(record: Loaded) -> str:
    return f"{record.resource.kind}/{record.seed.id}"


every_record = pytest.mark.parametrize("record", SEED.records, ids=name)


def texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, field)
    elif isinstance(value, str):
        yield field, value


def test_the_seed_has_no_fault() -> None:
    assert [str(fault) for fault in SEED.faults] == []


def test_every_collection_has_records() -> None:
    assert {record.resource.kind for record in SEED.records} == {r.kind for r in RESOURCES}


@every_record
def test_texts_are_clean(record: Loaded) -> None:
    for field, value in texts(record.seed.model_dump(mode="json")):
        assert value == value.strip(), field
        assert "  " not in value, field
        assert not re.search(r"[\x00-\x1f]", value), field


@every_record
def test_a_record_other_than_a_source_has_a_topic_or_is_one(record: Loaded) -> None:
    if record.resource.kind not in ("topics", "sources"):
        assert record.seed.topic


@every_record
def test_a_source_is_cited_by_name_at_most_once_per_passage(record: Loaded) -> None:
    places = [citation.model_dump_json(exclude={"supports"}) for citation in record.seed.citations]
    assert len(places) == len(set(places))


def test_every_source_is_used() -> None:
    used = {source for record in SEED.records for source in record.sources - {record.seed.id}}
    sources = [record.seed for record in SEED.records if isinstance(record.seed, SourceSeed)]
    used |= {name for source in sources for name in source.derived_from}
    assert used == {source.id for source in sources}


def test_passages_are_short() -> None:
    assert all(
        len(words) < 80
        for record in SEED.records
        for _, citation in citations_of(record.seed)
        if citation.passage
        for words in (citation.passage.start, citation.passage.end or "")
    )


def test_every_stored_document_is_what_its_public_model_says(settings: Settings) -> None:
    answers = {resource.kind: resource.answer for resource in RESOURCES}
    connection = sqlite3.connect(settings.database)
    rows = connection.execute("SELECT kind, document FROM record").fetchall()
    connection.close()
    assert len(rows) == len(SEED.records)
    for kind, document in rows:
        assert answers[kind].model_validate_json(document).model_dump_json() == document
        assert json.loads(document)["citations"]


def test_verify_finds_what_is_wrong_with_a_passage(tiny_seed: Any, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "tea.txt").write_text(DOCUMENT)
    assert verify_passages(read_seed(tiny_seed()), documents).failures == []

    def failures(**passage: str | None) -> list[str]:
        place = CITATION["passage"] | passage  # type: ignore[operator]
        cited = CITATION | {"passage": place, "supports": ["name", "effect", "applies_to"]}
        seed = tiny_seed(risk_factors=[RISK_FACTOR | {"citations": [cited]}])
        return verify_passages(read_seed(seed), documents).failures

    where = "risk-factors/tea: citations[0]: tea-paper: passage"
    assert failures(start="Drinking coffee") == [
        f"{where} 'Drinking coffee' … 'the risk' not found"
    ]
    assert failures(start="Tea", end=None) == [
        f"{where} 'Tea' found 4 times; give a prefix or suffix"
    ]
    assert failures(sha256=digest("other")) == [
        f"{where} 'Drinking tea' … 'the risk' has digest "
        f"{digest('Drinking tea may lower the risk')}, got {digest('other')}"
    ]


def test_verify_says_which_document_is_missing(tiny_seed: Any, tmp_path: Path) -> None:
    empty = tmp_path / "documents"
    empty.mkdir()
    report = verify_passages(read_seed(tiny_seed()), empty)
    assert report.failures == [
        f"sources/tea-paper: no file of {empty} has SHA-256 {digest(DOCUMENT)}"
    ]
    assert report.summary == "0 passages in 0 documents, 1 failures"


def test_verify_refuses_a_passage_across_a_heading(tiny_seed: Any, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "tea.txt").write_text(DOCUMENT.replace("  • Green tea", "Kinds"))
    text = "Drinking tea may lower the risk. Kinds Black tea"
    document = digest((tmp_path / "documents" / "tea.txt").read_text())
    place = {"start": "Drinking tea", "end": "Black tea", "sha256": digest(text)}
    cited = CITATION | {"passage": place, "supports": ["name", "effect", "applies_to"]}
    seed = tiny_seed(
        sources=[SOURCE | {"document_sha256": document}],
        documents=[{"source": "tea-paper", "headings": ["Tea", "Kinds"], "boilerplate": []}],
        risk_factors=[RISK_FACTOR | {"citations": [cited]}],
    )
    assert verify_passages(read_seed(seed), tmp_path / "documents").failures == [
        "risk-factors/tea: citations[0]: tea-paper: passage 'Drinking tea' … 'Black tea' "
        "crosses the heading 'Kinds'"
    ]


def test_coverage_lists_what_no_citation_covers(tiny_seed: Any, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "tea.txt").write_text(DOCUMENT)
    documents = [
        {
            "source": "tea-paper",
            "headings": ["Tea"],
            "boilerplate": [{"start": "Green tea", "reason": "an advertisement"}],
        }
    ]
    report = cover(read_seed(tiny_seed(documents=documents)), tmp_path / "documents")
    assert report.failures == ["tea-paper: line 6: Black tea"]
    assert report.summary == ("3 sentences and list items: 1 covered, 1 boilerplate, 1 uncovered")
