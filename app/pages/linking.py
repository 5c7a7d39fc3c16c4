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


class LastChanges:
    """What the last release changed in a record, as a sentence."""

    def __init__(self, changes: Mapping[str, Any]) -> None:
        version, before = changes["version"], changes["before"]
        self.others = f"Unchanged in {version}, since {before}."
        if before is None:
            self.others = f"First published in {version}."
        self.sentences = {added["id"]: f"New in {version}." for added in changes["added"]}
        for change in changes["changed"]:
            kind, fields = change["kind"], change["fields"]
            names = ", ".join(field_label(name, kind).lower() for name in fields)
            self.sentences[change["id"]] = f"Changed in {version}, since {before}: {names}."

    def say(self, record_id: str) -> str:
        """The sentence about a record."""
        return self.sentences.get(record_id, self.others)


def keep_changes(answers: Answers) -> LastChanges:
    """What the last release changed, read once."""
    return answers.keep(("changes",), lambda: LastChanges(answers.changes()))
