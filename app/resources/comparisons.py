"""Comparisons: one question, every source's answer, and why they differ."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from app.model.citation import Citation, CitationSeed
from app.model.field import NAMES_COLLECTION, NAMES_COMPARED_FIELD, UNSEARCHED, Described
from app.model.json_text import Figure
from app.model.labels import make_label
from app.model.record import KIND, Cited, Identified, RecordSeed, Ref
from app.model.resource import Graph, KindRow, Loaded, Many, Resource
from app.model.rule import Broken, rule
from app.model.value import PartialDate, Refers, Slug, Text
from app.model.vocabulary import EDITORIAL


class ComparisonFilters(Described):
    """Columns by which the list of comparisons can be filtered."""

    agree: bool = Field(description="Whether the answers agree.", json_schema_extra=EDITORIAL)


class ComparisonColumns(ComparisonFilters):
    """Columns that follow from the answers."""

    answer_kinds: Many[Annotated[str, NAMES_COLLECTION]] = Field(
        description="The collections that the answers belong to."
    )
    differ_in: Many[Annotated[str, NAMES_COMPARED_FIELD]] = Field(
        description="Fields besides the value in which the figures differ: they are not one series."
    )


class ComparisonFields(ComparisonFilters):
    """Fields of a comparison, without its answers."""

    question: Text = Field(description="The question.", json_schema_extra=EDITORIAL)
    why_they_differ: Text | None = Field(
        None, description="Why the answers differ, in our own words."
    )


class ComparisonSeed(ComparisonFields, RecordSeed):
    """A comparison in `seed/comparisons.yaml`."""

    answers: list[Annotated[Slug, Refers("*"), UNSEARCHED]] = Field(
        min_length=2,
        description="The records that answer the question.",
        json_schema_extra=EDITORIAL,
    )

    @rule("agree", "why_they_differ")
    def check_why(self) -> Iterator[Broken]:
        if not self.agree and self.why_they_differ is None:
            yield ("why_they_differ",), "is required where the answers do not agree"


class AnsweringSource(Described):
    """A source that answers the question."""

    id: str = Field(description="Identifier of the source.")
    title: str = Field(description="Title.")
    publisher: str = Field(description="Publisher.")
    deep_link: str | None = Field(description="Address that opens it at the passage.")
    as_of: PartialDate | None = Field(description="Date as of which it makes the statement.")


class StatedField(Described):
    """One field that an answer states."""

    field: str = Field(description="Name of the field, as `value_percent` or `quantity.value`.")
    label: str = Field(description="Label of the field.")
    value: str | Figure | bool | None = Field(description="Value; `not-stated` is a value too.")


class ComparedAnswer(Described):
    """One answer to the question: a record, what it says, and who says so."""

    record: Ref = Field(description="The record that answers.")
    states: list[StatedField] = Field(description="Its fields to compare: value and terms.")
    sources: list[AnsweringSource] = Field(description="The sources that the record cites.")


class Comparison(Cited, ComparisonColumns, ComparisonFields, Identified):
    """One question, every source's answer side by side, and why they differ."""

    kind: Literal["comparisons"] = KIND

    answers: list[ComparedAnswer] = Field(description="The answers; none is preferred.")


class ComparisonRow(ComparisonColumns, KindRow, table=True):
    """The row of a comparison in its typed table."""


def join_answers(comparison: Loaded, graph: Graph) -> dict[str, Any]:
    """The answers of a comparison, side by side, and the fields in which they differ."""
    assert isinstance(comparison.seed, ComparisonSeed)
    records = [graph.records[name] for name in comparison.seed.answers]
    return {
        "answers": [answer_with_sources(record, graph) for record in records],
        "answer_kinds": list(dict.fromkeys(record.resource.kind for record in records)),
        "differ_in": fields_that_differ(records),
    }


def answer_with_sources(record: Loaded, graph: Graph) -> ComparedAnswer:
    """The fields of a record to compare, with the sources that support them, each once."""
    compared = {*record.resource.stated, *record.resource.comparable}
    best: dict[str, CitationSeed] = {}
    for seed in record.seed.citations:
        if not compared.isdisjoint(place.partition("[")[0] for place in seed.supports):
            best[seed.source] = min(best.get(seed.source, seed), seed, key=rank_citation)
    sources = [answering_source(graph.cite(seed)) for seed in best.values()]
    return ComparedAnswer(
        record=record.ref, states=list(fields_to_compare(record)), sources=sources
    )


def fields_to_compare(record: Loaded) -> Iterator[StatedField]:
    """Yield the fields of a record to compare; a field with parts is split into them."""
    values = record.seed.model_dump()
    for name in (*record.resource.stated, *record.resource.comparable):
        parts = values[name] if isinstance(values[name], dict) else {"": values[name]}
        for part, value in parts.items():
            label = make_label(part or name)
            field = f"{name}.{part}".removesuffix(".")
            yield StatedField(field=field, label=label, value=value)


def answering_source(citation: Citation) -> AnsweringSource:
    """The source of a citation, with the link to its passage."""
    source = citation.source
    return AnsweringSource(
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        deep_link=citation.deep_link,
        as_of=citation.as_of,
    )


def rank_citation(citation: CitationSeed) -> tuple[int, str]:
    """Puts the citation of a source first that supports most, in whichever order they stand."""
    return -len(citation.supports), citation.model_dump_json(exclude={"supports"})


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
    columns=("name", "agree", "answer_kinds"),
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
