"""The answers that a page needs besides its own, read from the same stored JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from app.model.json_text import read_json
from app.model.resource import Resource
from app.pages.glossary import Glossary, Linker, make_glossary
from app.pages.record import record_page
from app.pages.render import environment, write_html
from app.pages.tables import find_resource
from app.pages.views import Hyperlink, Kept
from app.resources import RESOURCES
from app.serving.query_models import query_model
from app.serving.records import get_page, get_record_text
from app.serving.service import Service, keep_with_service
from app.store.releases import all_releases, get_changes

MOST_RECORDS = 500
MOST_WARMED = 50
# What is kept; in a larger set of data what was asked for first.
MOST_KEPT = 10_000


@keep_with_service
def kept_parts(service: Service) -> dict[tuple[str, ...], Any]:
    """What stands on many pages, by what it is."""
    return {}


@keep_with_service
def kept_glossary(service: Service) -> Glossary:
    """The terms that have a record."""
    return make_glossary(Library(service))


def warm_pages(service: Service) -> None:
    """Make what every page needs, and the largest pages, before a request waits for it."""
    environment()
    kept_glossary(service)
    for resource in RESOURCES:
        if resource.relations:
            warm_records(service, resource)


def warm_records(service: Service, resource: Resource) -> None:
    """Write pages that show records of other collections in place, so that these are kept."""
    library, meta = Library(service), json.loads(service.meta)
    for listed in library.records(resource.kind, {})[:MOST_WARMED]:
        record = listed | {"cite_as": None, "meta": meta}
        page = record_page(resource, record, library, library.linker(record["url"]))
        write_html(page, meta, service.base_url, depth=0)


class Library:
    """Answers of one service as JSON has them; nobody may change them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.base_url = service.base_url
        self.contact = service.contact
        self.tools_url = service.tools_url
        self.kept = kept_parts(service)

    def keep(self, key: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
        """What stands on many pages, made once for a key; nobody may change it."""
        if key in self.kept:
            return cast(Kept, self.kept[key])
        made = make()
        if len(self.kept) < MOST_KEPT:
            self.kept[key] = made
        return made

    def record(self, kind: str, id: str) -> dict[str, Any]:
        """A single record, kept for other pages."""
        return self.keep(("record", kind, id), lambda: self.read(kind, id))

    def link(self, kind: str, id: str) -> Hyperlink:
        """The name of a record with its address."""
        return self.keep(("link", kind, id), lambda: self.read_link(kind, id))

    def read_link(self, kind: str, id: str) -> Hyperlink:
        """The name of a record with its address, read anew."""
        record = read_json(get_record_text(self.service, find_resource(kind), id)[0])
        return Hyperlink(record["name"], record["url"])

    def read(self, kind: str, id: str) -> dict[str, Any]:
        """A single record, read anew."""
        _, text = get_record_text(self.service, find_resource(kind), id)
        record: dict[str, Any] = read_json(text)
        return record

    def records(self, kind: str, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The records of a list, at most 500."""
        resource = find_resource(kind)
        query = query_model(resource)(**filters)
        return list(map(read_json, get_page(self.service, resource, query, MOST_RECORDS).texts))

    def changes(self) -> dict[str, Any]:
        """What changed in the release that is served, read anew."""
        text = get_changes(self.service.database, self.service.database.release.version)
        assert text is not None
        changes: dict[str, Any] = read_json(text)
        return changes

    def releases(self) -> list[dict[str, Any]]:
        """Every release, the newest first."""
        texts = all_releases(self.service.database)
        return [read_json(self.service.public(text.encode())) for text in texts]

    def linker(self, own: str) -> Linker:
        """Links the terms on the page of an address."""
        return Linker(kept_glossary(self.service), own)
