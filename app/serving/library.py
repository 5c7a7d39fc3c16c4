"""The answers that a page needs besides its own, read from the same stored JSON."""

from typing import Any

from app.model.json_text import read_json
from app.pages.glossary import Glossary, Linker, make_glossary
from app.pages.render import environment
from app.pages.tables import find_resource
from app.serving.query_models import query_model
from app.serving.records import get_page, get_record_text
from app.serving.service import Service, keep_with_service
from app.store.releases import all_releases, get_changes

# Collections whose records stand on many pages: each is read once.
KEPT_KINDS = ("comparisons", "sources", "topics")
MOST_RECORDS = 500


@keep_with_service
def kept_answers(service: Service) -> dict[Any, Any]:
    """What was read once, by what it is."""
    return {}


@keep_with_service
def kept_glossary(service: Service) -> Glossary:
    """The terms that have a record."""
    return make_glossary(Library(service))


def warm_pages(service: Service) -> None:
    """Make what every page needs, before the first request waits for it."""
    environment()
    kept_glossary(service)


class Library:
    """Answers of one service as JSON has them; nobody may change them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.base_url = service.base_url
        self.contact = service.contact

    def record(self, kind: str, id: str) -> dict[str, Any]:
        """A single record."""
        kept = kept_answers(self.service)
        if (kind, id) in kept:
            return dict(kept[kind, id])
        _, text = get_record_text(self.service, find_resource(kind), id)
        record: dict[str, Any] = read_json(text)
        if kind in KEPT_KINDS:
            kept[kind, id] = record
        return record

    def records(self, kind: str, filters: dict[str, list[str]]) -> list[dict[str, Any]]:
        """The records of a list, at most 500."""
        resource = find_resource(kind)
        query = query_model(resource)(**filters)
        return list(map(read_json, get_page(self.service, resource, query, MOST_RECORDS).texts))

    def changes(self) -> dict[str, Any]:
        """What changed in the release that is served."""
        kept = kept_answers(self.service)
        if "changes" not in kept:
            version = self.service.database.release.version
            text = get_changes(self.service.database, version)
            assert text is not None
            kept["changes"] = read_json(text)
        changes: dict[str, Any] = kept["changes"]
        return changes

    def releases(self) -> list[dict[str, Any]]:
        """Every release, the newest first."""
        texts = all_releases(self.service.database)
        return [read_json(self.service.public(text.encode())) for text in texts]

    def linker(self, own: str) -> Linker:
        """Links the terms on the page of an address."""
        return Linker(kept_glossary(self.service), own)
