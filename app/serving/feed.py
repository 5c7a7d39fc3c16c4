"""The Atom feed of releases (RFC 4287), joined from stored entries."""

from xml.sax.saxutils import escape

from app.model.json_text import BASE_URL
from app.serving.json_ld import LICENSE_URL
from app.serving.service import TITLE, Service
from app.store.releases import feed_entries

ATOM = "application/atom+xml"


def write_feed(service: Service) -> bytes:
    """The feed, newest release first."""
    entries = feed_entries(service.database)
    updated = entries[0][1] if entries else service.database.release.date.isoformat()
    url = f"{BASE_URL}/v1/releases"
    feed = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{url}</id><title>{TITLE}: releases</title>'
        f"<updated>{updated}T00:00:00Z</updated><author><name>{TITLE}</name></author>"
        f'<link rel="self" type="{ATOM}" href="{url}.atom"/>'
        f'<link rel="alternate" type="application/json" href="{url}"/>'
        f"<rights>{LICENSE_URL}</rights>{''.join(entry for entry, _ in entries)}</feed>\n"
    )
    return feed.replace(BASE_URL, escape(service.base_url, {'"': "&quot;"})).encode()
