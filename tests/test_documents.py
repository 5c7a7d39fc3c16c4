"""Comparing the data with the captured documents: `verify` and `coverage`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.curation.documents import cover, verify_passages
from app.curation.reader import read_seed
from app.curation.seed import Seed
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

    where = "risk-factors/tea: citations[0]: tea-paper: passage"
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
        "risk-factors/tea: citations[0]: tea-paper: passage 'Drinking tea' … 'Black tea' "
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
    message = "tea-paper: passage 'Tea' … 'end' takes in 501 characters, at most 500"
    assert [failure.partition(": citations[0]: ")[2] for failure in failures] == [message] * times


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
