"""/v1/vocabularies: every closed list of words, with the meaning of each word."""

from functools import cache

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.model.json_text import BASE_URL
from app.model.vocabulary import Vocabulary
from app.serving.answers import WithMeta
from app.serving.errors import describe_problems, nearest_word, raise_not_found
from app.serving.parameters import RecordId
from app.serving.routes.requests import ServiceDep, json_response

router = APIRouter(prefix="/v1/vocabularies", tags=["service"], responses=describe_problems(406))


class Word(BaseModel):
    """One word of a vocabulary."""

    value: str = Field(description="The word, as in answers and parameters.")
    meaning: str = Field(description="What it means.")


class VocabularyInfo(BaseModel):
    """A closed list of words."""

    name: str = Field(description="Name of the vocabulary.")
    url: str = Field(description="Address of the vocabulary.")
    about: str = Field(description="What its words describe.")
    words: list[Word] = Field(description="Every word.")


class VocabularyList(BaseModel):
    """All vocabularies."""

    items: list[VocabularyInfo] = Field(description="The vocabularies, in alphabetical order.")


class VocabularyListAnswer(WithMeta, VocabularyList):
    """All vocabularies, with the version of the data."""


class VocabularyAnswer(WithMeta, VocabularyInfo):
    """One vocabulary, with the version of the data."""


@cache
def all_vocabularies() -> dict[str, VocabularyInfo]:
    """Every vocabulary by its name in kebab case."""
    described = map(describe_vocabulary, Vocabulary.__subclasses__())
    return {info.name: info for info in sorted(described, key=lambda info: info.name)}


def describe_vocabulary(words: type[Vocabulary]) -> VocabularyInfo:
    """A vocabulary with the meaning of each word."""
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in words.__name__).strip("-")
    return VocabularyInfo(
        name=name,
        url=f"{BASE_URL}/v1/vocabularies/{name}",
        about=words.__doc__ or "",
        words=[Word(value=word.value, meaning=word.meaning) for word in words],
    )


@router.get(
    "",
    summary="List vocabularies",
    response_model=VocabularyListAnswer,
)
async def list_vocabularies(request: Request, service: ServiceDep) -> Response:
    """Every closed list of words that fields and parameters use, with the meaning of each word."""
    items = VocabularyList(items=list(all_vocabularies().values()))
    return json_response(request, service, items.model_dump_json())


@router.get(
    "/{name}",
    summary="Get a vocabulary",
    response_model=VocabularyAnswer,
    responses=describe_problems(404),
)
async def get_vocabulary(request: Request, service: ServiceDep, name: RecordId) -> Response:
    """One closed list of words."""
    known = all_vocabularies()
    if name not in known:
        raise_not_found("vocabulary", name, nearest_word(name, known))
    return json_response(request, service, known[name].model_dump_json())
