"""Write a release as an entry of an Atom feed (RFC 4287)."""

from collections import Counter
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from app.model.json_text import BASE_URL
from app.model.labels import say_count
from app.model.release import Addition, Changes, ReleaseInfo

# Records that an entry names of each kind of change; the list of changes has all.
MOST_NAMED = 200


def feed_entry(info: ReleaseInfo, changes: Changes) -> str:
    """The entry of a release, with the records that were added, changed or withdrawn."""
    entry = Element("entry")
    SubElement(entry, "id").text = info.url
    SubElement(entry, "title").text = f"HER2 Facts {info.version}"
    SubElement(entry, "updated").text = f"{info.date}T00:00:00Z"
    SubElement(entry, "link", rel="alternate", type="application/json", href=info.url)
    changes_link = SubElement(entry, "link", rel="related", type="application/json")
    changes_link.set("href", info.changes_url)
    SubElement(entry, "summary").text = summarize(info, changes)
    SubElement(entry, "content", type="html").text = describe_changes(info, changes)
    return tostring(entry, encoding="unicode")


def summarize(info: ReleaseInfo, changes: Changes) -> str:
    """What a release is, in a sentence."""
    records = say_count(sum(info.counts.values()), "record")
    if changes.before is None:
        return f"The first release, with {records}."
    counts = ", ".join(f"{number} {word}" for word, number in info.changes.items())
    return f"{records}. Since {changes.before}: {counts}."


def describe_changes(info: ReleaseInfo, changes: Changes) -> str:
    """The changed records as a list in HTML."""
    parts = [f"<p>{escape(summarize(info, changes))}</p>"]
    changed: dict[str, list[tuple[Addition, str]]] = {
        "Added": [(item, "") for item in changes.added],
        "Changed": [(item, ", ".join(item.fields)) for item in changes.changed],
        "Withdrawn": [(item, item.reason) for item in changes.withdrawn],
    }
    for word, items in changed.items():
        if items:
            kinds = Counter(item.kind for item, _ in items)
            counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
            named = "".join(describe_item(item, text) for item, text in items[:MOST_NAMED])
            rest = len(items) - MOST_NAMED
            more = f"<li>and {rest} more</li>" if rest > 0 else ""
            parts.append(f"<p>{word}: {escape(counts)}</p><ul>{named}{more}</ul>")
    return "".join(parts)


def describe_item(item: Addition, text: str) -> str:
    """A record with its address and what is said of it."""
    url = escape(f"{BASE_URL}/v1/{item.kind}/{item.id}")
    about = f": {escape(text)}" if text else ""
    return f'<li><a href="{url}">{escape(item.name)}</a>{about}</li>'
