"""Pages of the closed lists of words, with the meaning of each word."""

from collections.abc import Mapping
from typing import Any

from app.pages.frame import TablesView, tables_page
from app.pages.views import Answers, Cell, Column, Link, Page, Part, Table
from app.pages.words import upper_first

TITLE = "What each word means"
ABOUT = "What each word of a closed list means: the kinds of notes, the measures of survival …"


def readable(name: str) -> str:
    """A name in kebab case as words."""
    return upper_first(name.replace("-", " "))


def vocabularies_page(answer: Mapping[str, Any], answers: Answers, address: str) -> Page:
    """Every closed list of words."""
    rows = [
        [
            Cell([Part(readable(words["name"]), words["url"])]),
            Cell([Part(words["about"])]),
            Cell([Part(", ".join(word["label"] for word in words["words"]))]),
        ]
        for words in answer["items"]
    ]
    columns = [Column("List"), Column("What it says"), Column("Words")]
    table = Table("Closed lists of words", columns, rows)
    return tables_page(TITLE, address, TablesView(ABOUT, [table]), answers)


def vocabulary_page(answer: Mapping[str, Any], answers: Answers, address: str) -> Page:
    """One closed list of words with their meanings."""
    title = readable(answer["name"])
    rows = [
        [
            Cell([Part(word["label"])], place=word["value"], below=word["value"]),
            Cell([Part(upper_first(word["meaning"]))]),
        ]
        for word in answer["words"]
    ]
    table = Table(f"{title}: words in their order", [Column("Word"), Column("Meaning")], rows)
    used = f"Used in {', '.join(answer['fields'])}."
    view = TablesView(answer["about"], [table], [used] if answer["fields"] else [])
    back = Link(TITLE, f"{answers.base_url}/v1/vocabularies")
    return tables_page(title, answer["url"], view, answers, [back])
