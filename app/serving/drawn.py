"""What the page of a list shows of kinds that are drawn: every record, as half of them misleads."""

from app.model.json_text import UnreadRecord
from app.model.resource import Resource
from app.pages.listing import DRAWN
from app.serving.library import MOST_RECORDS
from app.serving.parameters import ListQuery
from app.serving.records import RecordPage, get_page
from app.serving.service import Service


def ask_whole(resource: Resource, query: ListQuery) -> ListQuery:
    """The query of a page: where all records are drawn, the table has all of them, too."""
    if resource.kind in DRAWN and not query.model_fields_set & {"limit", "cursor"}:
        return query.model_copy(update={"limit": MOST_RECORDS})
    return query


def list_drawn(
    service: Service, resource: Resource, query: ListQuery, found: RecordPage
) -> list[UnreadRecord]:
    """The records of a whole list, of which a page was found: half a drawing misleads."""
    if len(found.texts) < found.total:
        whole = query.model_copy(update={"cursor": ""})
        found = get_page(service, resource, whole, MOST_RECORDS)
    return list(map(UnreadRecord, found.ids, found.texts))
