"""Comparing the data with the captured documents: `verify` and `coverage`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.curation.coverage import cover, list_citing
from app.curation.documents import Document
from app.curation.reader import read_seed
from app.curation.seed import Seed
from app.curation.verify import describe_wrong_section, verify_passages
from app.model.passage import TextQuote, digest, spans

from .conftest import CITATION, DOCUMENT, RISK_FACTOR, SOURCE, TOPIC

Write = Callable[..., Path]


def test_verify_finds_what_is_wrong_with_a_passage(tiny_seed: Write, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "tea.txt").write_text(DOCUMENT)
    assert verify_passages(read_seed(tiny_seed()), documents).failures == []

    def failures(**passage: str | None) -> list[str]:
        place = CITATION["passage"] | passage  # type: ignore[operator]
        cited = CITATION | {"passage": place, "supports": ["name", "effect", "applies_to"]}
        seed = tiny_seed(risk_factors=[RISK_FACTOR | {"citations": [cited]}])
        return verify_passages(read_seed(seed), documents).failures

    where = "seed/risk-factors.yaml:14: tea: citations[0].passage: tea-paper:"
    assert failures(start="Drinking coffee") == [
        f"{where} 'Drinking coffee' … 'the risk' not found"
    ]
    assert failures(start="Tea", end=None) == [
        f"{where} 'Tea' found 4 times; give a prefix or suffix"
    ]
    assert failures(sha256=digest("other")) == [
        f"{where} 'Drinking tea' … 'the risk' has digest "
        f"{digest('Drinking tea may lower the risk')}, got {digest('other')}"
    ]


def test_verify_says_which_document_is_missing(tiny_seed: Write, tmp_path: Path) -> None:
    empty = tmp_path / "documents"
    empty.mkdir()
    report = verify_passages(read_seed(tiny_seed()), empty)
    assert report.failures == [
        f"sources/tea-paper: no file of {empty} has SHA-256 {digest(DOCUMENT)}"
    ]
    assert report.summary == "0 passages in 0 documents, 1 failures"


def test_verify_refuses_a_passage_across_a_heading(tiny_seed: Write, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "tea.txt").write_text(DOCUMENT.replace("  • Green tea", "Kinds"))
    text = "Drinking tea may lower the risk. Kinds Black tea"
    document = digest((tmp_path / "documents" / "tea.txt").read_text())
    place = {"start": "Drinking tea", "end": "Black tea", "sha256": digest(text)}
    cited = CITATION | {"passage": place, "supports": ["name", "effect", "applies_to"]}
    seed = tiny_seed(
        sources=[SOURCE | {"document_sha256": document}],
        documents=[{"source": "tea-paper", "headings": ["Tea", "Kinds"], "boilerplate": []}],
        risk_factors=[RISK_FACTOR | {"citations": [cited]}],
    )
    assert verify_passages(read_seed(seed), tmp_path / "documents").failures == [
        "seed/risk-factors.yaml:14: tea: citations[0].passage: tea-paper: 'Drinking tea' … 'Black tea' "
        "crosses the heading 'Kinds'"
    ]


def cite(tiny_seed: Write, directory: Path, text: str, start: str, end: str | None) -> Seed:
    """A seed whose records all cite one passage of a document of this text."""
    (directory / "tea.txt").write_text(text)
    (passage,) = [text[a:b] for a, b in spans(TextQuote(start=start, end=end), text)]
    cited = {"passage": {"start": start, "end": end, "sha256": digest(passage)}}
    source, topic, factor = (
        record | {"citations": [citation | cited for citation in record["citations"]]}
        for record in (SOURCE, TOPIC, RISK_FACTOR)
    )
    source |= {"document_sha256": digest(text)}
    return read_seed(tiny_seed(sources=[source], topics=[topic], risk_factors=[factor]))


@pytest.mark.parametrize(("length", "times"), [(500, 0), (501, 3)])
def test_verify_refuses_a_long_passage(
    tiny_seed: Write, tmp_path: Path, length: int, times: int
) -> None:
    seed = cite(tiny_seed, tmp_path, f"Tea {'x' * (length - 8)} end", "Tea", "end")
    failures = verify_passages(seed, tmp_path).failures
    message = "tea-paper: 'Tea' … 'end' takes in 501 characters, at most 500"
    found = [failure.partition(": citations[0].passage: ")[2] for failure in failures]
    assert found == [message] * times


@pytest.mark.parametrize(
    ("end", "failures"),
    [("is", []), ("tea", ["tea-paper: line 1 (in part covered): Green tea is a drink."])],
)
def test_half_of_a_sentence_has_to_be_cited(
    tiny_seed: Write, tmp_path: Path, end: str, failures: list[str]
) -> None:
    text = "Green tea is a drink."  # 21 characters, of which "Green tea is" are 12
    assert cover(cite(tiny_seed, tmp_path, text, "Green", end), tmp_path).failures == failures


def test_coverage_lists_what_no_citation_covers(tiny_seed: Write, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "tea.txt").write_text(DOCUMENT)
    documents = [
        {
            "source": "tea-paper",
            "headings": ["Tea"],
            "boilerplate": [{"start": "Green tea", "reason": "an advertisement"}],
        }
    ]
    report = cover(read_seed(tiny_seed(documents=documents)), tmp_path / "documents")
    assert report.failures == ["tea-paper: line 6: Black tea"]
    assert report.summary == ("3 sentences and list items: 1 covered, 1 boilerplate, 1 uncovered")


GUIDE = "Tea\n\nTea is a drink.\n\nGreen tea\n\nIt may lower the risk.\n"


@pytest.mark.parametrize(
    ("words", "section", "fault"),
    [
        ("It may lower", "Green tea", None),
        ("It may lower", "[Risk]", None),
        ("It may lower", "Tea", "stands under 'Green tea', got 'Tea'; [Tea] if the capture lost that heading"),
        ("It may lower", None, "stands under 'Green tea', got None"),
        ("is a drink", "Green tea", "stands under 'Tea', got 'Green tea'; [Green tea] if the capture lost that heading"),
        ("Green tea", "Tea", None),  # the text does not tell the levels of its headings
        ("Tea", None, None),
    ],
)  # fmt: skip
def test_a_section_is_the_nearest_heading_above(
    words: str, section: str | None, fault: str | None
) -> None:
    document = Document(GUIDE, ["Tea", "Green tea"])
    assert describe_wrong_section(section, document.text.index(words), document) == fault


def test_verify_looks_at_sections(tiny_seed: Write, tmp_path: Path) -> None:
    (tmp_path / "tea.txt").write_text(DOCUMENT)
    headings = {"source": "tea-paper", "headings": ["Tea", "Black tea"], "boilerplate": []}
    seed = read_seed(
        tiny_seed(
            documents=[headings],
            risk_factors=[
                RISK_FACTOR
                | {
                    "citations": [
                        CITATION
                        | {"section": "Black tea", "supports": ["name", "effect", "applies_to"]}
                    ]
                }
            ],
        )
    )
    assert verify_passages(seed, tmp_path).failures == [
        "seed/risk-factors.yaml:13: tea: citations[0].section: tea-paper: 'Drinking tea' … 'the risk' "
        "stands under 'Tea', got 'Black tea'; [Black tea] if the capture lost that heading"
    ]


def test_verify_finds_words_that_were_copied(tiny_seed: Write, tmp_path: Path) -> None:
    text = "One two three four five six seven eight nine ten eleven twelve."
    seed = cite(tiny_seed, tmp_path, f"Tea. {text}", "Tea", None)
    assert verify_passages(seed, tmp_path).failures == []
    for words, times in ((text, 1), (text.upper().replace(" TWO", ", two"), 1), (text[8:], 0)):
        factor = RISK_FACTOR | {"name": f"He said: {words}"}
        factor |= {"citations": seed.records[1].seed.model_dump(mode="json")["citations"]}
        copied = read_seed(
            tiny_seed(
                sources=[SOURCE | {"document_sha256": digest(f"Tea. {text}")}],
                risk_factors=[factor],
                topics=[TOPIC],
            )
        )
        found = [f for f in verify_passages(copied, tmp_path).failures if "word for word" in f]
        assert len(found) == times
        run = "one two three four five six seven eight nine ten eleven"
        where = "seed/risk-factors.yaml:2: tea: name: repeats tea-paper word for word"
        assert found == [f"{where}: {run!r}"] * times


def test_verify_finds_a_document_that_names_a_record_and_is_not_cited(
    tiny_seed: Write, tmp_path: Path
) -> None:
    (tmp_path / "tea.txt").write_text(DOCUMENT)
    page = {"passage": None, "section": "Tea", "seen": "publisher-page"}
    elsewhere = CITATION | page | {"supports": ["name", "effect", "applies_to"]}

    def failures(name: str) -> list[str]:
        tea = RISK_FACTOR | {"name": name, "citations": [elsewhere]}
        return verify_passages(read_seed(tiny_seed(risk_factors=[tea])), tmp_path).failures

    where = "seed/risk-factors.yaml:7: tea: citations"
    message = "tea-paper names 'green TEA', and no citation is of it"
    assert failures("green TEA") == [f"{where}: {message}"]
    assert failures("Tea") == [f"{where}: {message.replace('green TEA', 'Tea')}"]
    assert failures("tee") == failures("TEA") == failures("Greens") == []


def test_verify_does_one_source(tiny_seed: Write, tmp_path: Path) -> None:
    (tmp_path / "tea.txt").write_text(DOCUMENT)
    other = SOURCE | {"id": "tea-registry", "document_sha256": digest("other")}
    seed = read_seed(tiny_seed(sources=[SOURCE, other]))
    assert "1 failures" in verify_passages(seed, tmp_path).summary
    report = verify_passages(seed, tmp_path, "tea-paper")
    assert report.summary == "4 passages in 1 documents, 0 failures"


def test_each_sentence_is_listed_with_what_cites_it(tiny_seed: Write) -> None:
    documents = [
        {
            "source": "tea-paper",
            "headings": [],
            "boilerplate": [{"start": "Green tea", "reason": "an advertisement"}],
        }
    ]
    seed = read_seed(tiny_seed(documents=documents))
    assert list(list_citing(seed, "tea-paper", DOCUMENT)) == [
        "1: Tea",
        "    sources/tea-paper: title, publisher",
        "3: Drinking tea may lower the risk.",
        "    topics/tea-topic: summary",
        "    risk-factors/tea: name, effect, applies_to",
        "5: Green tea",
        "    boilerplate",
        "6: Black tea",
        "    no record cites it",
    ]
