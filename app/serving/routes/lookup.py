"""Look up: from a code, a name or an identifier to the records."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.model.record import Ref
from app.model.vocabulary import Strict
from app.serving.answers import WithMeta
from app.serving.errors import InvalidParameters, ParameterError, describe_problems
from app.serving.routes.requests import ServiceDep, json_response
from app.store.lookups import refs_by_key

router = APIRouter(prefix="/v1/lookup", tags=["service"])
Given = Annotated[str, Field(min_length=1)]


class LookupQuery(Strict):
    """What to look up; just one of the three."""

    code: Given = Field(
        default_factory=str,
        description="A CURIE, such as `RXNORM:224905` or `HGNC:3430`.",
    )
    name: Given = Field(
        default_factory=str,
        description="A name, brand name, alias or symbol, in any case.",
    )
    id: Given = Field(default_factory=str, description="An identifier, also a withdrawn one.")


class Found(BaseModel):
    """What was found."""

    items: list[Ref] = Field(description="The records; empty if none is known by that key.")


class LookupAnswer(WithMeta, Found):
    """What was found, and in which state of the data."""


@router.get(
    "", summary="Look up a record", response_model=LookupAnswer, responses=describe_problems(406)
)
async def get_lookup(
    request: Request, service: ServiceDep, query: Annotated[LookupQuery, Query()]
) -> Response:
    """The records that a code of another vocabulary, a name or alias, or an identifier leads to.

    A withdrawn identifier leads to its successor. Give just one of the three parameters.
    """
    given = query.model_dump(exclude_defaults=True)
    if len(given) != 1:
        names = list(LookupQuery.model_fields)
        detail = f"give just one of {', '.join(names)}"
        raise InvalidParameters(
            *(ParameterError.refuse(name, given.get(name), detail) for name in given or names)
        )
    ((scheme, value),) = given.items()
    refs = refs_by_key(service.database, scheme, value)
    return json_response(request, service, f'{{"items":[{",".join(refs)}]}}')
