"""/v1/lookup: find records by a code, name or identifier."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from app.model.record import Ref
from app.pages.finding import lookup_page
from app.serving.answers import Listed, WithMeta
from app.serving.errors import InvalidParameters, ParameterError, describe_problems
from app.serving.parameters import PageQuery
from app.serving.routes.requests import PAGE_CONTENT, ServiceDep, respond
from app.store.lookups import find_refs

router = APIRouter(prefix="/v1/lookup", tags=["search"])
LookupKey = Annotated[str, Field(min_length=1)]


class LookupQuery(PageQuery):
    """Parameters of the lookup: exactly one of the three."""

    code: LookupKey = Field(
        default_factory=str,
        description="A CURIE, such as `RXNORM:224905` or `HGNC:3430`.",
    )
    name: LookupKey = Field(
        default_factory=str,
        description="A name, brand name, alias or symbol, in any case.",
    )
    id: LookupKey = Field(default_factory=str, description="An identifier, also a withdrawn one.")


KEYS = ("code", "name", "id")


class LookupResult(Listed):
    """Records found."""

    items: list[Ref] = Field(description="The records that have the key; may be empty.")


class LookupAnswer(WithMeta, LookupResult):
    """Records found, with the version of the data."""


@router.get(
    "",
    summary="Look up a record",
    response_model=LookupAnswer,
    responses=PAGE_CONTENT | describe_problems(406),
)
async def get_lookup(
    request: Request, service: ServiceDep, query: Annotated[LookupQuery, Query()]
) -> Response:
    """The records that have a code of another vocabulary, a name or alias, or an identifier.

    A withdrawn identifier finds its successor. Use exactly one of the three parameters.
    """
    keys = query.model_dump(include={*KEYS}, exclude_defaults=True)
    if len(keys) != 1:
        detail = f"exactly one of {', '.join(KEYS)} is required"
        raise InvalidParameters(
            *(ParameterError.create(name, keys.get(name), detail) for name in keys or KEYS)
        )
    ((scheme, value),) = keys.items()
    refs = find_refs(service.database, scheme, value)
    text = f'{{"items":[{",".join(refs)}],"total":{len(refs)},"next":null}}'
    page = partial(lookup_page, scheme=scheme, value=value)
    return respond(request, service, query, text, page)
