"""/v1/search: search over all records."""

import json
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.pages.finding import search_page
from app.serving.answers import WithMeta, write_object
from app.serving.cursors import next_link
from app.serving.errors import describe_problems
from app.serving.routes.direct import DirectRoute
from app.serving.routes.requests import PAGE_CONTENT, ServiceDep, own_address, respond
from app.serving.search import Hits, SearchQuery, find_hits

router = APIRouter(prefix="/v1/search", tags=["search"], route_class=DirectRoute)


class SearchAnswer(WithMeta, Hits):
    """Records found, with the version of the data."""


@router.get(
    "",
    summary="Search all records",
    response_model=SearchAnswer,
    responses=PAGE_CONTENT | describe_problems(406),
)
async def search(
    request: Request, service: ServiceDep, query: Annotated[SearchQuery, Query()]
) -> Response:
    """Finds the record that is meant first, however it is spelled: T-DM1, TDM1 and Kadcyla are one.

    `"words in quotes"` stand side by side, `-word` must not occur. The sign of a receptor counts:
    `HR-/HER2+` does not find `HR+/HER2+`. If no record has all words, records with some of them are
    found (`all_words` is false). No text is an error.
    """
    members, cursor = find_hits(service, query)
    here = own_address(request, service, query)
    following = here.next_page(cursor)
    members["next"] = json.dumps(following).encode()
    page = partial(search_page, query=query.q, chosen=query.kind)
    return respond(request, service, query, write_object(members), page, next_link(following))
