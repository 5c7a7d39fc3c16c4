"""Drugs, with what belongs to them: approvals, products, trials and warnings."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed
from app.pages.record import record_page
from app.resources.drugs import DRUGS, RELATIONS
from app.serving.library import Library

from .conftest import CITATION, SOURCE, Api, list_faults
from .reading import every_citation

Write = Callable[..., Path]


# What a record in place leaves out: the drug says it, or it is computed.
SAID_AROUND = {"kind", "url", "drug", "topic", "as_of", "stale", "comparisons", "revision"}


def cited(record: dict[str, Any]) -> dict[str, Any]:
    """A record with a citation for all that it states."""
    supports = [name for name in record if name != "id"]
    return {"topic": "tea-topic"} | record | {"citations": [CITATION | {"supports": supports}]}


LABEL = SOURCE | {"source_kind": "drug-label"}
DRUG = {"id": "teamab", "generic_name": "teamab", "approved": "2020-01-02", "codes": ["RXNORM:1"]}
APPROVAL = {
    "id": "fda-teamab", "name": "FDA 2020: teamab", "drug": "teamab", "agency": "FDA",
    "date": "2020-01-02", "setting": "metastatic", "indication": "For some.",
}  # fmt: skip
EARLY = APPROVAL | {"id": "fda-early", "approval_type": "accelerated"}
LATE = APPROVAL | {"id": "fda-late", "date": "2021-03", "approval_type": "regular"}
CONVERTED = EARLY | {"status": "converted", "converted_to": "fda-late"}
PRODUCT = {
    "id": "tea", "drug": "teamab", "brand_name": "Tea", "nonproprietary_name": "teamab",
    "product_kind": "reference", "agency": "FDA",
}  # fmt: skip
COPY = PRODUCT | {"id": "tee", "product_kind": "biosimilar", "reference_product": "tea"}
RESULT = {"key": "os", "endpoint": "Overall survival", "statistic": "median", "value": 84,
          "unit": "months"}  # fmt: skip
TRIAL = {"id": "tea-trial", "name": "TEA", "population": "Some.", "drugs": ["teamab"]}


def write(tiny_seed: Write, **files: list[dict[str, Any]]) -> Path:
    """A seed with a drug and these records, each citing all that it states."""
    whole = {"drugs": [DRUG], "risk_factors": []} | files
    topic = {"topics": [{"id": "tea-topic", "title": "Tea", "summary": "Tea.", "citations": [
        CITATION | {"supports": ["summary"]}]}]}  # fmt: skip
    return tiny_seed(sources=[LABEL], **topic, **{n: list(map(cited, r)) for n, r in whole.items()})


@pytest.mark.parametrize(
    ("files", "messages"),
    [
        ({}, []),
        ({"approvals": [CONVERTED, LATE], "products": [COPY, PRODUCT]}, []),
        (
            {"drugs": [DRUG | {"codes": ["RXNORM:x"]}]},
            ["drugs.yaml: teamab: codes[0]: should be a RXNORM code (\\d{1,7}), got 'x'"],
        ),
        (
            {"approvals": [APPROVAL | {"date": "1998-13-01"}]},
            ["approvals.yaml: fda-teamab: date: should be YYYY-MM-DD, or a 'YYYY-MM' or 'YYYY' in quotes, got '1998-13-01'"],
        ),
        (
            {"approvals": [APPROVAL | {"date": "2019-12-31"}]},
            ["drugs.yaml: teamab: approved: should be the day of its earliest FDA approval, 2019-12-31, got 2020-01-02"],
        ),
        (
            {"approvals": [APPROVAL | {"drug": "coffeemab"}]},
            ["approvals.yaml: fda-teamab: drug: no record 'coffeemab' in drugs.yaml"],
        ),
        (
            {"approvals": [CONVERTED | {"converted_to": "fda-none"}]},
            ["approvals.yaml: fda-early: converted_to: no record 'fda-none' in approvals.yaml"],
        ),
        (
            {"approvals": [CONVERTED, LATE | {"date": "2020-01-02"}]},
            ["approvals.yaml: fda-early: converted_to: should be later than 2020-01-02, got 2020-01-02"],
        ),
        (
            {"approvals": [CONVERTED, LATE | {"agency": "EMA"}]},
            ["approvals.yaml: fda-early: converted_to: should be of the same drug and agency"],
        ),
        (
            {"approvals": [EARLY | {"status": "converted"}]},
            ["approvals.yaml: fda-early: status: should be converted with converted_on or converted_to, only then"],
        ),
        (
            {"approvals": [APPROVAL | {"status": "converted", "converted_on": "2019"}]},
            [
                "approvals.yaml: fda-teamab: approval_type: should be accelerated or conditional if it was converted",
                "approvals.yaml: fda-teamab: converted_on: should be after the approval, 2020-01-02, got 2019",
            ],
        ),
        (
            {"trials": [TRIAL | {"nct_ids": ["NCT00000001"], "id": name} for name in ("one", "two")]},
            ["trials.yaml: two: nct_ids: NCT00000001 is already that of one"],
        ),
        (
            {"products": [COPY]},
            ["products.yaml: tee: reference_product: no record 'tea' in products.yaml; nearest: 'tee'"],
        ),
        (
            {"products": [COPY, COPY | {"id": "tea"}]},
            [
                "products.yaml: tee: reference_product: should be a reference product of the same drug",
                "products.yaml: tea: reference_product: should be a reference product of the same drug",
            ],
        ),
        (
            {"products": [PRODUCT | {"product_kind": "generic"}]},
            ["products.yaml: tea: reference_product: is required for biosimilar, interchangeable-biosimilar, generic, and only there"],
        ),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(
    tiny_seed: Write, files: dict[str, Any], messages: list[str]
) -> None:
    found = list_faults(read_seed(write(tiny_seed, **files)))
    assert found == [f"seed/{message}" for message in messages]


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        ({}, []),
        ({"ci_level": 95, "ci_low": 1, "unreached": ["ci-high"]}, []),
        ({"value": None, "unreached": ["value"]}, []),
        ({"value": None}, ["value: is required, or named in unreached"]),
        ({"unreached": ["value"]}, ["unreached: should not name value, which has a number"]),
        ({"ci_low": 1, "ci_high": 2}, ["ci_level: is required with an interval, and only then"]),
        ({"ci_level": 95}, ["ci_level: is required with an interval, and only then"]),
        ({"ci_level": 95, "ci_low": 3, "ci_high": 2}, ["ci_low: should not be above ci_high"]),
        ({"unit": None}, ["unit: is required, except for a hazard ratio, which has none"]),
        (
            {"statistic": "hazard-ratio"},
            ["unit: is required, except for a hazard ratio, which has none"],
        ),
        ({"arm": "A"}, ["arm: should be the name of an arm, got 'A'"]),
    ],
)
def test_a_result_is_typed_so_that_it_can_not_be_misread(
    tiny_seed: Write, change: dict[str, Any], messages: list[str]
) -> None:
    trial = TRIAL | {"results": [RESULT | change]}
    found = list_faults(read_seed(write(tiny_seed, trials=[trial])))
    assert found == [f"seed/trials.yaml: tea-trial: results[0].{message}" for message in messages]


def short(value: Any) -> Any:
    """A value as a record in place has it: nulls left out, another record by its id."""
    if isinstance(value, list):
        return [short(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"id", "url", "name"}:
        return value["id"]
    return {name: short(inner) for name, inner in value.items() if inner is not None}


def short_evidence(part: dict[str, Any], cited: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The citations of a record or note in place, each with its passage."""
    return [{**cited[c["cited"]], "supports": c["supports"]} for c in part["citations"]]


def without_address(citations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Citations without title and address of their source, and without the address of a copy."""
    for citation in citations:
        del citation["seen_url"]
        del citation["source"]["title"]
        url = citation["source"].pop("document_url")
        assert (citation["deep_link"] or "").startswith(url or "")
    return citations


def test_a_drug_shows_in_place_what_a_list_names(api: Api) -> None:
    """Nothing that belongs to a drug is missing from it, and all of it says where it comes from."""
    items = api.items("/v1/drugs")
    for item, relation in product(items, RELATIONS):
        drug = api.get(item["url"]).json()
        listed = api.items(f"/v1/{relation.name}?{relation.named_in}={item['id']}")
        assert item[relation.name] == [{n: r[n] for n in ("id", "url", "name")} for r in listed]
        for part, whole in zip(drug[relation.name], listed, strict=True):
            assert part["citations"]
            for one, other in zip((part, *part["notes"]), (whole, *whole["notes"]), strict=True):
                shown = short_evidence(one, drug["cited"])
                assert shown == without_address(other.pop("citations"))
                del one["citations"]
            assert part == short({n: whole[n] for n in whole if n not in SAID_AROUND})


def test_a_passage_stands_once_in_a_drug(api: Api) -> None:
    for item in api.items("/v1/drugs"):
        drug = api.get(item["url"]).json()
        parts = [part for relation in RELATIONS for part in drug[relation.name]]
        texts = [json.dumps(passage, sort_keys=True) for passage in drug["cited"]]
        assert len(texts) == len({*texts})
        assert {c["cited"] for part in parts for c in every_citation(part)} == {*range(len(texts))}


def test_a_page_names_the_treatments_of_a_drug_once(api: Api) -> None:
    """Whether it is made from the drug of a list, as pages are, or from the single drug."""
    library = Library(api.service.live.service)
    for item in api.items("/v1/drugs"):
        single = api.get(item["url"]).json()
        named = {ref["url"]: len(ref["note_kinds"]) for ref in single["treatments"]}
        frame = {"cite_as": None, "meta": single["meta"]}
        for record in (item | frame, single):
            page = record_page(DRUGS, record, library, library.linker(item["url"]))
            shown = [to for group in page.content.groups for to in group.items]
            assert [to.url for to in shown] == [*named]
            assert {to.url: len(to.flags) for to in shown} == named


def test_one_call_for_a_drug_is_small_enough(api: Api) -> None:
    for item in api.items("/v1/drugs"):
        answer, body = api.raw(item["url"], {"Accept-Encoding": "br"})
        assert answer.headers["content-encoding"] == "br"
        single = api.get(item["url"])
        # Data that are not released yet can't be cited, and are compressed less.
        assert len(body) < (20_000 if single.json()["cite_as"] else 22_000), item["id"]
        assert len(single.content) < 150_000, item["id"]


def test_records_of_a_drug_lead_to_it(api: Api) -> None:
    for relation in RELATIONS:
        for record in api.items(f"/v1/{relation.name}"):
            named = record[relation.named_in]
            for link in named if isinstance(named, list) else [named]:
                assert api.get(link["url"]).json()["name"] == link["name"]


def test_a_date_of_a_year_or_month_counts_as_its_first_day(api: Api) -> None:
    tuznue = api.get("/v1/products/tuznue-eu").json()
    assert tuznue["approved"] == "2024-09"
    for limit, is_found in (("after=2024-08-31", True), ("after=2024-09-01", False),
                            ("before=2024-09-01", False), ("before=2024-09-02", True)):  # fmt: skip
        found = api.get(f"/v1/products?approved_{limit}&id=tuznue-eu").json()["items"]
        assert bool(found) is is_found, limit


def test_filters_by_setting_and_by_date_of_the_first_approval(api: Api) -> None:
    drugs = api.items("/v1/drugs")
    for setting in ("metastatic", "adjuvant"):
        found = api.items(f"/v1/drugs?setting={setting}")
        assert [d["id"] for d in found] == [d["id"] for d in drugs if setting in d["setting"]]
    day = "2013-02-22"
    before = api.items(f"/v1/drugs?approved_before={day}")
    after = api.items(f"/v1/drugs?approved_after={day}")
    assert before
    assert after
    assert all(drug["approved"] < day for drug in before)
    assert all(drug["approved"] > day for drug in after)
    for no_day in ("2013-13-01", "0", "2013", "2013-02-22T00:00"):
        assert api.get(f"/v1/drugs?approved_before={no_day}").status_code == 422


def test_a_code_has_a_curie_and_an_address(api: Api) -> None:
    codes = api.get("/v1/drugs/trastuzumab").json()["codes"]
    rxnorm = next(code for code in codes if code["system"] == "RXNORM")
    assert rxnorm["curie"] == "RXNORM:224905"
    assert rxnorm["code"] in rxnorm["url"]


def test_a_drug_leads_to_its_treatments_and_a_stage_to_its_figures(api: Api) -> None:
    drug = api.get("/v1/drugs/lapatinib").json()
    assert "kinase-inhibitors" in [treatment["id"] for treatment in drug["treatments"]]
    figures = api.get("/v1/stages/distant-stage").json()["survival"]
    assert figures
    for figure in figures:
        record = api.get(figure["url"]).json()
        assert (record["stage_system"], record["stage"]) == ("seer-summary", "distant")
