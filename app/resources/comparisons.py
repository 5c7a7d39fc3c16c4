"""Comparisons: one question, every source's answer, and why they differ."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.model.citation import PartialDate, Refers, Slug, Text
from app.model.field import UNSEARCHED, Described
from app.model.record import Cited, Identified, RecordSeed, Ref
from app.model.resource import Graph, KindRow, Loaded, Resource
from app.model.vocabulary import EDITORIAL


class ComparisonFilters(Described):
    """Columns by which the list of comparisons can be filtered."""

    agree: bool = Field(description="Whether the answers agree.", json_schema_extra=EDITORIAL)


class ComparisonFields(ComparisonFilters):
    """Fields of a comparison, without its answers."""

    question: Text = Field(description="The question.", json_schema_extra=EDITORIAL)
    why_they_differ: Text | None = Field(
        None, description="Why the answers differ, in our own words."
    )


class ComparisonSeed(ComparisonFields, RecordSeed):
    """A comparison in `seed/comparisons.yaml`."""

    answers: list[Annotated[Slug, Refers("*"), UNSEARCHED]] = Field(
        min_length=2, json_schema_extra=EDITORIAL
    )

    @model_validator(mode="after")
    def says_why(self) -> "ComparisonSeed":
        if not self.agree and self.why_they_differ is None:
            raise ValueError("should have why_they_differ where the answers do not agree")
        return self


class AnsweringSource(Described):
    """A source that answers the question."""

    id: str = Field(description="Identifier of the source.")
    title: str = Field(description="Title.")
    deep_link: str | None = Field(description="Address that opens it at the passage.")
    as_of: PartialDate | None = Field(description="Date as of which it makes the statement.")


class ComparedAnswer(Described):
    """One answer to the question: a record, what it says, and who says so."""

    record: Ref = Field(description="The record that answers.")
    states: dict[str, Any] = Field(description="What the record states, by field.")
    sources: list[AnsweringSource] = Field(description="The sources that the record cites.")


class Comparison(Cited, ComparisonFields, Identified):
    """One question, every source's answer side by side, and why they differ."""

    answers: list[ComparedAnswer] = Field(description="The answers; none is preferred.")
    differ_in: list[str] = Field(
        description="Fields besides the value in which the figures differ: they are not one series."
    )


class ComparisonRow(ComparisonFilters, KindRow, table=True):
    """The typed row of a comparison."""


def join_answers(comparison: Loaded, graph: Graph) -> dict[str, Any]:
    """The answers of a comparison, side by side, and the fields in which they differ."""
    assert isinstance(comparison.seed, ComparisonSeed)
    records = [graph.records[name] for name in comparison.seed.answers]
    return {
        "answers": [answer_with_sources(record, graph) for record in records],
        "differ_in": fields_that_differ(records),
    }


def answer_with_sources(record: Loaded, graph: Graph) -> ComparedAnswer:
    """A record's statement, with its sources, each once."""
    stated = record.seed.model_dump(mode="json", include=set(record.seed.stated_fields()))
    sources: dict[str, AnsweringSource] = {}
    for citation in map(graph.cite, record.seed.citations):
        source = citation.source
        answering = AnsweringSource(
            id=source.id, title=source.title, deep_link=citation.deep_link, as_of=citation.as_of
        )
        sources.setdefault(source.id, answering)
    return ComparedAnswer(record=record.ref, states=stated, sources=list(sources.values()))


def fields_that_differ(records: list[Loaded]) -> list[str]:
    """The comparable fields in which figures of the same collection differ."""
    names: set[str] = set()
    for resource in {record.resource for record in records}:
        seeds = [record.seed for record in records if record.resource is resource]
        values = {name: {getattr(seed, name) for seed in seeds} for name in resource.comparable}
        names |= {name for name, different in values.items() if len(different) > 1}
    return sorted(names)


COMPARISONS = Resource(
    kind="comparisons",
    singular="comparison",
    plural="comparisons",
    label="question",
    about="Questions on which sources differ, or that several answer: the answers side by side "
    "and why they differ. Nothing is averaged and no answer is preferred.",
    seed=ComparisonSeed,
    model=Comparison,
    row=ComparisonRow,
    schema_org=lambda comparison: {
        "@type": "Question",
        "text": comparison["question"],
        "description": comparison["why_they_differ"],
        "suggestedAnswer": [
            {"@type": "Answer", "name": answer["record"]["name"], "url": answer["record"]["url"]}
            for answer in comparison["answers"]
        ],
    },
    joined=join_answers,
)
