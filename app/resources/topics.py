"""Topics: the reading structure of all that is served."""

from pydantic import BaseModel, Field
from sqlmodel import Field as SQLField

from app.model.citation import Text, TopicId
from app.model.record import Ref
from app.model.resource import KindRow, Loaded, Resource, answer_of, seed_of
from app.model.vocabulary import EDITORIAL


class TopicFields(BaseModel):
    """The own fields of a topic."""

    title: Text = Field(description="Title.", json_schema_extra=EDITORIAL)
    summary: Text = Field(description="What the sources say of it, in one or two sentences.")
    parent: TopicId | None = Field(
        None, description="The topic above it; null at the top.", json_schema_extra=EDITORIAL
    )


class TopicRow(KindRow, table=True):
    """The filters of topics."""

    __tablename__ = "topic"

    parent: TopicId | None = SQLField(
        default=None, description="Id of its parent.", foreign_key="record.id", index=True
    )


class TopicDetail(BaseModel):
    """What a single topic leads to."""

    children: list[Ref] = Field(description="The topics below it, in reading order.")
    records: list[Ref] = Field(description="All records of this topic, in reading order.")


def detail(topic: Loaded, records: list[Loaded]) -> TopicDetail:
    """The children and the records of a topic."""
    return TopicDetail(
        children=[r.ref for r in records if getattr(r.seed, "parent", None) == topic.seed.id],
        records=[r.ref for r in records if r.seed.topic == topic.seed.id],
    )


TOPICS = Resource(
    kind="topics",
    singular="topic",
    plural="topics",
    label="title",
    about="Subjects in reading order; a single topic lists every record that belongs to it.",
    seed=seed_of(TopicFields),
    row=TopicRow,
    answer=answer_of(TopicFields, about="A subject, in reading order, with one level of children."),
    schema_org=lambda topic: {"@type": "CreativeWork", "abstract": topic["summary"]},
    detail=detail,
    detail_model=TopicDetail,
)
