"""What no schema can say: which values exist now. Only for cases that the service should accept;
those that it should refuse are sent as they are.
"""

import zlib
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import schemathesis

# Parameters that name a record of a collection: the id of none is refused, with those that exist.
REFERENCES = {
    "topic": "topics", "source": "sources", "parent": "topics", "drugs": "drugs", "drug": "drugs",
}  # fmt: skip
LOOKED_UP_BY = ("code", "name", "id")
LAYOUT = {"q", "sort", "fields", "format"}


@cache
def ids(base: str, kind: str) -> list[str]:
    """The ids of a collection's records, as the service lists them."""
    found, following = [], f"{base}/v1/{kind}?fields=id&limit=500"
    while following:
        page = requests.get(following, timeout=10).json()
        found += [item["id"] for item in page["items"]]
        following = page["next"]
    return found


@cache
def values(base: str, kind: str, name: str) -> list[str]:
    """The values of a field, or the ids of a collection: a filter by another one is refused."""
    if name == "id":
        return ids(base, kind)
    page = requests.get(f"{base}/v1/{kind}", {"facets": name, "limit": 1}, timeout=10).json()
    return [item["value"] for item in page["facets"][name] if item["value"] is not None]


def named_parameters(case: schemathesis.Case) -> set[str]:
    """The filters by a name or id: lists of texts that are of no closed list."""
    found = set()
    for parameter in case.operation.definition.raw.get("parameters", []):
        items = parameter.get("schema", {}).get("items", {})
        if items.get("type") == "string" and not items.keys() & {"enum", "format", "const"}:
            found.add(parameter["name"])
    return found if case.path.count("/") == 2 and case.path != "/v1/lookup" else set()


def any_of(known: list[str], slug: str) -> str:
    """One of the ids; the same for the same slug, so that a failure can be repeated."""
    return known[zlib.crc32(slug.encode()) % len(known)]


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    query = dict(case.query)
    base = case.operation.base_url.rstrip("/")
    for name in REFERENCES.keys() & query.keys():
        known = ids(base, REFERENCES[name])
        query[name] = [slug if slug in known else any_of(known, slug) for slug in query[name]]
    kind = case.path.removeprefix("/v1/")
    for name in query.keys() & named_parameters(case) - REFERENCES.keys():
        known = values(base, kind, name)
        if known:
            query[name] = [text if text in known else any_of(known, text) for text in query[name]]
        else:
            del query[name]
    if case.path == "/v1/lookup" and not any(query.get(name) for name in LOOKED_UP_BY):
        # It takes at least one of its three parameters, and a schema speaks of one at a time.
        query = {"name": ["kadcyla"]}
    # Two rules between parameters: rows have no place for counts, JSON-LD has its own fields.
    if query.get("format", "json") != "json":
        query.pop("facets", None)
    if query.get("format", "json") not in ("json", "csv", "ndjson"):
        query.pop("fields", None)
    if query.pop("cursor", None) is not None:
        # A cursor can't be made up: take the one that this very list gives for its second page. As
        # made-up filters match little, it is mostly only the whole list that has one.
        whole = {name: query[name] for name in LAYOUT & query.keys()} | {"limit": 1}
        for asked in (query, whole):
            links = case.derive(query=asked).call().headers.get("link")
            if links:
                address = links[0].removeprefix("<").partition(">")[0]
                query = asked | {"cursor": parse_qs(urlsplit(address).query)["cursor"][0]}
                break
    case.query = query
