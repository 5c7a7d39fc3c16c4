"""From what a caller names to the record: by address, id, name, code, or the nearest by words."""

import json
import re
from typing import Any

from app.model.resource import Resource
from app.pages.markdown import escape_markdown
from app.pages.tables import find_resource
from app.resources import RESOURCES
from app.serving.agents.replies import ToolFault, mark_data
from app.serving.errors import shorten_value
from app.serving.lookup import LookupQuery, look_up
from app.serving.parameters import fold_id
from app.serving.records import raise_missing
from app.serving.search import search_records
from app.serving.service import Service
from app.store.lookups import get_record
from app.store.match import parse_query

SHORT_ADDRESS = re.compile(r"(?:/?v1/)?([a-z-]+)/([^/?#]+)/?")
READING_PLACES = {resource.kind: place for place, resource in enumerate(RESOURCES)}
# How many records are named where several have a name, or none has it.
MOST_NAMED_RECORDS = 5


def find_meant(service: Service, text: str, kind: str | None) -> tuple[Resource, str, list[str]]:
    """The collection and id of the record that is meant, and the addresses of others of its name.

    Raises ToolFault, or HTTPException for one that was withdrawn.
    """
    asked = text.strip().removeprefix(service.base_url)
    match = SHORT_ADDRESS.fullmatch(asked.lower())
    if match and match[1] in READING_PLACES:
        resource, record_id = find_resource(match[1]), fold_id(match[2])
        if get_record(service.database, resource.kind, record_id) is None:
            raise_missing(service, resource, record_id)
        return resource, record_id, []
    found = look_up_everywhere(service, asked, kind)
    if not found:
        raise ToolFault(say_unknown(service, text, kind))
    first, *others = found
    return find_resource(first["kind"]), first["id"], [name_record(ref) for ref in others]


def look_up_everywhere(service: Service, text: str, kind: str | None) -> list[dict[str, Any]]:
    """The records that have this id or name, else this code, the one that is meant first.

    An id is surer than a name, but the drug is meant and not the product of its brand.
    """

    def rank(ref: dict[str, Any]) -> tuple[bool, bool, int]:
        return ref["kind"] == "products", ref["id"] != own_id, READING_PLACES[ref["kind"]]

    own_id = fold_id(text)
    for query in (LookupQuery(id=[text], name=[text]), LookupQuery(code=[text])):
        refs, _ = look_up(service.database, query)
        found = [ref for ref in map(json.loads, refs) if kind in (None, ref["kind"])]
        if found:
            return sorted(found, key=rank)[: MOST_NAMED_RECORDS + 1]
    return []


def find_near_records(
    service: Service, text: str, kind: str | None
) -> tuple[list[dict[str, Any]], bool]:
    """The records that some words mean, best first, and whether they have all words."""
    only = {"kind": [kind]} if kind else {}
    query = parse_query(text)
    found, all_words, _ = search_records(service.database, query, only, MOST_NAMED_RECORDS, 0)
    return [json.loads(match.ref) for match in found.rows], all_words


def say_unknown(service: Service, text: str, kind: str | None) -> str:
    """That no record is named so, and which ones come nearest."""
    _, (result,) = look_up(service.database, LookupQuery(name=[text]))
    near = f" Did you mean {result.did_you_mean!r}?" if result.did_you_mean else ""
    near_records, _ = find_near_records(service, text, kind)
    names = "; ".join(map(name_record, near_records))
    found = f" The search finds:\n{mark_data(names)}" if names else ""
    within = f" in {kind}" if kind else ""
    return f"No record{within} has the id, name or code {shorten_value(text)!r}.{near}{found}"


def name_record(ref: dict[str, Any]) -> str:
    """A record by its short address and its name."""
    return f"{ref['kind']}/{ref['id']} ({escape_markdown(ref['name'])})"
