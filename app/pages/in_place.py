"""Read records in place as whole ones, as far as a page shows them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from app.model.flat import lists_of_objects
from app.pages.tables import find_resource
from app.pages.views import Answers

JsonObject = Mapping[str, Any]


def whole_records(record: JsonObject, name: str, answers: Answers) -> list[JsonObject]:
    """The records of one list in place, with their addresses, nulls and passages."""
    resource = find_resource(name)
    address = f"{answers.base_url}/v1/{resource.kind}/"
    return [
        fill(resource.model, part | evidence(part, record["cited"]) | {"url": address + part["id"]})
        for part in record[name]
    ]


def evidence(part: JsonObject, cited: Sequence[JsonObject]) -> dict[str, Any]:
    """The citations and notes of a record in place, with what they cite."""
    notes = [{**note, "citations": list(cite(note, cited))} for note in part["notes"]]
    return {"citations": list(cite(part, cited)), "notes": notes}


def cite(part: JsonObject, cited: Sequence[JsonObject]) -> Iterator[JsonObject]:
    """Yield the citations of a record in place, or of a note on it."""
    for citation in part["citations"]:
        yield {**cited[citation["cited"]], "supports": citation["supports"]}


@cache
def parts_of(model: type[BaseModel]) -> Mapping[str, type[BaseModel]]:
    """The lists of objects in a record, without its evidence."""
    lists = lists_of_objects(model)
    return {name: lists[name] for name in lists if name not in ("citations", "notes")}


def fill(model: type[BaseModel], values: JsonObject) -> dict[str, Any]:
    """An object with null in each field that was left out, at every depth."""
    filled: dict[str, Any] = {**dict.fromkeys(model.model_fields), **values}
    for name, inner in parts_of(model).items():
        filled[name] = [fill(inner, item) for item in filled[name]]
    return filled
