"""Statements as data for programs: what `search` and `survival` answer with, typed."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, Field

from app.pages.statements import StatementView
from app.pages.words import say_figure
from app.serving.answers import DISCLAIMER


class SaidBy(BaseModel):
    """A source of a statement."""

    publisher: str
    title: str | None = Field(None, description="Where no link leads there")
    as_of: str | None = Field(None, description="Date for which it speaks; absent: undated")
    deep_link: str | None = Field(None, description="Opens the passage")
    copy_read: str | None = Field(None, description="Address of the copy that was read")
    says: list[str] | None = Field(None, description="What it says, where others say the rest")
    standing: str | None = Field(None, description="Only where the source does not stand any more")


def list_said_by(view: StatementView) -> list[SaidBy]:
    """The main sources of a statement."""
    return [
        SaidBy(
            publisher=source.publisher,
            title=None if source.link else source.title,
            as_of=source.as_of,
            deep_link=source.link,
            copy_read=source.copy,
            says=list(source.says) or None,
            standing=source.flags[0].label.lower() if source.flags else None,
        )
        for source in view.sources
    ]


class FoundStatement(BaseModel):
    """A record that was found."""

    record: str = Field(description="kind/id: takes it to get_record and cite")
    name: str
    values: dict[str, str] = Field(description="Its main values, by label")
    text: str | None = Field(None, description="What it says, or the sentence that matches")
    notes: list[str] | None = Field(None, description="Kinds of curator's notes: see get_record")
    sources: list[SaidBy]
    more_sources: int | None = None

    @classmethod
    def create(cls, view: StatementView, text: str) -> Self:
        """A statement with the text to show."""
        return cls(
            record=f"{view.kind}/{view.id}",
            name=view.name,
            values=dict(view.values),
            text=text or None,
            notes=[flag.label for flag in view.flags] or None,
            sources=list_said_by(view),
            more_sources=view.more_sources or None,
        )


class DataAnswer(BaseModel):
    """What each answer has."""

    data_version: str
    disclaimer: str = DISCLAIMER
    next_cursor: str | None = Field(None, description="Absent at the end")


class SearchResult(DataAnswer):
    """Records found, best first."""

    total: int
    all_words: bool = Field(description="false: none has all words, these have some")
    did_you_mean: str | None = None
    hits: list[FoundStatement]


class CuratorNote(BaseModel):
    """What a curator adds."""

    kind: str
    text: str


class SurvivalFigure(BaseModel):
    """A survival figure with all that it takes to read it."""

    record: str
    name: str
    figure: str = Field(description="As printed, with its qualifier")
    value_percent: float
    ci_low: float | None = None
    ci_high: float | None = None
    comparator: str
    years: int = Field(description="After diagnosis")
    measure: str
    stage_system: str
    stage: str
    hr_status: str
    her2_status: str
    population: str | None = None
    diagnosed_from: int | None = None
    diagnosed_to: int | None = None
    data_provider: str
    notes: list[CuratorNote] | None = None
    sources: list[SaidBy]

    @classmethod
    def create(cls, record: Mapping[str, Any], view: StatementView) -> Self:
        """A figure from its record."""
        own = {
            "record": f"survival/{record['id']}",
            "name": view.name,
            "figure": say_figure(record),
            "notes": [CuratorNote(kind=kind, text=text) for kind, text in view.notes] or None,
            "sources": list_said_by(view),
        }
        shared = {name: record[name] for name in cls.model_fields if name in record}
        return cls.model_validate(shared | own)


class SurvivalResult(DataAnswer):
    """Survival figures; those that differ in more than stage or receptors are not one series."""

    total: int
    left_out: int = Field(description="Figures that newer years have replaced")
    figures: list[SurvivalFigure]
