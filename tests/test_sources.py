"""Sources: their identifiers, and what a record says whose sources are superseded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.build import build
from app.curation.reader import read_seed
from app.model.identifier import find_identifiers
from app.resources import RESOURCES
from app.settings import Settings

from .conftest import CITATION, RISK_FACTOR, SOURCE, Api, list_faults, serve

Write = Callable[..., Path]
SETID = "17f85d17-ab71-4f5b-9fe3-0b8c822f69ff"


def paper(name: str, **fields: Any) -> dict[str, Any]:
    """A source that cites itself."""
    cited = [CITATION | {"source": name, "supports": ["title", "publisher", "document_url"]}]
    return SOURCE | {"id": name, "citations": cited, "derived_from": ["tea-paper"]} | fields


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://doi.org/10.1016/S0140-6736(16)32616-2", {"doi": "10.1016/S0140-6736(16)32616-2"}),
        ("http://pubmed.gov/18849320/", {"pmid": "18849320"}),
        ("https://www.ncbi.nlm.nih.gov/pubmed/18188694", {"pmid": "18188694"}),
        ("https://clinicaltrials.gov/ct2/show/results/NCT00567190?x=1", {"nct_id": "NCT00567190"}),
        (f"https://dailymed.nlm.nih.gov/dailymed/lookup.cfm?setid={SETID}&version=2", {"setid": SETID}),
        ("https://example.org/10.1016/x?id=NCT00567190", {}),
    ],
)  # fmt: skip
def test_an_address_tells_an_identifier(address: str, found: dict[str, str]) -> None:
    assert find_identifiers(address) == found


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"doi": "10.1000/tea"}, None),
        ({"doi": "doi:10.1000/tea"}, "doi: should be a DOI, as 10.1038/s41416-020-01161-4, got 'doi:10.1000/tea'"),
        ({"pmid": "0123"}, "pmid: should be a PubMed identifier, up to 8 digits in quotes, got '0123'"),
        ({"nct_id": "NCT1"}, "nct_id: should be NCT and 8 digits, got 'NCT1'"),
        ({"setid": "1"}, "setid: should be a set id, as DailyMed shows it, got '1'"),
        ({"document_url": "https://doi.org/10.1000/Tea", "doi": "10.1000/tea"}, None),
        (
            {"document_url": "https://doi.org/10.1000/tea", "doi": "10.1000/cake"},
            "doi: should be '10.1000/tea', as in the address, got '10.1000/cake'",
        ),
        (
            {"document_url": "https://pubmed.ncbi.nlm.nih.gov/1234/"},
            "pmid: should be '1234', as in the address, got None",
        ),
    ],
)  # fmt: skip
def test_an_identifier_is_of_its_kind_and_that_of_the_address(
    tiny_seed: Write, fields: dict[str, Any], message: str | None
) -> None:
    sources = [paper("tea-paper", derived_from=[], **fields)]
    found = list_faults(read_seed(tiny_seed(sources=sources)))
    assert found == ([f"seed/sources.yaml: tea-paper: {message}"] if message else [])


@pytest.mark.parametrize("name", ["doi", "pmid"])
def test_one_paper_is_one_source(tiny_seed: Write, name: str) -> None:
    value = {"doi": "10.1000/tea", "pmid": "1234"}[name]
    twice = [SOURCE | {name: value}, paper("cake-paper", **{name: value.upper()})]
    cake = RISK_FACTOR | {"id": "cake", "citations": [
        CITATION | {"source": "cake-paper", "supports": ["name", "effect", "applies_to"]}]}  # fmt: skip
    found = list_faults(read_seed(tiny_seed(sources=twice, risk_factors=[RISK_FACTOR, cake])))
    assert found == [
        f"seed/sources.yaml: cake-paper: {name}: {value.upper()} is already that of tea-paper"
    ]


def test_a_record_that_rests_on_superseded_sources_only_says_so(api: Api) -> None:
    """Over all records: the note is there just where the rule asks for it, and shows the newer."""
    said = 0
    for kind in (resource.kind for resource in RESOURCES if resource.kind != "sources"):
        found = {i["id"] for i in api.items(f"/v1/{kind}?has_note=outdated")}
        for item in api.items(f"/v1/{kind}"):
            sources = [citation["source"] for citation in item["citations"]]
            if all(source["standing"] == "superseded" for source in sources):
                assert item["id"] in found
                notes = [note for note in item["notes"] if note["kind"] == "outdated"]
                assert all(note["citations"] for note in notes)
                said += 1
    assert said > 30


def test_the_survival_figures_of_an_old_edition_are_found_as_outdated(api: Api) -> None:
    figures = "/v1/survival?stage=distant&her2_status=positive"
    items = api.get(f"{figures}&has_note=outdated").json()["items"]
    assert items
    for item in items:
        old = item["citations"][0]["source"]
        assert old["standing"] == "superseded"
        cited = [c["source"]["id"] for note in item["notes"] for c in note["citations"]]
        assert old["superseded_by"] in cited


def test_who_is_superseded_must_say_by_what(tiny_seed: Write) -> None:
    old = SOURCE | {"standing": "superseded"}
    message = "should come with superseded_by, or a note of kind outdated that says why"
    found = list_faults(read_seed(tiny_seed(sources=[old])))
    assert found == [f"seed/sources.yaml: tea-paper: standing: {message}"]
    newer = paper("new-paper", title="On tea, again")
    seed = read_seed(tiny_seed(sources=[old | {"superseded_by": "new-paper"}, newer]))
    assert list_faults(seed) == []
    notes = {r.seed.id: [note.text for note in r.seed.notes] for r in seed.records}
    assert notes["tea"] == ["The source “On tea” is superseded; “On tea, again” is newer."]
    assert notes["tea-paper"] == []


def test_the_latest_records_rest_on_what_still_stands(tiny_seed: Write, tmp_path: Path) -> None:
    """One record for each standing, and the filter that leaves two of them out."""
    sources, records = [SOURCE], [RISK_FACTOR]
    for word in ("superseded", "retired", "retracted"):
        sources.append(paper(word, standing=word, superseded_by="tea-paper"))
        cited = [CITATION | {"source": word, "supports": ["name", "effect", "applies_to"]}]
        records.append(RISK_FACTOR | {"id": f"{word}-tea", "citations": cited})
    seed = tiny_seed(sources=sources, risk_factors=records)
    settings = Settings(seed=seed, database=tmp_path / "tea.db", public_url="http://test")
    build(settings)
    found = serve(settings).get("/v1/risk-factors?latest=true").json()["items"]
    assert [item["id"] for item in found] == ["tea", "retired-tea"]
