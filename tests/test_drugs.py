"""Drugs: approvals, codes and what the loader refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed

from .conftest import CITATION, SOURCE, Api, list_faults

Write = Callable[..., Path]
APPROVAL = {
    "agency": "FDA",
    "date": "2020-01-02",
    "setting": "metastatic",
    "indication": "For some.",
}
DRUG = {
    "id": "teamab",
    "generic_name": "teamab",
    "topic": "tea-topic",
    "approved": "2020-01-02",
    "approvals": [APPROVAL],
    "codes": ["RXNORM:1"],
    "citations": [
        CITATION
        | {
            "supports": [
                "generic_name",
                "approved",
                "approvals[FDA 2020-01-02 metastatic]",
                "codes",
            ]
        }
    ],
}


LABEL = SOURCE | {"source_kind": "drug-label"}


def faults(seed: Path) -> list[str]:
    return list_faults(read_seed(seed))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"approved": "2021-01-01"},
            "approvals[0].date: should not be before approved 2021-01-01, got 2020-01-02",
        ),
        (
            {"codes": ["RXNORM:x"]},
            "codes[0]: should be a RXNORM code (\\d{1,7}), got 'x'",
        ),
        (
            {"approvals": [APPROVAL, APPROVAL]},
            "approvals[1]: another item has the same key, 'FDA 2020-01-02 metastatic'",
        ),
        (
            {"approvals": [APPROVAL | {"date": "1998-13-01"}]},
            "approvals[0].date: should be a date as YYYY-MM-DD, got '1998-13-01'",
        ),
    ],
)
def test_what_can_not_be_is_refused(tiny_seed: Write, change: dict[str, Any], message: str) -> None:
    assert faults(tiny_seed(sources=[LABEL], drugs=[DRUG])) == []
    found = faults(tiny_seed(sources=[LABEL], drugs=[DRUG | change]))
    assert found == [f"seed/drugs.yaml: teamab: {message}"]


def test_filters_by_setting_and_by_date_of_the_first_approval(api: Api) -> None:
    drugs = api.get("/v1/drugs?limit=500").json()["items"]
    for setting in ("metastatic", "adjuvant"):
        found = api.get(f"/v1/drugs?setting={setting}&limit=500").json()["items"]
        assert [d["id"] for d in found] == [d["id"] for d in drugs if setting in d["setting"]]
    day = "2013-02-22"
    before = api.get(f"/v1/drugs?approved_before={day}&limit=500").json()["items"]
    after = api.get(f"/v1/drugs?approved_after={day}&limit=500").json()["items"]
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
