"""Reading the seed: bad record or file in, exact message out. Rules across files: test_checks.py."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed

from .conftest import CITATION, RISK_FACTOR, SOURCE, list_faults

Write = Callable[..., Path]
NAMED = CITATION | {"supports": ["name"]}
EFFECT = CITATION | {"supports": ["effect", "applies_to"]}


def faults(seed: Path) -> list[str]:
    return list_faults(read_seed(seed))


def test_a_valid_seed_has_no_fault(tiny_seed: Write) -> None:
    seed = read_seed(tiny_seed())
    assert seed.faults == []
    assert [record.seed.id for record in seed.records] == ["tea-topic", "tea", "tea-paper"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effect": "cures"}, "effect: should be 'raises', 'may-raise', 'associated', 'lowers' or 'may-lower', got 'cures'"),
        ({"name": ""}, "name: should not be empty"),
        ({"name": "\N{NO-BREAK SPACE}"}, "name: should not be empty, got '\\xa0'"),
        ({"colour": "green"}, "colour: no such field; fields: id, topic, applies_to, citations, notes, category, effect, modifiable, name, codes, gene"),
        ({"modifiable": True}, "modifiable: no citation supports it"),
        ({"gene": {"symbol": "TEA1", "hgnc_id": "12"}, "citations": [NAMED | {"supports": ["name", "effect", "applies_to", "gene"]}]}, "gene.hgnc_id: should be HGNC: and digits, in quotes, got '12'"),
        ({"topic": "tee-topic"}, "topic: no record 'tee-topic' in topics.yaml; nearest: 'tea-topic'"),
        ({"citations": []}, "citations: should have at least 1 item(s)"),
        ({"citations": [NAMED | {"supports": ["name", "applies_to"]}]}, "effect: no citation supports it"),
        ({"citations": [EFFECT]}, "name: no citation supports it"),
        ({"citations": [NAMED | {"supports": ["name", "effect", "applies_to", "efect"]}]}, "citations[0].supports[3]: no field 'efect'; nearest: 'effect'"),
        ({"citations": [NAMED | {"supports": []}, EFFECT, NAMED | {"section": None}]}, "citations[0].supports: should have at least 1 item(s)"),
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
        ("- id: [\n", "2: should be YAML: did not find expected node content; close each [ and {"),
        (
            "- id: [tea]: a\n",
            "1: should be YAML: mapping values are not allowed in this context; put a text that has a colon and a space in quotes, or indent the line like its neighbors",
        ),
        (b"- id: caf\xe9\n", "1: should be UTF-8, got byte 0xe9"),
        ("id: tea\n", "1: should be a list, each item after '- '"),
        ("- tea\n", "1: record 1: should be fields, got 'tea'"),
    ],
)
def test_a_bad_file_is_named_with_its_line(
    tiny_seed: Write, content: str | bytes, message: str
) -> None:
    found = [str(fault) for fault in read_seed(tiny_seed(risk_factors=content)).faults]
    assert found == [f"seed/risk-factors.yaml:{message}"]


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
    assert [str(fault) for fault in read_seed(seed).faults] == [
        "seed/release.yaml:1: version: should be year, month and number of the release in that "
        "month, as '2026.11.0', got '1.0'",
        "seed/release.yaml:2: date: should be a date as YYYY-MM-DD, got '2026-13-01'",
        "seed/risk-factors.yaml:1: Tea: id: should be lower-case letters and digits, joined by "
        "hyphens, got 'Tea'",
        "seed/drugs.yaml:2: should be YAML: did not find expected node content; close each [ and {",
        "seed/risk-factors.yaml:20: tea: topic: no record 'none' in topics.yaml",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "1: is empty; a list without items is written []"),
        ("# nothing\n", "1: is empty; a list without items is written []"),
        ("- [a]: x\n", "1: should be the name of a field, got a list or fields"),
        ("- {a: x}: y\n", "1: should be the name of a field, got a list or fields"),
        ("- !!python/name:os.system x\n", "1: should have no tag, got 'tag:yaml.org,2002:python/name:os.system'"),
        ("- &self [*self]\n", "1: write it out: & and * make one place stand for several"),
        ("- id: tea\n  id: tea\n", "2: duplicate key 'id'"),
        ("- id: tea\n   name: b\n", "2: should be YAML: mapping values are not allowed in this context; put a text that has a colon and a space in quotes, or indent the line like its neighbors"),
        ("- id: tea\n name: b\n", "2: should be YAML: did not find expected '-' indicator; indent the line like its neighbors"),
        ("- id: tea\n\tname: b\n", "2: should be YAML: found a tab character that violates indentation; indent with spaces"),
        ("- name: @b\n", "1: should be YAML: found character that cannot start any token; put a text that begins with @ ` or % in quotes"),
        ("- name: *b\n", "1: should be YAML: found undefined alias; put a text that begins with * in quotes"),
        ("- name: \x07\n", "1: should be YAML: "),
    ],
)  # fmt: skip
def test_odd_yaml_is_a_fault_and_no_traceback(tiny_seed: Write, content: str, message: str) -> None:
    first = str(read_seed(tiny_seed(risk_factors=content)).faults[0])
    assert first.startswith(f"seed/risk-factors.yaml:{message}")


TEA = """\
- id: tea
  name: Drinking tea
  topic: tea-topic
  applies_to: breast-cancer
  category: lifestyle
  effect: may-lower
  citations:
    - source: tea-paper
      supports: [name, effect, applies_to]
      section: Tea
      passage:
        start: Drinking tea
        end: the risk
        sha256: DIGEST
""".replace("DIGEST", CITATION["passage"]["sha256"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("      passage:\n        start: Drinking tea\n        end: the risk\n        sha256: ", "      passage: {start: Drinking tea, women, end: the risk, sha256: ", ["11: write each field on a line of its own, not in { }: a comma would end a text"]),
        ("Drinking tea\n  topic", "Drinking tea: green\n  topic", ["2: should be YAML: mapping values are not allowed in this context; put a text that has a colon and a space in quotes, or indent the line like its neighbors"]),
        ("Drinking tea\n  topic", "Drinking tea #1\n  topic", ["2: what follows ' #' is dropped: put the text in quotes, a comment on a line of its own"]),
        ("[name, effect, applies_to]", "[name, effect of it, applies_to]", ["9: 'effect of it': put it in quotes, or each item on a line of its own: a comma would end it", "6: tea: effect: no citation supports it", "9: tea: citations[0].supports[1]: no field 'effect of it'; nearest: 'effect'"]),
        ("name: Drinking tea", "name: 2026-01-01", ["2: tea: name: should be a text, but YAML reads 2026-01-01 as a date: put it in quotes"]),
        ("name: Drinking tea", "name: no", ["2: tea: name: should be a text, but YAML reads False as yes or no: put it in quotes"]),
        ("name: Drinking tea", "name: 3.10", ["2: tea: name: should be a text, but YAML reads 3.10 as a number: put it in quotes"]),
        ("name: Drinking tea", "name:\n    Drinking: tea", ["2: tea: name: should be a text: put it in quotes, because a colon and a space make it a field"]),
        ("name: Drinking tea", "name:", ["2: tea: name: should be a text, got nothing"]),
        ("name: Drinking tea", "nane: Drinking tea", ["1: tea: name: is required", "2: tea: nane: no such field; nearest: 'name'"]),
        ("effect: may-lower", "effect: may-lowre", ["6: tea: effect: should be 'raises', 'may-raise', 'associated', 'lowers' or 'may-lower', got 'may-lowre'; nearest: 'may-lower'"]),
        ("supports: [name, effect, applies_to]", "supports: name", ["9: tea: citations[0].supports: should be a list, each item on a line of its own after '- ', got 'name'", "4: tea: applies_to: no citation supports it", "6: tea: effect: no citation supports it"]),
        ("        start: Drinking tea", "        stat: Drinking tea", ["11: tea: citations[0].passage.start: is required", "12: tea: citations[0].passage.stat: no such field; nearest: 'start'"]),
    ],
)  # fmt: skip
def test_each_slip_has_its_line_and_what_to_do(
    tiny_seed: Write, old: str, new: str, found: list[str]
) -> None:
    assert old in TEA
    text = TEA.replace(old, new)
    text = text.rstrip() + "}\n" if "{" in text else text
    seed = read_seed(tiny_seed(risk_factors=text))
    assert sorted(map(str, seed.faults)) == sorted(f"seed/risk-factors.yaml:{f}" for f in found)


def test_rules_over_several_fields_run_beside_the_faults_of_single_ones(tiny_seed: Write) -> None:
    figure = {
        "id": "one-year",
        "topic": "tea-topic",
        "name": "One year",
        "value_percent": "many",
        "comparator": "exactly",
        "years": 1,
        "measure": "overall",
        "stage_system": "anatomic",
        "stage": "metastatic",
        "hr_status": "any",
        "her2_status": "positive",
        "diagnosed_from": 2012,
        "diagnosed_to": 2011,
        "data_provider": "not-stated",
        "citations": [CITATION | {"supports": ["value_percent", "years", "measure"]}],
    }
    assert faults(tiny_seed(survival=[figure])) == [
        f"seed/survival.yaml: one-year: {message}"
        for message in (
            "value_percent: should be a number, got 'many'",
            "stage: should be one of stage-iv, all, not-stated in anatomic, got metastatic",
            "diagnosed_from: should not be after diagnosed_to",
            "comparator: no citation supports it",
            "stage_system: no citation supports it",
            "stage: no citation supports it",
            "hr_status: no citation supports it",
            "her2_status: no citation supports it",
            "diagnosed_from: no citation supports it",
            "diagnosed_to: no citation supports it",
        )
    ]


@pytest.mark.parametrize("name", ["sources", "topics", "documents", "release", "withdrawn"])
def test_a_file_that_can_not_be_parsed_makes_no_other_fault(tiny_seed: Write, name: str) -> None:
    text = (tiny_seed() / f"{name}.yaml").read_text()
    (fault,) = faults(tiny_seed(**{name: f"{text}\n  - odd: [\n"}))
    assert fault.startswith(f"seed/{name}.yaml: should be YAML: ")
    (fault,) = faults(tiny_seed(**{name: "# emptied\n"}))
    assert fault.startswith(f"seed/{name}.yaml: is empty")


def test_a_faulty_record_is_known_to_those_that_refer_to_it(tiny_seed: Write) -> None:
    seed = tiny_seed(sources=[SOURCE | {"standing": "gone"}])
    (fault,) = faults(seed)
    assert fault.startswith("seed/sources.yaml: tea-paper: standing: should be 'current'")


def test_a_missing_directory_is_one_fault(tmp_path: Path) -> None:
    found = [str(fault) for fault in read_seed(tmp_path / "none").faults]
    assert found == [f"{tmp_path}/none: no such directory; set HER2_SEED"]


DRUG = {
    "id": "teamab",
    "generic_name": "teamab",
    "topic": "tea-topic",
    "brand_names": ["Tea", "Chai"],
    "codes": ["RXNORM:1", "ATC:L01FD01"],
}


@pytest.mark.parametrize(
    ("places", "message"),
    [
        (["brand_names[Tea]", "brand_names[Chai]", "codes"], None),
        (["brand_names", "codes[RXNORM:1]", "codes[ATC:L01FD01]"], None),
        (["brand_names[Tea]", "codes"], "brand_names[1]: no citation supports 'brand_names[Chai]'"),
        (["brand_names", "codes", "brand_names[0]"], "citations[0].supports[3]: brand_names[0]: an item is cited by its key and not by its number, as in 'brand_names[Tea]'"),
        (["brand_names", "codes", "codes[RXNORM:2]"], "citations[0].supports[3]: no item 'codes[RXNORM:2]'; nearest: 'codes[RXNORM:1]'"),
        (["brand_names", "codes", "generic_name[x]"], "citations[0].supports[3]: generic_name has no items that can be cited by a key; cite 'generic_name'"),
    ],
)  # fmt: skip
def test_an_item_is_cited_by_its_key_and_never_by_its_number(
    tiny_seed: Write, places: list[str], message: str | None
) -> None:
    label = SOURCE | {"source_kind": "drug-label"}
    cited = CITATION | {"supports": ["generic_name", *places]}
    seed = tiny_seed(sources=[label], drugs=[DRUG | {"citations": [cited]}])
    assert faults(seed) == [f"seed/drugs.yaml: teamab: {message}"] * bool(message)


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ({"about": ["effect"]}, None),
        ({"about": []}, "notes[0]: a correction should say in `about` which field it corrects"),
        ({"about": []} | {"kind": "gap"}, None),
        ({"about": ["efect"]}, "notes[0].about[0]: no field 'efect'; nearest: 'effect'"),
        ({"about": ["citations"]}, "notes[0].about[0]: no field 'citations'; fields: applies_to, category, codes, effect, gene, modifiable, name, topic"),
    ],
)  # fmt: skip
def test_a_note_says_of_which_fields_it_speaks(
    tiny_seed: Write, note: dict[str, Any], message: str | None
) -> None:
    cited = {"kind": "correction", "text": "No.", "citations": [CITATION | {"supports": ["text"]}]}
    seed = tiny_seed(risk_factors=[RISK_FACTOR | {"notes": [cited | note]}])
    assert faults(seed) == [f"seed/risk-factors.yaml: tea: {message}"] * bool(message)
