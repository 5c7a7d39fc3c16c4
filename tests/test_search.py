"""Search: whole words, prefixes, synonyms, receptor signs; nothing typed is an error."""

import html
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model.words import find_receptors
from app.resources import RESOURCES
from app.store.match import Part, parse_query
from app.store.plan import plan_query
from app.store.search import CLOSE, OPEN

from .conftest import Api


def hits(api: Api, query: str, **more: str) -> list[dict[str, Any]]:
    answer = api.get("/v1/search", params={"q": query, "limit": "100", **more})
    return list(answer.raise_for_status().json()["items"])


def ids(api: Api, query: str, **more: str) -> list[str]:
    return [hit["record"]["id"] for hit in hits(api, query, **more)]


@pytest.mark.parametrize(
    "name", ["T-DM1", "Kadcyla", "ado-trastuzumab emtansine", "kadcy", "TRASTUZUMAB EMTANSINE"]
)
def test_every_name_of_a_drug_finds_it_first(api: Api, name: str) -> None:
    assert ids(api, name, kind="drugs")[0] == "trastuzumab-emtansine"
    assert "trastuzumab-emtansine" in ids(api, name)[:3]


@pytest.mark.parametrize("name", ["ERBB2", "HER2/neu", "HER2"])
def test_names_of_the_gene_are_one(api: Api, name: str) -> None:
    assert "her2-gene-short-name-her2" in ids(api, name, kind="facts", topic="her2")


@pytest.mark.parametrize("name", ["IHC", "immunohistochemistry", "immunohisto"])
def test_names_of_a_test_are_one(api: Api, name: str) -> None:
    assert "immunohistochemistry" in ids(api, name)


def test_a_receptors_sign_counts_both_ways(api: Api) -> None:
    positive = {h["record"]["id"]: h for h in hits(api, "HR+/HER2+", kind="survival")}
    negative = {h["record"]["id"]: h for h in hits(api, "HR-/HER2+", kind="survival")}
    assert positive
    assert negative
    assert not positive.keys() & negative.keys()
    assert all("hr-positive-her2-positive" in name for name in positive)
    assert all("hr-negative-her2-positive" in name for name in negative)


def test_words_are_marked_and_the_rest_is_escaped(api: Api) -> None:
    found = hits(api, "lapatinib")
    assert any("<mark>" in hit["snippet"] for hit in found)
    for hit in found:
        assert hit["matched_in"]
        plain = hit["snippet"].replace("<mark>", "").replace("</mark>", "")
        assert not re.search(r"[<>]", plain)


def test_a_near_miss_is_suggested(api: Api) -> None:
    body = api.get("/v1/search?q=trastuzamab").json()
    assert (body["total"], body["did_you_mean"]) == (0, "trastuzumab")


def test_hits_can_be_limited_to_kinds_and_topics(api: Api) -> None:
    found = hits(api, "cancer", kind="symptoms")
    assert {hit["record"]["kind"] for hit in found} == {"symptoms"}
    assert api.get("/v1/search?q=cancer&kind=symptom").status_code == 422
    assert api.get("/v1/search?q=cancer&topic=nothing").status_code == 422
    assert api.get("/v1/search").status_code == 422


def test_a_list_can_be_searched(api: Api) -> None:
    items = api.items("/v1/drugs?q=kadcyla")
    assert "trastuzumab-emtansine" in [item["id"] for item in items]
    assert len(items) < api.get("/v1/drugs").json()["total"]


@pytest.mark.parametrize(
    "query",
    ["HER2-positive", "5-year", "HR+/HER2+", '"', "'", '"her2', "NOT", "AND OR NEAR(", "*", "a*b",
     "name:her2", "(", "^her2", "her2 -negative", "{x}", "\\", "-", "+", "%", "é", "\U0001f600"],
)  # fmt: skip
def test_what_a_person_types_is_never_an_error(api: Api, query: str) -> None:
    assert api.get("/v1/search", params={"q": query}).status_code == 200
    assert api.get("/v1/facts", params={"q": query}).status_code == 200


def test_a_match_by_its_sign_is_marked(api: Api) -> None:
    found = hits(api, "HR-/HER2+", kind="survival")
    assert found
    for hit in found:
        assert "<mark>HR-negative</mark>/<mark>HER2-positive</mark>" in hit["snippet"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HR-/HER2+", ["hrnegative", "her2positive"]),
        ("HR–/HER2+, HR−, HR‑", ["hrnegative", "her2positive", "hrnegative", "hrnegative"]),
        ("HR-HER2+ ER+HER2-", ["hrnegative", "her2positive", "erpositive", "her2negative"]),
        ("HER2(+) HER-2 (-) HER 2 positive", ["her2positive", "her2negative", "her2positive"]),
        ("HER2/neu negative, HER2 (negative)", ["her2negative", "her2negative"]),
        ("hormone receptor-negative, PgR+", ["hrnegative", "prpositive"]),
        ("oestrogen receptors positive", ["erpositive"]),
        ("HER2 - a protein; HER2-directed; HER2–targeted; over-all; HER2; her2 + cure", []),
        (
            "ERBB2+ HER2—positive HER2-ve HR-neg",
            ["her2positive", "her2positive", "her2negative", "hrnegative"],
        ),
        ("human epidermal growth factor receptor 2 positive", ["her2positive"]),
        ("ER- and PR-positive", ["erpositive", "prpositive"]),
        ("ER-, PR-negative", ["ernegative", "prnegative"]),
    ],
)
def test_a_receptor_is_read_however_it_is_written(text: str, found: list[str]) -> None:
    assert list(find_receptors(text)) == found


@pytest.mark.parametrize(
    ("query", "parts", "receptors", "excluded"),
    [
        ("what is her2", ["her2"], [], []),
        ("what is it", ["what", "is", "it"], [], []),
        ("5-year", ["5 year"], [], []),
        ("5 years", ["5 years"], [], []),
        ("stage 4 her2", ["stage 4", "her2"], [], []),
        ("I am in stage I", ["stage i"], [], []),
        ("IHC2+ a a a", ["ihc", "2"], [], []),
        ("HR+ mass", ["mass"], ["hrpositive"], []),
        ("HER\uff12", ["her2"], [], []),
        ("HER2 -ve, ER +ve", [], ["her2negative", "erpositive"], []),
        ("hormone positive", [], ["hrpositive"], []),
        ('"the heart failure" drug', ['"the heart failure"', "drug"], [], []),
        ('an "open quote', ["open", "quote"], [], []),
        ("trastuzumab -heart", ["trastuzumab"], [], ["heart"]),
        ('trastuzumab -"heart failure"', ["trastuzumab"], [], ['"heart failure"']),
        ("survival -HER2-negative", ["survival"], [], ["her2negative"]),
        ("her2 -negative", [], ["her2negative"], []),
        ("t-dm1 - heart", ["t dm1", "heart"], [], []),
        ("HR-/HER2+", [], ["hrnegative", "her2positive"], []),
        ("Herceptin\u2122's", ["herceptin"], [], []),
        ("tras\xadtu\u200bzumab", ["trastuzumab"], [], []),
        ("+", [], [], []),
    ],
)
def test_how_a_query_is_read(
    query: str, parts: list[str], receptors: list[str], excluded: list[str]
) -> None:
    def show(read: tuple[Part, ...]) -> list[str]:
        words = [" ".join(part.words) for part in read]
        return [
            f'"{text}"' if part.is_quoted else text for part, text in zip(read, words, strict=True)
        ]

    found = parse_query(query)
    assert show(found.parts) == parts
    assert list(found.receptors) == receptors
    assert show(found.excluded) + list(found.excluded_receptors) == excluded


def test_a_receptor_is_required_also_where_any_word_will_do(api: Api) -> None:
    body = api.get("/v1/search", params={"q": "HR-/HER2+ survival qqqqqq", "limit": "100"}).json()
    assert body["all_words"] is False
    found = {hit["record"]["id"] for hit in body["items"]}
    assert found == set(ids(api, "HR-/HER2+"))
    assert "survival" in body["items"][0]["snippet"].lower()


def test_a_status_in_typed_fields_is_found(api: Api) -> None:
    signed = 0
    for subtype in api.items("/v1/subtypes"):
        stated = {name: subtype[name] for name in ("er", "pr", "hr", "her2")}
        signs = {"positive": "+", "negative": "-"}
        query = " ".join(f"{n.upper()}{signs[s]}" for n, s in stated.items() if s in signs)
        if query:
            signed += 1
            assert subtype["id"] in ids(api, query, kind="subtypes"), query
    assert signed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("HER2- herceptn", "HER2- herceptin"),
        ("T-DM1 hert failure", None),  # short words may be names
        ("T-DM1 hearrt failure", "T-DM1 heart failure"),
        ("HR-/HER2+ survivl", "HR-/HER2+ survival"),
        ("trastuzamab herceptn", "trastuzumab herceptin"),
        ("lapatinb", "lapatinib"),
        ("mamogram herceptn", None),  # no record has both words
        ("qqqqqq", None),
        ("her2 zzzzzzz", None),
    ],
)
def test_a_suggestion_mends_what_is_wrong_and_finds_something(
    api: Api, typed: str, meant: str | None
) -> None:
    body = api.get("/v1/search", params={"q": typed}).json()
    assert body["did_you_mean"] == meant
    assert meant is None or hits(api, meant)


def test_five_years_are_found_in_digits_and_words(api: Api) -> None:
    assert set(ids(api, "5-year survival")) == set(ids(api, "five-year survival")) != set()


def test_the_record_of_this_very_name_comes_first(api: Api) -> None:
    for name in ("trastuzumab", "HERCEPTIN", "neu"):
        (found,) = api.get("/v1/lookup", params={"name": name}).json()["items"][:1]
        assert found["id"] in ids(api, name)[:2]


def test_a_heading_finds_its_record_first_in_its_collection(api: Api) -> None:
    # Two pages on one thing may have one title, but for the spelling.
    for resource in (resource for resource in RESOURCES if resource.kind != "sources"):
        for record in api.items(f"/v1/{resource.kind}"):
            query = {"q": record["name"], "kind": resource.kind, "limit": "1"}
            (hit,) = api.get("/v1/search", params=query).json()["items"]
            assert hit["record"]["name"] == record["name"], record["id"]


def test_of_a_drug_that_is_named_comes_what_belongs_to_it(api: Api) -> None:
    owners = {item["id"]: item["drug"]["id"] for item in api.items("/v1/warnings")}
    for drug in api.items("/v1/drugs"):
        for topic in ("pregnancy", "heart", "diarrhea", "lung"):
            for name in (drug["generic_name"], *drug["brand_names"]):
                query = {"q": f"{name} {topic}", "kind": "warnings"}
                body = api.get("/v1/search", params=query).json()
                found = [owners[hit["record"]["id"]] for hit in body["items"]]
                if body["all_words"] and drug["id"] in found:
                    assert found[0] == drug["id"], query


def test_where_no_record_has_all_words_those_that_have_some_are_found(api: Api) -> None:
    body = api.get("/v1/search?q=herceptin%20qqqqqq").json()
    assert (body["all_words"], body["did_you_mean"]) == (False, None)
    assert body["total"] == api.get("/v1/search?q=herceptin").json()["total"] > 0
    assert api.get("/v1/search?q=herceptin").json()["all_words"] is True
    assert api.get("/v1/drugs?q=herceptin%20qqqqqq").json()["total"] == 0


def strings(value: Any) -> list[str]:
    """Every text in an answer, at any depth."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value] if isinstance(value, str) else [s for item in items for s in strings(item)]


def is_whole(part: str, text: str) -> bool:
    """Whether a part of a text begins and ends where a sentence does."""
    before, found, after = text.partition(part)
    return bool(found) and re.search(r"(^|[.!?] )$", before) is not None and (
        not after or part.endswith((".", "!", "?"))
    )  # fmt: skip


def test_a_snippet_is_never_cut_within_a_sentence(api: Api) -> None:
    places = set()
    for query in ("pregnancy", "diarrhea", "boxed warning", "HER2", "lapatinib", "HR-/HER2+"):
        for hit in hits(api, query):
            record = api.get(hit["record"]["url"]).json()
            snippet = html.unescape(re.sub("</?mark>", "", hit["snippet"]))
            part = snippet.removeprefix("… ").removesuffix(" …")
            texts = {"notes": [note["text"] for note in record["notes"]]}
            places.add(hit["snippet_from"])
            found = texts.get(hit["snippet_from"], strings(record))
            assert any(is_whole(part, text) for text in found), hit
            assert "<mark>" in hit["snippet"] or hit["matched_in"] == ["terms"]
            marked = re.findall("<mark>(.*?)</mark>", hit["snippet"])
            ranges = [hit["snippet_text"][start:end] for start, end in hit["snippet_ranges"]]
            assert list(map(html.unescape, marked)) == ranges
            assert hit["snippet_text"] == snippet
    assert places >= {"body", "notes"}


@pytest.mark.parametrize("query", ["cancer", "HER2-positive", "lapatinib"])
def test_every_hit_can_be_reached_and_is_there_once(api: Api, query: str) -> None:
    pages = api.pages(f"/v1/search?q={query}&limit=20")
    found = [hit for page in pages for hit in page["items"]]
    assert [hit["rank"] for hit in found] == list(range(1, pages[0]["total"] + 1))
    assert len({hit["record"]["id"] for hit in found}) == len(found)
    answer = api.get(f"/v1/search?q={query}&limit=1")
    assert answer.headers["link"] == f'<{answer.json()["next"]}>; rel="next"'


def test_a_cursor_of_another_search_is_refused(api: Api) -> None:
    cursor = api.get("/v1/search?q=cancer&limit=1").json()["next"].split("cursor=")[1]
    for other in (f"q=breast&cursor={cursor}", "q=cancer&cursor=x"):
        assert api.get(f"/v1/search?{other}").status_code == 422


def test_a_searched_list_has_the_best_match_first_unless_sorted(api: Api) -> None:
    listed = [page["items"] for page in api.pages("/v1/drugs?q=trastuzumab%20emtansine&limit=2")]
    found = [item["id"] for items in listed for item in items]
    assert found == ids(api, "trastuzumab emtansine", kind="drugs")
    named = api.get("/v1/drugs?q=trastuzumab%20emtansine&sort=-name").json()["items"]
    assert [item["name"] for item in named] == sorted((i["name"] for i in named), reverse=True)


def test_a_blank_query_finds_nothing_and_hides_nothing(api: Api) -> None:
    assert api.get("/v1/search?q=%20").json()["total"] == 0
    assert api.get("/v1/drugs?q=%20").json() == api.get("/v1/drugs").json()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=200) | st.text("HER2+-/\"'*():^ andNOT\0", max_size=200))
def test_no_text_at_all_is_an_error(api: Api, query: str) -> None:
    query = query.encode("utf-8", "replace").decode()
    for path in ("/v1/search", "/v1/drugs"):
        answer = api.get(path, params={"q": query})
        assert answer.status_code == 200, answer.text


def test_records_are_stored_in_the_order_of_equal_matches(api: Api) -> None:
    """Their row numbers stand for this order, and for the collection, in every search."""
    connection = api.service.live.service.database.connection
    rows = connection.execute("SELECT kind, position FROM record ORDER BY rowid").fetchall()
    assert rows == sorted(rows, key=lambda row: (row[0] == "sources", *row))
    joined = "SELECT count(*) FROM record JOIN search ON search.rowid = record.rowid AND search.id = record.id"
    assert connection.execute(joined).fetchone() == (len(rows),)


@pytest.mark.parametrize(
    "query", ["cancer", "trastuzumab", "HER2-positive", "her2&topic=treatment"]
)
def test_the_search_counts_what_the_lists_count(api: Api, query: str) -> None:
    answer = api.get(f"/v1/search?q={query}").json()
    assert answer["all_words"]
    counts = {found["kind"]: found["count"] for found in answer["kinds"]}
    assert sum(counts.values()) == answer["total"]
    for kind, count in counts.items():
        assert api.get(f"/v1/{kind}?q={query}&limit=1").json()["total"] == count
        found = api.get(f"/v1/search?q={query}&kind={kind}&limit=1").json()
        assert found["total"] == count
        assert found["items"][0]["record"]["kind"] == kind


def test_a_hit_shows_only_words_of_its_record(api: Api) -> None:
    """Also where another name of a thing matched, another form of a word, or an abbreviation."""
    seen = set()
    for query in ("Kadcyla", "ERBB2", "oestrogen", "pCR", "triple negative", "TDM1", "pregnancies"):
        for hit in hits(api, query):
            record = " ".join(strings(api.get(hit["record"]["url"]).json())).casefold()
            for start, end in hit["snippet_ranges"]:
                marked = hit["snippet_text"][start:end].casefold()
                assert marked in record, (query, marked)
                seen.add(marked == query.casefold())
    assert seen == {True, False}


def marked_places(text: str) -> set[int]:
    """The places of a text, without its marks, that are marked."""
    places: set[int] = set()
    end = 0
    for number, piece in enumerate(re.split(f"[{OPEN}{CLOSE}]", text)):
        places |= set(range(end, end + len(piece))) if number % 2 else set()
        end += len(piece)
    return places


@pytest.mark.parametrize("name", ["Herceptin", "Perjeta", "Kadcyla", "Tykerb", "HER2CLIMB"])
def test_a_named_record_hides_no_match_of_another(api: Api, name: str) -> None:
    """Where a word of a query stands in a record, it is marked, and so it counts."""
    database = api.service.live.service.database
    query = parse_query(f"{name} HR-positive survival months approved")
    plan = plan_query(database, query)
    assert plan.named
    marks = "SELECT rowid, highlight(search, 2, ?, ?) FROM search WHERE search MATCH ?"
    found = dict(database.connection.execute(marks, (OPEN, CLOSE, plan.any_word)).fetchall())
    tried = 0
    for word in ("survival", "months", "approved"):
        match = f'{{body}} : "{word}"'
        for row, text in database.connection.execute(marks, (OPEN, CLOSE, match)):
            if row in found:
                tried += 1
                assert marked_places(text) <= marked_places(found[row]), text
    assert tried > 20
