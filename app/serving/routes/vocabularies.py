"""Vocabularies: every closed list of words, with what each word means."""

import difflib

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

from app.model.vocabulary import Vocabulary
from app.serving.answers import WithMeta, with_meta
from app.serving.errors import documented
from app.serving.parameters import RecordId

router = APIRouter(prefix="/v1/vocabularies", tags=["service"], responses=documented(406))


class Word(BaseModel):
    """One word of a vocabulary."""

    value: str = Field(description="The word, as it stands in answers and parameters.")
    meaning: str = Field(description="What it means.")


class VocabularyInfo(BaseModel):
    """A closed list of words."""

    name: str = Field(description="Its name.")
    url: str = Field(description="Its own address.")
    about: str = Field(description="What its words say.")
    words: list[Word] = Field(description="Every word.")


class VocabularyList(BaseModel):
    """All vocabularies."""

    items: list[VocabularyInfo] = Field(description="In alphabetical order.")


class VocabularyListAnswer(WithMeta, VocabularyList):
    """All vocabularies, with the state of the data."""


class VocabularyAnswer(WithMeta, VocabularyInfo):
    """One vocabulary, with the state of the data."""


def vocabularies() -> dict[str, VocabularyInfo]:
    """Every vocabulary by its name in kebab case."""
    return dict(sorted(map(described, Vocabulary.__subclasses__())))


def described(words: type[Vocabulary]) -> tuple[str, VocabularyInfo]:
    """A vocabulary's name and content."""
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in words.__name__).strip("-")
    return name, VocabularyInfo(
        name=name,
        url=f"/v1/vocabularies/{name}",
        about=words.__doc__ or "",
        words=[Word(value=word.value, meaning=word.meaning) for word in words],
    )


@router.get(
    "",
    summary="List vocabularies",
    response_model=VocabularyListAnswer,
)
async def list_vocabularies(request: Request) -> Response:
    """Every closed list of words that fields and parameters use, with the meaning of each word."""
    items = VocabularyList(items=list(vocabularies().values()))
    return with_meta(request, items.model_dump_json())


@router.get(
    "/{name}",
    summary="Get a vocabulary",
    response_model=VocabularyAnswer,
    responses=documented(404),
)
async def get_vocabulary(request: Request, name: RecordId) -> Response:
    """One closed list of words."""
    known = vocabularies()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise HTTPException(404, f"there is no vocabulary {name!r}.{hint}")
    return with_meta(request, known[name].model_dump_json())
