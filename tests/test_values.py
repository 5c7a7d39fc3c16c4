"""Filters by names and ids: in any case, and an error where no record has the name."""

import pytest

from app.model.resource import named_fields
from app.resources import RESOURCES

from .conftest import Api

NAMED = [(r.kind, field) for r in RESOURCES for field in named_fields(r.row)]


@pytest.mark.parametrize(("kind", "field"), NAMED)
def test_a_name_matches_in_any_case(api: Api, kind: str, field: str) -> None:
    for item in api.get(f"/v1/{kind}?limit=100&fields=id,{field}").json()["items"]:
        value = item[field]
        for name in (value if isinstance(value, list) else [value])[:1]:
            if name is None:
                continue
            exact = api.get(f"/v1/{kind}", params={field: name, "limit": "500"})
            assert item["id"] in [found["id"] for found in exact.json()["items"]]
            for spelling in (name.upper(), name.lower(), f" {name} "):
                answer = api.get(f"/v1/{kind}", params={field: spelling, "limit": "500"})
                assert answer.content == exact.content
            return


@pytest.mark.parametrize(("kind", "field"), NAMED)
def test_a_name_that_no_record_has_is_an_error(api: Api, kind: str, field: str) -> None:
    answer = api.get(f"/v1/{kind}?{field}=qqqqqqq")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["value"], error["did_you_mean"]) == (field, "qqqqqqq", None)
    assert error["allowed_count"] >= len(error["allowed"])


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("drugs?brand_names=herceptn", "Herceptin"), ("drugs?aliases=T-DM2", "T-DM1"), ("drugs?target=HER", "HER2"),
        ("sources?publisher=Cleveland%20Clinik", "Cleveland Clinic"), ("terms?symbol=ERBB22", "ERBB2"),
        ("facts?topic=prognosiss", "prognosis"), ("facts?source=medicinet", "medicinenet"),
        ("drugs?id=lapatinb", "lapatinib"), ("drugs?id=Tykerb", "lapatinib"), ("treatments?drugs=Kadcyla", "trastuzumab-emtansine"),
        ("search?q=her2&topic=Prognosiss", "prognosis"),
    ],
)  # fmt: skip
def test_the_nearest_name_is_told(api: Api, query: str, nearest: str) -> None:
    answer = api.get(f"/v1/{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["did_you_mean"] == nearest


def test_ids_match_in_any_case(api: Api) -> None:
    for wrong, right in (
        ("facts?topic=Prognosis", "facts?topic=prognosis"),
        ("facts?source=MedicineNet", "facts?source=medicinenet"),
        ("drugs?id=Trastuzumab_Emtansine", "drugs?id=trastuzumab-emtansine"),
        ("search?q=her2&topic=PROGNOSIS", "search?q=her2&topic=prognosis"),
    ):
        assert api.get(f"/v1/{wrong}").content == api.get(f"/v1/{right}").content


@pytest.mark.parametrize(
    "query",
    ["survival?years=29", "survival?population=nobody", "approvals?date_after=2099-01-01",
     "sources?published=1900", "trials?enrolled=1", "statistics?denominator=nothing"],
)  # fmt: skip
def test_numbers_dates_and_free_text_that_nothing_has_are_an_empty_list(
    api: Api, query: str
) -> None:
    answer = api.get(f"/v1/{query}")
    assert (answer.status_code, answer.json()["items"]) == (200, [])
