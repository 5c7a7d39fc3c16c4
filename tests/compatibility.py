"""What a change of the OpenAPI document means to a client that was made from the old one.

A client breaks if something that it may send is no longer taken, or something that it relies on in
an answer may be missing or different. A new word in an answer breaks it too: generated clients know
only the words that they were made with. What a person reads breaks nothing.
"""

from collections.abc import Iterator
from typing import Any

READ_BY_PEOPLE = ("description", "summary", "title", "tags", "example", "examples", "links")


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Every change, one a line: `breaking: …` or `compatible: …`."""
    found = [*compare_operations(operations(old), operations(new))]
    found += compare_schemas(old["components"]["schemas"], new["components"]["schemas"])
    return found or ["compatible: only words that people read"] * (old != new)


def operations(document: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{verb} {path}": o for path, item in document["paths"].items() for verb, o in item.items()
    }


def compare_operations(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    yield from (f"breaking: {name} is gone" for name in old.keys() - new.keys())
    yield from (f"compatible: {name} is new" for name in new.keys() - old.keys())
    for name in sorted(old.keys() & new.keys()):
        if old[name].get("operationId") != new[name].get("operationId"):
            yield f"breaking: {name}: operationId changed"
        before, after = (
            {(p["in"], p["name"]): p for p in operation.get("parameters", [])}
            for operation in (old[name], new[name])
        )
        yield from compare_parameters(name, before, after)
        yield from compare_answers(name, old[name]["responses"], new[name]["responses"])


def compare_parameters(place: str, old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[str]:
    yield from (f"breaking: {place}: parameter {key[1]} is gone" for key in old.keys() - new.keys())
    for key in sorted(new):
        required = new[key].get("required", False)
        if key not in old:
            kind = "breaking" if required else "compatible"
            yield f"{kind}: {place}: parameter {key[1]} is new"
            continue
        if required and not old[key].get("required", False):
            yield f"breaking: {place}: parameter {key[1]} is now required"
        before, after = plain(old[key]["schema"]), plain(new[key]["schema"])
        yield from compare_values(f"{place}: parameter {key[1]}", before, after, more="compatible")


def compare_answers(place: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for status in sorted(old.keys() | new.keys()):
        before, after = (side.get(status, {}).get("content", {}) for side in (old, new))
        for media in sorted(before.keys() | after.keys()):
            where = f"{place}: {status} {media}"
            if media not in after:
                yield f"breaking: {where} is gone"
            elif media not in before:
                yield f"compatible: {where} is new"
            elif plain(before[media]) != plain(after[media]):
                yield f"breaking: {where} has another schema"


def compare_schemas(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    # A schema that no operation refers to any more is no loss by itself.
    yield from (f"compatible: schema {name} is gone" for name in sorted(old.keys() - new.keys()))
    yield from (f"compatible: schema {name} is new" for name in sorted(new.keys() - old.keys()))
    for name in sorted(old.keys() & new.keys()):
        before, after = plain(old[name]), plain(new[name])
        had, has = before.pop("properties", {}), after.pop("properties", {})
        lost = set(before.pop("required", [])) - set(after.pop("required", []))
        yield from (
            f"breaking: {name}.{field} may be missing" for field in sorted(lost & has.keys())
        )
        yield from (
            f"breaking: {name}.{field} is gone" for field in sorted(had.keys() - has.keys())
        )
        yield from (
            f"compatible: {name}.{field} is new" for field in sorted(has.keys() - had.keys())
        )
        for field in sorted(had.keys() & has.keys()):
            yield from compare_values(f"{name}.{field}", had[field], has[field], more="breaking")
        yield from compare_values(name, before, after, more="breaking")


def compare_values(place: str, old: Any, new: Any, *, more: str) -> Iterator[str]:
    """Compare two schemas of a value; `more` says what an additional word means to a client."""
    if old == new:
        return
    before, after = words(old), words(new)
    if before and after and without_words(old) == without_words(new):
        yield from (
            f"breaking: {place} has no {word!r} any more" for word in sorted(before - after)
        )
        yield from (f"{more}: {place} has the new word {word!r}" for word in sorted(after - before))
    else:
        yield f"breaking: {place} changed from {old} to {new}"


def words(schema: dict[str, Any]) -> set[str]:
    return set(schema.get("enum", []) or schema.get("items", {}).get("enum", []))


def without_words(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    return {key: without_words(value) for key, value in schema.items() if key != "enum"}


def plain(schema: Any) -> Any:
    """A schema without what only people read: descriptions, titles, examples."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        # A property may have the name of a keyword.
        key: {name: plain(field) for name, field in value.items()}
        if key == "properties"
        else plain(value)
        for key, value in schema.items()
        if key not in READ_BY_PEOPLE
    }
