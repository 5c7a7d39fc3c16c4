"""/v1/vocabularies: every closed list of words, with the meaning of each word."""

from functools import cache
from typing import Annotated, NoReturn

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import Field

from app.model.annotation import word_fields
from app.model.field import Described, named_things
from app.model.json_text import BASE_URL
from app.model.record import Cited
from app.model.vocabulary import Vocabulary
from app.pages.vocabularies import vocabularies_page, vocabulary_page
from app.resources import NAMED, RESOURCES, Kind
from app.serving.answers import Listed, WithMeta
from app.serving.errors import describe_problems, raise_not_found
from app.serving.hints import nearest_word
from app.serving.lookup import KeyMatch
from app.serving.parameters import ListQuery, PageQuery, RecordId
from app.serving.routes.requests import PAGE_CONTENT, ServiceDep, respond

router = APIRouter(
    prefix="/v1/vocabularies",
    tags=["vocabularies"],
    responses=PAGE_CONTENT | describe_problems(406),
)


class Word(Described):
    """One word of a vocabulary."""

    value: str = Field(description="The word, as in answers and parameters.")
    label: str = Field(description="The word as people write it.")
    order: int = Field(description="Its place in the list, from 1; sorting follows it.")
    meaning: str = Field(description="What it means.")


class VocabularyInfo(Described):
    """A closed list of words."""

    name: str = Field(description="Name of the vocabulary.")
    url: str = Field(description="Address of the vocabulary.")
    about: str = Field(description="What its words describe.")
    fields: list[str] = Field(
        description="Fields and parameters that hold its words, as `survival.stage`; without a "
        "collection where every record or list has it, as `applies_to`."
    )
    words: list[Word] = Field(description="Every word.")


class VocabularyList(Listed):
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


@cache
def vocabulary_fields() -> dict[str, type[Vocabulary]]:
    """The vocabulary of every field and parameter that has one.

    A field that every record or list has is written alone, others behind their collection.
    """
    shared: dict[str, type[Vocabulary]] = {"kind": Kind}
    shared |= dict(word_fields(Cited)) | dict(word_fields(ListQuery))
    fields = {
        f"{resource.kind}.{name}": words
        for resource in RESOURCES
        for name, words in word_fields(resource.model)
        if name not in shared
    }
    named = {
        f"{resource.kind}.{name}": NAMED[things]
        for resource in RESOURCES
        for name, field in resource.model.model_fields.items()
        if (things := named_things(field))
    }
    return shared | fields | named | {"lookup.keys.match": KeyMatch}


def is_name(name: str, info: VocabularyInfo) -> bool:
    """Whether a field of this name, with or without its collection, holds words of a vocabulary."""
    return any(f".{field}".endswith(f".{name}") for field in info.fields)


def find_by_name(name: str) -> list[VocabularyInfo]:
    """The vocabulary of this name, else all that have a field of this name."""
    known = all_vocabularies()
    return [known[name]] if name in known else [i for i in known.values() if is_name(name, i)]


def raise_unknown(name: str, several: list[str] | None) -> NoReturn:
    """Raise HTTPException 404: no vocabulary has the name, or several have such a field."""
    if several:
        raise HTTPException(
            404, f"{name!r} is a field of several vocabularies: {', '.join(several)}."
        )
    raise_not_found("vocabulary", name, nearest_word(name, [*all_vocabularies()]))


def describe_vocabulary(words: type[Vocabulary]) -> VocabularyInfo:
    """A vocabulary with the meaning of each word."""
    name = words.kebab_name()
    return VocabularyInfo(
        name=name,
        url=f"{BASE_URL}/v1/vocabularies/{name}",
        about=words.__doc__ or "",
        fields=[name for name, kind in vocabulary_fields().items() if kind is words],
        words=[
            Word(value=word.value, label=word.label, order=order, meaning=word.meaning)
            for order, word in enumerate(words, 1)
        ],
    )


@router.get(
    "",
    summary="List vocabularies",
    response_model=VocabularyListAnswer,
)
async def list_vocabularies(
    request: Request, service: ServiceDep, query: Annotated[PageQuery, Query()]
) -> Response:
    """Every closed list of words that fields and parameters use, with the meaning of each word."""
    found = list(all_vocabularies().values())
    items = VocabularyList(items=found, total=len(found), next=None)
    return respond(request, service, query, items.model_dump_json(), vocabularies_page)


@router.get(
    "/{name}",
    summary="Get a vocabulary",
    response_model=VocabularyAnswer,
    responses=describe_problems(404),
)
async def get_vocabulary(
    request: Request,
    service: ServiceDep,
    name: RecordId,
    query: Annotated[PageQuery, Query()],
) -> Response:
    """One closed list of words, by its name or by the name of a field that holds them."""
    found = find_by_name(name)
    if len(found) != 1:
        raise_unknown(name, [info.name for info in found] or None)
    return respond(request, service, query, found[0].model_dump_json(), vocabulary_page)
