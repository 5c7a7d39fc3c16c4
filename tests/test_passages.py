"""Text fragments, passages and digests, without any seed."""

import pytest
from pydantic import ValidationError

from app.model.passage import Passage, digest, fold, spans, text_fragment

DIGEST = digest("any")


def find(passage: Passage, text: str) -> list[str]:
    return [text[start:end] for start, end in spans(passage, text)]


def passage(start: str, end: str | None = None, **around: str) -> Passage:
    return Passage(start=start, end=end, sha256=DIGEST, **around)


@pytest.mark.parametrize(
    ("words", "encoded"),
    [
        ("HER2-positive", "HER2%2Dpositive"),
        ("lung, liver", "lung%2C%20liver"),
        ("ducts & lobules", "ducts%20%26%20lobules"),
        ("about 20%", "about%2020%25"),
        ("isn’t", "isn%E2%80%99t"),
        ("Köln", "K%C3%B6ln"),
        ("HR+/HER2+", "HR%2B%2FHER2%2B"),
        ("a:b=c#d?e", "a%3Ab%3Dc%23d%3Fe"),
    ],
)
def test_all_but_letters_and_digits_is_percent_encoded(words: str, encoded: str) -> None:
    assert text_fragment(passage(words)) == f"#:~:text={encoded}"


def test_a_fragment_has_its_four_parts_in_order() -> None:
    full = passage("start", "end", prefix="be-fore", suffix="after")
    assert text_fragment(full) == "#:~:text=be%2Dfore-,start,end,-after"
    assert text_fragment(passage("start", "end")) == "#:~:text=start,end"
    assert text_fragment(passage("start", suffix="after")) == "#:~:text=start,-after"
    assert text_fragment(passage("start", prefix="before")) == "#:~:text=before-,start"


def test_folding_drops_line_breaks_and_list_marks_but_no_bullet_inside_a_line() -> None:
    assert fold("A list:\n\n  • one\n  •  two • three\n") == "A list: one two • three"


def test_a_passage_runs_from_its_first_words_to_the_nearest_last_words() -> None:
    text = fold("One two. One three\nfour. Five four.")
    assert find(passage("One three", "four"), text) == ["One three four"]


def test_words_match_whole_and_without_regard_to_case_as_in_a_browser() -> None:
    assert find(passage("bone"), "Bone pain, backbone, bones.") == ["Bone"]


def test_every_match_is_found_so_that_ambiguity_shows() -> None:
    text = "The first risk. The second risk."
    assert find(passage("The", "risk"), text) == ["The first risk", "The second risk"]
    assert find(passage("risk"), text) == ["risk", "risk"]


def test_prefix_and_suffix_single_out_one_match() -> None:
    text = fold("The first\nrisk. The second risk.")
    assert find(passage("risk", prefix="second"), text) == ["risk"]
    assert find(passage("The", "risk", suffix="The second"), text) == []
    assert find(passage("The", "risk.", suffix="The second"), text) == ["The first risk."]
    assert find(passage("The", prefix="nothing"), text) == []


def test_signs_that_mean_something_in_a_pattern_are_plain_text() -> None:
    assert find(passage("(HER2+)"), "HER2-positive (HER2+) cancer") == ["(HER2+)"]


@pytest.mark.parametrize(
    "parts",
    [
        {"start": "one two three four five six seven eight nine"},
        {"start": "one two three four five six seven", "end": "end"},
        {"start": " "},
        {"start": "start", "prefix": "one two three four five six seven eight nine"},
    ],
)
def test_a_passage_is_never_a_quotation(parts: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"should be 1 to [68] words"):
        Passage(**parts, sha256=DIGEST)  # type: ignore[arg-type]


def test_a_passage_without_digest_is_refused() -> None:
    with pytest.raises(ValidationError, match="sha256"):
        Passage.model_validate({"start": "start"})
