"""Rules across the whole seed: one small bad seed for each, with its exact message."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed

from .conftest import CITATION, RISK_FACTOR, SOURCE, TOPIC, list_faults

Write = Callable[..., Path]
PAGE = {"seen": "publisher-page", "passage": None, "section": "Title"}
CITED = RISK_FACTOR["citations"][0]  # type: ignore[index]
NOTE = {"kind": "gap", "text": "Missing.", "citations": [CITATION | {"supports": ["text"]}]}


def faults(seed: Path) -> list[str]:
    return list_faults(read_seed(seed))


def test_an_id_stands_once_in_all_files(tiny_seed: Write) -> None:
    seed = tiny_seed(topics=[TOPIC, TOPIC | {"id": "tea"}], risk_factors=[RISK_FACTOR] * 2)
    assert faults(seed) == [
        "seed/risk-factors.yaml: tea: id: already used in topics.yaml",
        "seed/risk-factors.yaml: tea: id: already used in topics.yaml",
        "seed/topics.yaml: tea: id: no record has this topic",
    ]


def test_a_passage_needs_the_digest_of_its_document(tiny_seed: Write) -> None:
    source = SOURCE | {"document_sha256": None}
    seed = tiny_seed(
        sources=[source | {"citations": [SOURCE["citations"][0] | PAGE]}],  # type: ignore[index]
        risk_factors=[],
    )
    assert faults(seed) == [
        "seed/topics.yaml: tea-topic: citations[0]: "
        "source 'tea-paper' has no document_sha256, so no passage",
        "seed/topics.yaml: tea-topic: id: no record has this topic",
    ]


def test_a_section_is_a_heading_of_the_document(tiny_seed: Write) -> None:
    documents = [{"source": "tea-paper", "headings": ["Teas"], "boilerplate": []}]
    message = "citations[0].section: tea-paper has no heading 'Tea'; nearest: 'Teas'"
    assert faults(tiny_seed(documents=documents)) == [
        f"seed/topics.yaml: tea-topic: {message}",
        f"seed/risk-factors.yaml: tea: {message}",
    ]
    lost = CITED | {"section": "[Lost]"}
    seed = tiny_seed(
        documents=documents,
        topics=[TOPIC | {"citations": [lost | {"supports": ["summary"]}]}],
        risk_factors=[RISK_FACTOR | {"citations": [lost]}],
    )
    assert faults(seed) == []


@pytest.mark.parametrize(("length", "is_fault"), [(80, False), (81, True)])
@pytest.mark.parametrize("name", ["prefix", "start", "end", "suffix"])
def test_the_words_of_a_passage_fit_into_a_link(
    tiny_seed: Write, name: str, length: int, is_fault: bool
) -> None:
    passage = CITATION["passage"] | {name: "x" * length}  # type: ignore[operator]
    seed = tiny_seed(risk_factors=[RISK_FACTOR | {"citations": [CITED | {"passage": passage}]}])
    message = "should have at most 80 characters, got 81"
    where = f"seed/risk-factors.yaml: tea: citations[0].passage.{name}"
    assert faults(seed) == [f"{where}: {message}"] * is_fault


def test_no_place_is_cited_twice(tiny_seed: Write) -> None:
    twice = [CITED | {"supports": ["name"]}, CITED | {"supports": ["effect", "applies_to"]}]
    cited = [NOTE["citations"][0]] * 2  # type: ignore[index]
    seed = tiny_seed(
        risk_factors=[RISK_FACTOR | {"citations": twice, "notes": [NOTE | {"citations": cited}]}]
    )
    assert faults(seed) == [
        "seed/risk-factors.yaml: tea: citations[1]: "
        "cites the same place as citations[0]; join their supports",
        "seed/risk-factors.yaml: tea: notes[0].citations[1]: "
        "cites the same place as notes[0].citations[0]; join their supports",
    ]


def test_a_note_may_cite_the_place_that_its_record_cites(tiny_seed: Write) -> None:
    assert faults(tiny_seed(risk_factors=[RISK_FACTOR | {"notes": [NOTE]}])) == []


def starting(words: str) -> dict[str, Any]:
    passage = CITATION["passage"] | {"start": words}  # type: ignore[operator]
    return {"citations": [CITED | {"passage": passage}]}


@pytest.mark.parametrize(
    ("place", "text", "change"),
    [
        ("name", "Two  spaces", {"name": "Two  spaces"}),
        ("name", "A\nline", {"name": "A\nline"}),
        ("name", "\x7f", {"name": "\x7f"}),
        ("notes[0].text", "A\ttab", {"notes": [NOTE | {"text": "A\ttab"}]}),
        ("citations[0].passage.start", " Tea", starting(" Tea")),
        ("citations[0].passage.start", "Tea\u00a0", starting("Tea\u00a0")),
    ],
)
def test_texts_are_tidy(tiny_seed: Write, place: str, text: str, change: dict[str, Any]) -> None:
    message = "should have single spaces inside, none at an end, no line breaks"
    found = faults(tiny_seed(risk_factors=[RISK_FACTOR | change]))
    assert found == [f"seed/risk-factors.yaml: tea: {place}: {message}, got {text!r}"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"topic": None}, "topic: is required"),
        ({"topic": "tee-topic"}, "topic: no record 'tee-topic' in topics.yaml; nearest: 'tea-topic'"),
    ],
)  # fmt: skip
def test_a_record_has_a_topic(tiny_seed: Write, change: dict[str, Any], message: str) -> None:
    seed = tiny_seed(risk_factors=[RISK_FACTOR | change])
    assert faults(seed) == [f"seed/risk-factors.yaml: tea: {message}"]


def test_a_topic_leads_to_records(tiny_seed: Write) -> None:
    seed = tiny_seed(risk_factors=[])
    assert faults(seed) == ["seed/topics.yaml: tea-topic: id: no record has this topic"]


def test_a_source_is_used(tiny_seed: Write) -> None:
    registry = SOURCE | {"id": "tea-registry"}
    message = "seed/sources.yaml: tea-registry: id: no other record cites this source"
    own = SOURCE["citations"][0] | {"source": "tea-registry"}  # type: ignore[index]
    assert faults(tiny_seed(sources=[SOURCE, registry])) == [message]
    assert faults(tiny_seed(sources=[SOURCE, registry | {"citations": [own]}])) == [message]
    derived = SOURCE | {"derived_from": ["tea-registry"]}
    assert faults(tiny_seed(sources=[derived, registry])) == []


def test_a_drug_cites_its_label_or_its_regulator(tiny_seed: Write) -> None:
    drug = {
        "id": "teamab",
        "generic_name": "teamab",
        "topic": "tea-topic",
        "approved": "2020-01-02",
        "citations": [CITATION | {"supports": ["generic_name", "approved"]}],
    }
    elsewhere = drug | {
        "approved": None,
        "citations": [CITATION | {"supports": ["generic_name"]}],
    }
    assert faults(tiny_seed(drugs=[elsewhere])) == []
    assert faults(tiny_seed(drugs=[drug])) == [
        "seed/drugs.yaml: teamab: citations: "
        "should cite a source of kind drug-label or regulator-notice"
    ]
    for kind in ("drug-label", "regulator-notice"):
        assert faults(tiny_seed(drugs=[drug], sources=[SOURCE | {"source_kind": kind}])) == []


def test_a_faulty_record_has_its_topic_all_the_same(tiny_seed: Write) -> None:
    seed = tiny_seed(risk_factors=[RISK_FACTOR | {"effect": "cures"}])
    (fault,) = faults(seed)  # and not that the topic leads nowhere
    assert "effect: should be" in fault
