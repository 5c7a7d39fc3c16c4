"""Comparisons: one question, every source's answer, and why they differ."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from app.model.citation import PartialDate, Refers, Slug, Text
from app.model.record import Cited, Identified, RecordSeed, Ref
from app.model.resource import Graph, Loaded, Resource, table_of
from app.model.vocabulary import EDITORIAL

# What a figure counts, for whom and when: figures that differ in one of these are no series.
TERMS = {
    "survival": (
        "comparator", "years", "measure", "stage_system", "stage", "hr_status", "her2_status",
        "population", "diagnosed_from", "diagnosed_to", "data_provider",
    ),
    "statistics": (
        "comparator", "measure", "unit", "denominator", "population", "period", "data_provider",
    ),
}  # fmt: skip


class ComparisonFields(BaseModel):
    """The own fields of a comparison, but for its answers."""

    agree: bool = Field(description="Whether the answers agree.", json_schema_extra=EDITORIAL)
    question: Text = Field(description="The question.", json_schema_extra=EDITORIAL)
    why_they_differ: Text | None = Field(
        None, description="Why the answers differ, in our own words, or null."
    )


class ComparisonSeed(ComparisonFields, RecordSeed):
    """A comparison in `seed/comparisons.yaml`."""

    answers: list[Annotated[Slug, Refers("*")]] = Field(min_length=2, json_schema_extra=EDITORIAL)

    @model_validator(mode="after")
    def says_why(self) -> "ComparisonSeed":
        if not self.agree and self.why_they_differ is None:
            raise ValueError("should have why_they_differ where the answers do not agree")
        return self


class AnsweringSource(BaseModel):
    """A source that gives an answer."""

    id: str = Field(description="Identifier of the source.")
    title: str = Field(description="Its title.")
    deep_link: str | None = Field(description="Opens it at the passage, or null.")
    as_of: PartialDate | None = Field(description="Date for which it speaks, or null.")


class ComparedAnswer(BaseModel):
    """One answer to the question: a record, what it says, and who says so."""

    record: Ref = Field(description="The record that answers.")
    states: dict[str, Any] = Field(description="What it states, by field: value, terms, words.")
    sources: list[AnsweringSource] = Field(description="The sources that it rests on.")


class Comparison(Cited, ComparisonFields, Identified):
    """One question, every source's answer side by side, and why they differ."""

    answers: list[ComparedAnswer] = Field(description="The answers; none is preferred.")
    differ_in: list[str] = Field(
        description="Fields other than the value in which the figures differ: no series."
    )


def expand(comparison: Loaded, graph: Graph) -> dict[str, Any]:
    """The answers of a comparison, side by side."""
    own = comparison.seed
    assert isinstance(own, ComparisonSeed)
    records = [graph.records[name] for name in own.answers]
    return {
        "answers": [answer_of(record, graph) for record in records],
        "differ_in": differing(records),
    }


def answer_of(record: Loaded, graph: Graph) -> ComparedAnswer:
    """What a record states, with its sources, each once."""
    stated = record.seed.model_dump(mode="json", include=set(record.seed.stated()))
    sources: dict[str, AnsweringSource] = {}
    for citation in map(graph.cite, record.seed.citations):
        source = citation.source
        sources.setdefault(
            source.id,
            AnsweringSource(
                id=source.id,
                title=source.title,
                deep_link=citation.deep_link,
                as_of=citation.as_of,
            ),
        )
    return ComparedAnswer(record=record.ref, states=stated, sources=list(sources.values()))


def differing(records: list[Loaded]) -> list[str]:
    """The terms in which figures of the same collection differ."""
    terms: set[str] = set()
    for kind, names in TERMS.items():
        seeds = [record.seed for record in records if record.resource.kind == kind]
        terms |= {name for name in names if len({getattr(seed, name) for seed in seeds}) > 1}
    return sorted(terms)


COMPARISONS = Resource(
    kind="comparisons",
    singular="comparison",
    plural="comparisons",
    label="question",
    about="Questions on which sources differ, or that several answer: the answers side by side "
    "and why they differ. Nothing is averaged and no answer is preferred.",
    seed=ComparisonSeed,
    answer=Comparison,
    row=table_of(ComparisonFields, "agree"),
    schema_org=lambda comparison: {
        "@type": "Question",
        "text": comparison["question"],
        "description": comparison["why_they_differ"],
        "suggestedAnswer": [
            {"@type": "Answer", "name": answer["record"]["name"], "url": answer["record"]["url"]}
            for answer in comparison["answers"]
        ],
    },
    expand=expand,
)
