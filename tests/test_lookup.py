"""Look-up by codes, names or identifiers, in any spelling."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.build import build
from app.model.code import SYSTEMS, CodeSystem
from app.model.identifier import SYSTEM_BY_PREFIX, read_identifier
from app.settings import Settings

from .conftest import Api, serve


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


@pytest.mark.parametrize("query", ["", "code=", "zz=1"])
def test_a_key_is_required(api: Api, query: str) -> None:
    assert api.get(f"/v1/lookup?{query}").status_code == 422


def results(api: Api, **keys: list[str] | str) -> list[dict[str, Any]]:
    return list(api.get("/v1/lookup", params=keys).raise_for_status().json()["keys"])


def first_codes(api: Api) -> dict[str, tuple[str, str]]:
    """A code of each system that the records have, with its address and the id of its record."""
    rows = api.service.live.service.database.connection.execute(
        "SELECT text, record FROM lookup_key WHERE scheme = 'code' AND field = 'codes'"
    )
    return {text.partition(":")[0]: (text, record) for text, record in rows}


def test_a_code_is_found_however_it_is_written(api: Api) -> None:
    """As a CURIE with any prefix, doubled, with other signs, as an address."""
    tried = 0
    for prefix, (curie, record) in first_codes(api).items():
        code = curie.partition(":")[2]
        address = SYSTEMS[CodeSystem[prefix]][1]
        others = [name for name, system in SYSTEM_BY_PREFIX.items() if system == prefix]
        spellings = [
            curie, curie.lower(), f"{prefix}:{curie}", f"{prefix}_{code}", f"{prefix} {code}",
            f" {prefix}: {code} ", f"<{curie}>", *(f"{name}:{code}" for name in others),
            f"https://identifiers.org/{prefix.lower()}/{code}", f"https://bioregistry.io/{curie}",
            *([address.format(code)] if address else []),
        ]  # fmt: skip
        for spelling in spellings:
            (found,) = results(api, code=spelling)
            assert record in [item["id"] for item in found["records"]], spelling
            assert found["match"] in ("exact", "spelling")
            tried += 1
    assert tried > 150


@pytest.mark.parametrize(
    ("asked", "curies"),
    [
        ("PMID: 12345678", ["PMID:12345678"]), ("pmid12345678", ["PMID:12345678"]),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", ["PMID:12345678"]),
        ("10.1000/ab.C-1", ["DOI:10.1000/AB.C-1"]), ("doi:10.1000/x", ["DOI:10.1000/X"]),
        ("https://doi.org/10.1000%2Fx", ["DOI:10.1000/X"]),
        ("nct00000001", ["NCT:NCT00000001"]), ("NCT:NCT00000001", ["NCT:NCT00000001"]),
        ("https://clinicaltrials.gov/study/NCT00000001?tab=results", ["NCT:NCT00000001"]),
        ("BLA 123456", ["BLA:123456"]), ("NDA123456", ["NDA:123456"]),
        ("ICD-10-CM C509", ["ICD10CM:C50.9"]), ("DB01234", ["DRUGBANK:DB01234"]),
        ("1998", []), ("hgnc:x", []), ("", []),
    ],
)  # fmt: skip
def test_an_identifier_is_read_as_its_registry_prints_it(asked: str, curies: list[str]) -> None:
    assert list(read_identifier(asked).curies) == curies


def test_every_identifier_of_a_record_is_found(api: Api) -> None:
    """Those that a collection declares, besides its codes."""
    rows = api.service.live.service.database.connection.execute(
        "SELECT value, text, record FROM lookup_key WHERE scheme = 'code' AND field != 'codes'"
    ).fetchall()
    assert {value.partition(":")[0] for value, *_ in rows} >= {"doi", "pmid", "nct"}
    for value, text, record in rows[::10]:
        for asked in (value, text.upper()):
            (found,) = results(api, code=asked)
            is_number = asked.isdigit()  # of any registry
            assert is_number or record in [item["id"] for item in found["records"]], text


def test_what_is_not_found_is_told(api: Api) -> None:
    keys = results(api, code=["FOO:1", "RXNORM:1", "1100"], name="qqqqqqq", id="qqqqqqq")
    assert [key["match"] for key in keys] == ["unknown-prefix", *["not-found"] * 4]
    assert all(key["detail"] and not key["records"] for key in keys)
    assert "FOO" in keys[0]["detail"]
    assert "prefix" in keys[2]["detail"]


def test_many_keys_go_in_one_call(api: Api) -> None:
    asked = {
        "code": ["RXNORM:224905", "HGNC:1100"],
        "name": ["Kadcyla", "qqqqqqq"],
        "id": "Prognosis",
    }
    answer = api.get("/v1/lookup", params=asked).json()
    assert [key["asked"] for key in answer["keys"]] == [
        "RXNORM:224905", "HGNC:1100", "Kadcyla", "qqqqqqq", "Prognosis",
    ]  # fmt: skip
    assert {item["id"] for item in answer["items"]} == {
        item["id"] for key in answer["keys"] for item in key["records"]
    }
    assert answer["total"] == len(answer["items"])
    too_many = api.get("/v1/lookup", params={"name": [f"n{number}" for number in range(101)]})
    assert too_many.status_code == 422


def test_a_misspelled_name_is_corrected_but_never_to_another_thing(api: Api) -> None:
    (found,) = results(api, name="herceptn")
    assert (found["match"], found["did_you_mean"]) == ("not-found", "Herceptin")
    for name in ("afatinib", "apatinib", "1998", "pembrolizumab", "HER3", "L01FD9"):
        assert results(api, name=name)[0]["did_you_mean"] is None, name


def test_a_withdrawn_id_leads_to_its_successor(
    tiny_seed: Callable[..., Path], tmp_path: Path
) -> None:
    withdrawn = [
        {"id": "coffee", "kind": "risk-factors", "reason": "About tea.", "since": "2026.1.0",
         "successor": "tea"}
    ]  # fmt: skip
    settings = Settings(seed=tiny_seed(withdrawn=withdrawn), database=tmp_path / "gone.db")
    build(settings)
    (found,) = results(serve(settings), id="coffee")
    assert (found["match"], [item["id"] for item in found["records"]]) == ("successor", ["tea"])


def test_a_code_is_searched_however_it_is_written(api: Api) -> None:
    for prefix, (curie, record) in first_codes(api).items():
        code = curie.partition(":")[2]
        for typed in (
            curie,
            f"{prefix} {code}",
            f"https://identifiers.org/{prefix.lower()}/{code}",
        ):
            hits = api.get("/v1/search", params={"q": typed, "limit": "5"}).json()["items"]
            assert record in [hit["record"]["id"] for hit in hits], typed
