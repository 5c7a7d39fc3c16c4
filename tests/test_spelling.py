"""Misspelled and decorated names: the record that a person means is first, wherever it is asked."""

from typing import Any

import pytest

from app.model.forms import americanize

from .conftest import Api

# What is typed, and the record that is meant.
DECORATED = [
    ("Herceptin's", "drugs/trastuzumab"), ("Herceptin\N{TRADE MARK SIGN}", "drugs/trastuzumab"),
    ("HERCEPTIN\N{REGISTERED SIGN}", "drugs/trastuzumab"), ("Herceptin (R)", "drugs/trastuzumab"),
    ("her\N{SOFT HYPHEN}ceptin", "drugs/trastuzumab"), ("\N{ZERO WIDTH SPACE}Herceptin\N{ZERO WIDTH SPACE}", "drugs/trastuzumab"),
    ("TDM1", "drugs/trastuzumab-emtansine"), ("T DM1", "drugs/trastuzumab-emtansine"), ("t-dm-1", "drugs/trastuzumab-emtansine"),
    ("T\N{NON-BREAKING HYPHEN}DM1", "drugs/trastuzumab-emtansine"), ("T\N{EN DASH}DM1", "drugs/trastuzumab-emtansine"),
    ("TDXd", "drugs/trastuzumab-deruxtecan"), ("t dxd", "drugs/trastuzumab-deruxtecan"), ("DS8201a", "drugs/trastuzumab-deruxtecan"),
    ("ado trastuzumab emtansine", "drugs/trastuzumab-emtansine"), ("ado-trastuzumab  emtansine", "drugs/trastuzumab-emtansine"),
    ("adotrastuzumab emtansine", "drugs/trastuzumab-emtansine"), ("trastuzumab-emtansine", "drugs/trastuzumab-emtansine"),
    ("TRASTUZUMAB\N{NO-BREAK SPACE}EMTANSINE", "drugs/trastuzumab-emtansine"), ("Kadcyla's", "drugs/trastuzumab-emtansine"),
    ("fam trastuzumab deruxtecan nxki", "drugs/trastuzumab-deruxtecan"), ("Enhertu\N{REGISTERED SIGN}", "drugs/trastuzumab-deruxtecan"),
    ("Tykerb\N{TRADE MARK SIGN}", "drugs/lapatinib"), ("tykerb\N{RIGHT SINGLE QUOTATION MARK}s", "drugs/lapatinib"),
    ("tuca\N{SOFT HYPHEN}tinib", "drugs/tucatinib"), ("ONT380", "drugs/tucatinib"), ("HKI 272", "drugs/neratinib"), ("hki272", "drugs/neratinib"),
    ("antibody drug conjugate", "treatments/antibody-drug-conjugates"), ("antibodydrug conjugates", "treatments/antibody-drug-conjugates"),
    ("ADC", "treatments/antibody-drug-conjugates"), ("ADCs", "treatments/antibody-drug-conjugates"),
    ("oestrogen receptor 1", "terms/gene-esr1"), ("HER-2", "terms/gene-erbb2"), ("her 2", "terms/gene-erbb2"), ("erb b2", "terms/gene-erbb2"),
    ("BRCA-1 gene", "risk-factors/brca1-gene"), ("brca1 genes", "risk-factors/brca1-gene"),
    ("triple negative", "subtypes/triple-negative"), ("Triple-Negative", "subtypes/triple-negative"), ("triplenegative", "subtypes/triple-negative"),
    ("HER2 low", "subtypes/her2-low"), ("her2low", "subtypes/her2-low"), ("stage 4", "stages/stage-4"), ("Stage IV", "stages/stage-4"), ("grade three", "stages/grade-3"),
    ("mastectomies", "treatments/mastectomy"), ("biopsies", "tests/tissue-biopsy"), ("mammograms", "tests/mammogram"),
    ("lumpectomy's", "treatments/lumpectomy"), ("obese", "risk-factors/being-obese"), ("head aches", "symptoms/headaches"),
    ("headache", "symptoms/headaches"), ("immuno-histochemistry", "tests/immunohistochemistry"), ("IHC", "tests/immunohistochemistry"),
    ("FISH\N{REGISTERED SIGN}", "tests/fluorescence-in-situ-hybridization"), ("ﬁsh", "tests/fluorescence-in-situ-hybridization"),
]  # fmt: skip


def first(items: list[dict[str, Any]]) -> str | None:
    """The kind and id of the first record."""
    return f"{items[0]['kind']}/{items[0]['id']}" if items else None


@pytest.mark.parametrize(("typed", "meant"), DECORATED)
def test_the_record_that_is_meant_is_first(api: Api, typed: str, meant: str) -> None:
    """In the search, in the list with `q`, and in the lookup by name."""
    hits = api.get("/v1/search", params={"q": typed, "limit": "1"}).json()
    assert first([hit["record"] for hit in hits["items"]]) == meant
    assert hits["all_words"]
    assert hits["did_you_mean"] is None
    kind = meant.split("/")[0]
    assert first(api.get(f"/v1/{kind}", params={"q": typed, "limit": "1"}).json()["items"]) == meant
    assert first(api.get("/v1/lookup", params={"name": typed}).json()["items"]) == meant


DECORATIONS = ["{}'s", "{}\N{RIGHT SINGLE QUOTATION MARK}s", "{}\N{TRADE MARK SIGN}", "{}\N{REGISTERED SIGN}", "{} (R)", " {}  ",
               "\N{ZERO WIDTH NO-BREAK SPACE}{}", "\N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}"]  # fmt: skip


def test_every_name_of_a_drug_may_be_decorated(api: Api) -> None:
    for drug in api.items("/v1/drugs"):
        for number, name in enumerate((*drug["brand_names"], *drug["aliases"])):
            plain = [name.replace("-", ""), name.replace("-", " "), name.replace(" ", "  ")]
            soft = "\N{SOFT HYPHEN}".join((name[:2], name[2:]))
            decorated = DECORATIONS[number % len(DECORATIONS)].format(name)
            for typed in (*plain, soft, decorated, name.swapcase()):
                found = api.get("/v1/lookup", params={"name": typed}).json()["items"]
                assert drug["id"] in [item["id"] for item in found], typed
                hits = api.get(
                    "/v1/search", params={"q": typed, "kind": "drugs", "limit": "3"}
                ).json()
                assert drug["id"] in [hit["record"]["id"] for hit in hits["items"]], typed


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("oestrogen", "estrogen"), ("tumour", "tumor"), ("tumours", "tumor"), ("diarrhoea", "diarrhea"),
        ("randomised", "randomized"), ("localised", "localized"), ("centre", "center"),
        ("women", "woman"), ("metastasis", "metastases"), ("diagnosis", "diagnoses"), ("biopsies", "biopsy"),
        ("pregnancy", "pregnant"), ("pregnancies", "pregnant"), ("treatments", "treated"), ("obesity", "obese"),
        ("recurrence", "recurring"), ("therapies", "therapy"), ("five-year", "5 yr"),
    ],
)  # fmt: skip
def test_forms_of_a_word_find_the_same(api: Api, typed: str, same: str) -> None:
    def found(query: str) -> set[str]:
        pages = api.pages(f"/v1/search?q={query}&limit=100")
        return {hit["record"]["id"] for page in pages for hit in page["items"]}

    assert found(typed) == found(same) != set()


@pytest.mark.parametrize(
    "word", ["exercise", "disease", "rise", "four", "promise", "hour", "precise", "analyses"]
)
def test_words_that_only_look_british_stay_as_they_are(word: str) -> None:
    assert americanize(word) == word


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("ADC", "conjugate"),
        ("pCR", "complete"),
        ("PFS", "progression"),
        ("ILD", "interstitial"),
        ("TNBC", "triple"),
    ],
)
def test_an_abbreviation_finds_the_term_and_marks_it(api: Api, typed: str, word: str) -> None:
    hits = api.get("/v1/search", params={"q": typed}).json()["items"]
    marked = [hit["snippet"].partition("<mark>")[2].lower() for hit in hits]
    assert any(text.startswith(word[:3]) or word in text for text in marked), marked
    # The same letters may begin other words too, but not those of the first records.
    record = api.get(hits[0]["record"]["url"]).text.lower()
    assert word in record or typed.lower() in record


def test_a_word_of_a_closed_list_has_its_abbreviation_too(api: Api) -> None:
    hits = api.get("/v1/search?q=TKI&kind=drugs&limit=100").json()["items"]
    listed = api.items("/v1/drugs?drug_class=kinase-inhibitor")
    assert {hit["record"]["id"] for hit in hits} >= {drug["id"] for drug in listed} != set()


@pytest.mark.parametrize(
    "typed",
    [
        "1998",
        "11998",
        "C50.8",
        "NCT99999999",
        "HER3",
        "hert",
        "abc",
        "trastuzumab 1998",
        "HER2 lamp",
    ],
)
def test_numbers_codes_and_short_words_are_never_corrected(api: Api, typed: str) -> None:
    assert api.get("/v1/search", params={"q": typed}).json()["did_you_mean"] is None


def test_no_drug_is_suggested_for_another(api: Api) -> None:
    """Drugs of the same classes, which no record is about, have similar names."""
    for typed in ("pembrolizumab", "nivolumab", "bevacizumab", "afatinib", "gefitinib", "imatinib",
                  "apatinib", "dasatinib", "erlotinib", "sunitinib", "cetuximab", "rituximab"):  # fmt: skip
        answer = api.get("/v1/search", params={"q": typed}).json()
        assert answer["did_you_mean"] is None, typed


def test_what_is_found_is_not_corrected(api: Api) -> None:
    for typed in (
        "trastuzumab",
        "trastuz",
        "herceptins",
        "tumours",
        "HER2-low",
        "lapatinib side effects",
    ):
        answer = api.get("/v1/search", params={"q": typed}).json()
        assert answer["items"]
        assert answer["did_you_mean"] is None, typed


def test_a_phrase_stands_side_by_side_and_an_excluded_word_nowhere(api: Api) -> None:
    def found(query: str) -> set[str]:
        return {
            h["record"]["id"]
            for p in api.pages(f"/v1/search?q={query}&limit=100")
            for h in p["items"]
        }

    loose, phrase = found("heart failure"), found('"heart failure"')
    assert phrase < loose or phrase == loose
    assert phrase
    assert found('"failure heart"') < loose
    for excluded in ("heart", '"heart failure"'):
        rest = found(f"trastuzumab -{excluded}")
        assert rest < found("trastuzumab")
        assert rest.isdisjoint(found(excluded))
    assert found("survival -HER2-negative").isdisjoint(found("survival HER2-negative"))
    assert found("-heart") == set()
