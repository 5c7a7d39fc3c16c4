"""/v1/lookup: find records by codes, names or identifiers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.pages.finding import lookup_page
from app.serving.answers import WithMeta
from app.serving.errors import describe_problems
from app.serving.lookup import LookupQuery, LookupResult, look_up
from app.serving.routes.direct import DirectRoute
from app.serving.routes.requests import PAGE_CONTENT, ServiceDep, respond

router = APIRouter(prefix="/v1/lookup", tags=["search"], route_class=DirectRoute)


class LookupAnswer(WithMeta, LookupResult):
    """Records found, with the version of the data."""


@router.get(
    "",
    summary="Look up records",
    response_model=LookupAnswer,
    responses=PAGE_CONTENT | describe_problems(406),
)
async def get_lookup(
    request: Request, service: ServiceDep, query: Annotated[LookupQuery, Query()]
) -> Response:
    """The records that have codes of other registries, names or aliases, or identifiers of ours.

    Many keys go in one call; `keys` says of each how it matches, or that no record has it.
    """
    refs, results = look_up(service.database, query)
    keys = ",".join(result.model_dump_json() for result in results)
    text = f'{{"items":[{",".join(refs)}],"total":{len(refs)},"next":null,"keys":[{keys}]}}'
    return respond(request, service, query, text, lookup_page)
