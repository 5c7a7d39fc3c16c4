"""Topics: the subjects, in reading order, that all records are arranged under."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field
from sqlmodel import Field as SQLField

from app.model.field import AS_WRITTEN, Described
from app.model.record import KIND, Cited, Identified, RecordSeed, Ref
from app.model.resource import Graph, KindRow, Loaded, Resource
from app.model.value import Text, TopicId
from app.model.vocabulary import EDITORIAL


class TopicFields(Described):
    """Fields of a topic."""

    title: Text = Field(description="Title.", json_schema_extra=EDITORIAL)
    summary: Text = Field(description="What the sources say about it, in one or two sentences.")
    parent: Annotated[TopicId | None, AS_WRITTEN] = Field(
        None, description="Parent topic; null at the top.", json_schema_extra=EDITORIAL
    )


class TopicSeed(TopicFields, RecordSeed):
    """A topic in `seed/topics.yaml`."""


class Topic(Cited, TopicFields, Identified):
    """A subject, in reading order, with one level of children."""

    kind: Literal["topics"] = KIND


class TopicRow(KindRow, table=True):
    """The row of a topic in its typed table, with a foreign key to its parent."""

    __tablename__ = "topic"

    parent: TopicId | None = SQLField(
        default=None, description="Id of its parent.", foreign_key="record.id"
    )


class TopicLinks(BaseModel):
    """Links of a single topic."""

    children: list[Ref] = Field(description="The topics below it, in reading order.")
    records: list[Ref] = Field(description="All records of this topic, in reading order.")


def topic_links(topic: Loaded, graph: Graph) -> TopicLinks:
    """The children and the records of a topic."""
    return TopicLinks(
        children=graph.refs(TopicSeed, lambda child: child.parent == topic.seed.id),
        records=graph.refs(RecordSeed, lambda record: record.topic == topic.seed.id),
    )


TOPICS = Resource(
    kind="topics",
    singular="topic",
    plural="topics",
    label="title",
    about="Subjects in reading order; a single topic lists every record that belongs to it.",
    seed=TopicSeed,
    model=Topic,
    row=TopicRow,
    columns=("name", "summary"),
    names=("title",),
    stated=("summary",),
    schema_org=lambda topic: {"@type": "CreativeWork", "abstract": topic["summary"]},
    links=topic_links,
    links_model=TopicLinks,
)
