"""Topics: the reading structure of all that is served."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Field as SQLField

from app.db import SessionDep
from app.errors import documented
from app.listing import ListQuery, Page, RecordId, RecordQuery, RecordSort, Sort, page, single
from app.records import (
    Cited,
    Identified,
    KindRow,
    Loaded,
    RecordSeed,
    Ref,
    Resource,
    Text,
    TopicId,
    WithMeta,
)
from app.vocabulary import EDITORIAL

router = APIRouter(prefix="/topics", tags=["topics"])


class TopicFields(BaseModel):
    """The own fields of a topic."""

    title: Text = Field(description="Title.", json_schema_extra=EDITORIAL)
    summary: Text = Field(description="What the sources say of it, in one or two sentences.")
    parent: TopicId | None = Field(
        None, description="The topic above it; null at the top.", json_schema_extra=EDITORIAL
    )


class TopicSeed(TopicFields, RecordSeed):
    """A topic in `seed/topics.yaml`."""

    LABEL: ClassVar[str] = "title"


class TopicRow(KindRow, table=True):
    """The filters of topics."""

    __tablename__ = "topic"

    parent: str | None = SQLField(default=None, foreign_key="record.id", index=True)


class Topic(Cited, TopicFields, Identified):
    """A subject, in reading order, with one level of children."""


class TopicDetail(BaseModel):
    """What a single topic leads to."""

    children: list[Ref] = Field(description="The topics below it, in reading order.")
    records: list[Ref] = Field(description="All records of this topic, in reading order.")


class TopicAnswer(WithMeta, TopicDetail, Topic):
    """A topic with all that belongs to it."""


class TopicPage(Page[Topic]):
    """One page of topics."""


class TopicQuery(ListQuery):
    """What the list of topics can be asked."""

    parent: list[TopicId] = Field([], description="Id of its parent.")
    sort: Sort[RecordSort] = []


def detail(topic: Loaded, records: list[Loaded]) -> TopicDetail:
    """The children and the records of a topic."""
    return TopicDetail(
        children=[r.ref for r in records if getattr(r.seed, "parent", None) == topic.seed.id],
        records=[r.ref for r in records if r.seed.topic == topic.seed.id],
    )


TOPICS = Resource(
    kind="topics",
    about="Subjects in reading order; a single topic lists every record that belongs to it.",
    seed=TopicSeed,
    row=TopicRow,
    answer=Topic,
    router=router,
    detail=detail,
)


@router.get("", summary="List topics", response_model=TopicPage, responses=documented(422))
async def list_topics(
    request: Request, session: SessionDep, query: Annotated[TopicQuery, Query()]
) -> Response:
    """The reading structure: every subject with a cited summary, parents before their children."""
    return page(request, session, TOPICS, query)


@router.get(
    "/{id}", summary="Get a topic", response_model=TopicAnswer, responses=documented(404, 422)
)
async def get_topic(
    request: Request, session: SessionDep, id: RecordId, query: Annotated[RecordQuery, Query()]
) -> Response:
    """One subject with its cited summary, its children and all records that belong to it."""
    return single(request, session, TOPICS, id)
