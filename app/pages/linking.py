"""Links between records, and what a value of a record is: a text, a table, links to others."""

from collections.abc import Mapping
from typing import Any

from app.pages.frame import flag_kinds
from app.pages.values import is_record_link
from app.pages.views import Answers, Flag, Linked
from app.pages.words import field_label, upper_first


def base(place: str) -> str:
    """The field of a place."""
    return place.partition("[")[0]


def is_group(value: Any) -> bool:
    """Whether a value is a list of links to records."""
    return isinstance(value, list) and bool(value) and is_record_link(value[0])


def is_table(value: Any) -> bool:
    """Whether a value is a list of objects that are no links and no codes."""
    is_objects = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    return is_objects and not is_group(value) and "curie" not in value[0]


def link_record(ref: Mapping[str, Any]) -> Linked:
    """A link to a record, flagged with the kinds of its notes."""
    flags = flag_kinds(ref.get("note_kinds", []))
    return Linked(upper_first(ref["name"]), ref["url"], ref.get("kind", ""), flags)


def agreement(agree: bool) -> Flag:
    """Whether the answers of a comparison agree, as a flag."""
    return Flag("agree", "Sources agree") if agree else Flag("differ", "Sources differ")


def link_comparison(link: Mapping[str, Any], answers: Answers) -> Linked:
    """A comparison that a record is part of."""
    record = answers.record("comparisons", link["id"])
    return Linked(link["name"], link["url"], "comparisons", [agreement(record["agree"])])


def say_change(record_id: str, changes: Mapping[str, Any]) -> str:
    """What the last release changed in a record, as a sentence."""
    version, before = changes["version"], changes["before"]
    if before is None:
        return f"First published in {version}."
    if any(added["id"] == record_id for added in changes["added"]):
        return f"New in {version}."
    for change in changes["changed"]:
        if change["id"] == record_id:
            names = ", ".join(field_label(name).lower() for name in change["fields"])
            return f"Changed in {version}, since {before}: {names}."
    return f"Unchanged in {version}, since {before}."
