"""Reading the seed: bad record or file in, exact message out. Rules across files: test_checks.py."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed

from .conftest import CITATION, RISK_FACTOR

Write = Callable[..., Path]
NAMED = CITATION | {"supports": ["name"]}
EFFECT = CITATION | {"supports": ["effect", "applies_to"]}


def faults(seed: Path) -> list[str]:
    return [str(fault) for fault in read_seed(seed).faults]


def test_a_valid_seed_has_no_fault(tiny_seed: Write) -> None:
    seed = read_seed(tiny_seed())
    assert seed.faults == []
    assert [record.seed.id for record in seed.records] == ["tea-topic", "tea", "tea-paper"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effect": "cures"}, "effect: should be 'raises', 'may-raise', 'associated', 'lowers' or 'may-lower', got 'cures'"),
        ({"name": ""}, "name: String should have at least 1 character, got ''"),
        ({"name": "\N{NO-BREAK SPACE}"}, "name: String should have at least 1 character, got '\\xa0'"),
        ({"colour": "green"}, "colour: no such field"),
        ({"modifiable": True}, "no citation supports modifiable"),
        ({"gene": {"symbol": "TEA1", "hgnc_id": "12"}}, "gene.hgnc_id: String should match pattern '^HGNC:\\d+$', got '12'"),
        ({"topic": "tee-topic"}, "topic: no record 'tee-topic' in topics.yaml; nearest: 'tea-topic'"),
        ({"citations": []}, "citations: List should have at least 1 item after validation, not 0"),
        ({"citations": [NAMED]}, "no citation supports applies_to, effect"),
        ({"citations": [EFFECT]}, "no citation supports name"),
        ({"citations": [CITATION | {"supports": ["name", "effect", "aplies_to"]}]}, "citations[0].supports: no field 'aplies_to'; fields: ['applies_to', 'category', 'codes', 'effect', 'gene', 'modifiable', 'name', 'topic']"),
        ({"citations": [NAMED | {"supports": []}, EFFECT]}, "citations[0].supports: List should have at least 1 item after validation, not 0"),
        ({"citations": [NAMED | {"source": "tee-paper"}, EFFECT]}, "citations[0].source: no record 'tee-paper' in sources.yaml; nearest: 'tea-paper'"),
        ({"citations": [NAMED | {"passage": {"start": "Tea"}}, EFFECT]}, "citations[0].passage.sha256: is required"),
        ({"citations": [NAMED | {"passage": None}, EFFECT]}, "citations[0]: should have a passage if seen is 'document', and only then"),
        ({"citations": [NAMED | {"seen": "publisher-page"}, EFFECT]}, "citations[0]: should have a passage if seen is 'document', and only then"),
        ({"citations": [NAMED | {"seen": "mirror", "passage": None}, EFFECT]}, "citations[0]: should have seen_url if seen is 'mirror' or 'secondary', only then"),
        ({"citations": [NAMED | {"seen": "publisher-page", "passage": None, "section": None}, EFFECT]}, "citations[0]: should have a section or table_cell where there is no passage"),
        ({"notes": [{"kind": "gap", "text": "Missing."}]}, "notes[0].citations: is required"),
    ],
)  # fmt: skip
def test_a_bad_record_is_named_with_its_field(
    tiny_seed: Write, change: dict[str, Any], message: str
) -> None:
    seed = tiny_seed(risk_factors=[RISK_FACTOR | change])
    assert faults(seed) == [f"seed/risk-factors.yaml: tea: {message}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- id: [\n", "line 2: should be YAML: did not find expected node content"),
        ("- id: tea\n  name: a\n  name: b\n", "line 3: should be YAML: duplicate key 'name'"),
        (b"- id: caf\xe9\n", "line 1: should be UTF-8, got byte 0xe9"),
        ("id: tea\n", "line 1: should be a list of records"),
        ("- tea\n", "record 1: should be a mapping, got 'tea'"),
    ],
)
def test_a_bad_file_is_named_with_its_line(
    tiny_seed: Write, content: str | bytes, message: str
) -> None:
    assert faults(tiny_seed(risk_factors=content)) == [f"seed/risk-factors.yaml: {message}"]


def test_a_missing_file_is_a_fault(tiny_seed: Write) -> None:
    seed = tiny_seed()
    (seed / "drugs.yaml").unlink()
    assert faults(seed) == ["seed/drugs.yaml: no such file"]


def test_all_faults_are_reported_in_one_run(tiny_seed: Write) -> None:
    seed = tiny_seed(
        release={"version": "1.0", "date": "2026-13-01"},
        drugs="- id: [\n",
        risk_factors=[RISK_FACTOR | {"id": "Tea"}, RISK_FACTOR | {"topic": "none"}],
    )
    assert faults(seed) == [
        "seed/release.yaml: version: String should match pattern "
        "'^\\d{4}\\.(1[0-2]|[1-9])\\.\\d+$', got '1.0'",
        "seed/release.yaml: date: should be a valid date or datetime, month value is outside "
        "expected range of 1-12, got '2026-13-01'",
        "seed/risk-factors.yaml: Tea: id: String should match pattern "
        "'^[a-z0-9]+(-[a-z0-9]+)*$', got 'Tea'",
        "seed/drugs.yaml: line 2: should be YAML: did not find expected node content",
        "seed/risk-factors.yaml: tea: topic: no record 'none' in topics.yaml",
    ]
