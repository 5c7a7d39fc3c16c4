"""Pages of the closed lists of words, with the meaning of each word."""

from collections.abc import Mapping
from typing import Any

from app.pages.frame import TablesView, tables_page
from app.pages.views import Answers, Cell, ColumnHead, Hyperlink, PageView, Piece, TableView
from app.pages.words import upper_first

WORDS_TITLE = "What each word means"
ABOUT_WORDS = "What each word of a closed list means: kinds of notes, measures of survival …"


def readable(name: str) -> str:
    """A name in kebab case as words."""
    return upper_first(name.replace("-", " "))


def vocabularies_page(answer: Mapping[str, Any], answers: Answers, address: str) -> PageView:
    """Every closed list of words."""
    rows = [
        [
            Cell([Piece(readable(words["name"]), words["url"])]),
            Cell([Piece(words["about"])]),
            Cell([Piece(", ".join(word["label"] for word in words["words"]))]),
        ]
        for words in answer["items"]
    ]
    columns = [ColumnHead("List"), ColumnHead("What it says"), ColumnHead("Words")]
    table = TableView("Closed lists of words", columns, rows)
    return tables_page(WORDS_TITLE, address, TablesView(ABOUT_WORDS, [table]), answers)


def vocabulary_page(answer: Mapping[str, Any], answers: Answers, address: str) -> PageView:
    """One closed list of words with their meanings."""
    title = readable(answer["name"])
    rows = [
        [
            Cell([Piece(word["label"])], place=word["value"], below=word["value"]),
            Cell([Piece(upper_first(word["meaning"]))]),
        ]
        for word in answer["words"]
    ]
    table = TableView(
        f"{title}: words in their order", [ColumnHead("Word"), ColumnHead("Meaning")], rows
    )
    used = f"Used in {', '.join(answer['fields'])}."
    view = TablesView(answer["about"], [table], [used] if answer["fields"] else [])
    back = Hyperlink(WORDS_TITLE, f"{answers.base_url}/v1/vocabularies")
    return tables_page(title, answer["url"], view, answers, [back])
