"""Suggestions for a search box: names, the shortest whole one first."""

import pytest

from app.resources import RESOURCES
from app.store.suggest import MOST_COMPLETED_NAMES, SHORT

from .conftest import Api

KINDS = [resource.kind for resource in RESOURCES]


def suggested(api: Api, typed: str, **more: str | list[str]) -> list[tuple[str, str]]:
    answer = api.get("/v1/suggest", params={"q": typed, **more}).raise_for_status().json()
    assert answer["total"] == len(answer["items"]) <= MOST_COMPLETED_NAMES
    assert answer["next"] is None
    for item in answer["items"]:
        assert item["kind"] == item["record"]["kind"]
    return [(item["text"], item["record"]["id"]) for item in answer["items"]]


def test_every_name_is_suggested_by_its_beginning(api: Api) -> None:
    """However it is begun: with the first letters in any case, without hyphens and spaces."""
    for drug in api.items("/v1/drugs"):
        for name in (drug["generic_name"], *drug["brand_names"], *drug["aliases"]):
            for typed in (name, name.upper(), name.replace("-", " "), name.replace("-", "")):
                found = suggested(api, typed, kind="drugs")
                assert (name, drug["id"]) in found, typed
                assert found[0][0].casefold().startswith(name.casefold()[:3])


@pytest.mark.parametrize("typed", ["t", "tr", "tras", "her", "h", "trastuzumab e", "lap", "me"])
def test_the_shortest_whole_name_comes_first(api: Api, typed: str) -> None:
    kinds = [kind for kind in KINDS if kind != "sources"]  # their titles come last
    names = [name for name, _ in suggested(api, typed, kind=kinds)]
    plain = typed.replace(" ", "")
    begins = [
        name for name in names
        if "".join(c for c in name.casefold() if c.isalnum()).startswith(plain)
    ]  # fmt: skip
    assert names[: len(begins)] == begins == sorted(begins, key=len)
    assert begins


def test_what_is_typed_first_names_the_drug(api: Api) -> None:
    assert suggested(api, "tras")[0] == ("trastuzumab", "trastuzumab")
    assert suggested(api, "T-D")[0][1].startswith("trastuzumab-")
    assert suggested(api, "kad")[0][0] == "Kadcyla"


def test_a_later_word_completes_too(api: Api) -> None:
    assert "trastuzumab emtansine" in [name for name, _ in suggested(api, "emtan")]


def test_suggestions_can_be_limited(api: Api) -> None:
    assert len(suggested(api, "t", limit="3")) == 3
    assert api.get("/v1/suggest?q=t&limit=11").status_code == 422
    answer = api.get("/v1/suggest?q=b&kind=symptoms").json()
    assert {item["kind"] for item in answer["items"]} == {"symptoms"}


@pytest.mark.parametrize("typed", ["", " ", "-", "\u2122", "zzzz", "1998", "*", "%", "\0", "t*"])
def test_what_no_name_begins_with_completes_nothing(api: Api, typed: str) -> None:
    assert suggested(api, typed) == [] or typed == "t*"


def test_a_few_letters_have_the_same_names_as_a_search_of_all(api: Api) -> None:
    """Their lists are kept at build: the same as if all names were sorted at request."""
    database = api.service.live.service.database.connection
    starts = {
        row[0][:size] for row in database.execute("SELECT start FROM suggestion") for size in SHORT
    }
    for start in sorted(start for start in starts if start.isalnum())[::7]:
        rows = database.execute(
            "SELECT text, record FROM (SELECT text, record, min(rank) AS rank FROM suggestion "
            "WHERE start >= ? AND start < ? || char(1114111) AND start NOT LIKE '%*' "
            "GROUP BY text, record) ORDER BY rank, length(text), text LIMIT ?",
            (start, start, MOST_COMPLETED_NAMES),
        ).fetchall()  # fmt: skip
        assert [name for name, _ in suggested(api, start)] == [name for name, _ in rows], start
