"""Look-up by code, name or identifier."""

import pytest

from .conftest import Api


def ids(api: Api, query: str) -> list[str]:
    return [item["id"] for item in api.get(f"/v1/lookup?{query}").json()["items"]]


@pytest.mark.parametrize(
    ("query", "record"),
    [
        ("code=RXNORM:224905", "trastuzumab"),
        ("code=rxnorm:224905", "trastuzumab"),
        ("code=HGNC:1100", "brca1-gene"),
        ("name=Kadcyla", "trastuzumab-emtansine"),
        ("name=T-DM1", "trastuzumab-emtansine"),
        ("name=ado-trastuzumab+emtansine", "trastuzumab-emtansine"),
        ("name=%20herceptin%20", "trastuzumab"),
        ("id=prognosis", "prognosis"),
    ],
)
def test_a_key_leads_to_its_record(api: Api, query: str, record: str) -> None:
    assert record in ids(api, query)


def test_the_record_found_has_an_address_and_the_kinds_of_its_notes(api: Api) -> None:
    (item,) = api.get("/v1/lookup?id=prognosis").json()["items"]
    single = api.get(item["url"]).json()
    assert item["name"] == single["name"]
    assert item["note_kinds"] == [note["kind"] for note in single["notes"]]


def test_an_unknown_key_is_an_empty_list(api: Api) -> None:
    assert ids(api, "code=RXNORM:1") == []
    assert ids(api, "name=%00") == []


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("", "code: exactly one of code, name, id is required. There are 2 more errors."),
        ("code=", "code: String should have at least 1 character, got ''."),
        ("code=HGNC:1100&name=x", "code: exactly one of code, name, id is required, got 'HGNC:1100'. There is 1 more error."),
    ],
)  # fmt: skip
def test_just_one_key_is_required(api: Api, query: str, detail: str) -> None:
    answer = api.get(f"/v1/lookup?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"] == detail
