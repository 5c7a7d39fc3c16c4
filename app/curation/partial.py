"""Read one record: its field errors, and beside them what the rules over several fields find."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from app.curation.messages import describe_fault
from app.model.citation import CitationSeed
from app.model.note import NoteSeed
from app.model.record import RecordSeed
from app.model.rule import Broken, RulesBroken


def read_record(model: type[RecordSeed], raw: dict[str, Any]) -> RecordSeed | list[Broken]:
    """The record, or all that is wrong with it."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    broken: list[Broken] = []
    for item in errors:
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, RulesBroken):
            return cause.broken
        broken.append((item["loc"], describe_fault(item, model)))
    return broken + list(broken_beside(model, raw, {str(item["loc"][0]) for item in errors}))


def broken_beside(
    model: type[RecordSeed], raw: dict[str, Any], faulty: set[str]
) -> Iterator[Broken]:
    """What the rules find in a record with faulty fields."""
    citations = raw.get("citations")
    if isinstance(citations, list) and citations:
        record = model.model_construct(**dict(readable_fields(model, raw, faulty)))
        record.citations = [read_citation(item) for item in citations]
        record.notes = list(readable_notes(raw.get("notes")))
        yield from record.broken_rules(frozenset(faulty - {"citations", "notes"}))


def readable_fields(
    model: type[RecordSeed], raw: dict[str, Any], faulty: set[str]
) -> Iterator[tuple[str, Any]]:
    """The values of a record's fields, those of the faulty ones as they are written."""
    for name, info in model.model_fields.items():
        if name in raw and name not in ("citations", "notes"):
            if name in faulty:
                yield name, raw[name]
            else:
                annotation: Any = Annotated[info.annotation, *info.metadata, None]
                yield name, TypeAdapter(annotation).validate_python(raw[name])


def read_citation(raw: Any) -> CitationSeed:
    """A citation, or of a faulty one the fields that it means to support."""
    try:
        return CitationSeed.model_validate(raw)
    except ValidationError:
        supports = raw.get("supports") if isinstance(raw, dict) else None
        places = supports if isinstance(supports, list) else [supports]
        texts = [place for place in places if isinstance(place, str)]
        return CitationSeed.model_construct(source="", supports=texts)


def readable_notes(raw: Any) -> Iterator[NoteSeed]:
    """The notes of a record up to the first that is faulty, so that each keeps its number."""
    for item in raw if isinstance(raw, list) else ():
        try:
            yield NoteSeed.model_validate(item)
        except ValidationError:
            return
