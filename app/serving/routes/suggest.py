"""/v1/suggest: complete what is typed in a search box."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from app.model.field import Described
from app.model.record import Ref
from app.pages.finding import suggest_page
from app.resources import Kind
from app.serving.answers import Listed, WithMeta
from app.serving.errors import describe_problems
from app.serving.parameters import PageQuery, WholeNumber
from app.serving.routes.direct import DirectRoute
from app.serving.routes.requests import PAGE_CONTENT, ServiceDep, respond
from app.store.suggest import MOST_COMPLETED_NAMES, complete_name

router = APIRouter(prefix="/v1/suggest", tags=["search"], route_class=DirectRoute)


class SuggestQuery(PageQuery):
    """Parameters of the suggestions."""

    q: str = Field(max_length=200, description="What is typed so far; if blank, nothing is found.")
    kind: list[Kind] = Field(default_factory=list, description="Only these collections.")
    limit: Annotated[
        int, Field(ge=1, le=MOST_COMPLETED_NAMES, description="Most suggestions."), WholeNumber
    ] = MOST_COMPLETED_NAMES


class CompletedName(Described):
    """A name that completes what is typed."""

    text: str = Field(description="The name, as the record has it.")
    kind: Kind = Field(description="The collection of its record.")
    record: Ref = Field(description="The record.")


class Suggestions(Listed):
    """Names that complete what is typed."""

    items: list[CompletedName] = Field(
        description="Names that begin with it, the shortest first; then those with a later word "
        "that does; titles of sources last."
    )


class SuggestAnswer(WithMeta, Suggestions):
    """Names that complete what is typed, with the version of the data."""


@router.get(
    "",
    summary="Complete what is typed",
    response_model=SuggestAnswer,
    responses=PAGE_CONTENT | describe_problems(406),
)
async def get_suggestions(
    request: Request, service: ServiceDep, query: Annotated[SuggestQuery, Query()]
) -> Response:
    """Names for a search box, at most ten: letter case, hyphens and spaces do not matter."""
    found = complete_name(service.database, query.q, query.kind, query.limit)
    items = ",".join(
        f'{{"text":{json.dumps(name.text)},"kind":"{name.kind}","record":{name.ref}}}'
        for name in found
    )
    text = f'{{"items":[{items}],"total":{len(found)},"next":null}}'
    return respond(request, service, query, text, suggest_page)
