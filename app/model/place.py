"""Places in a record: a field, or an item of a list by its key, never by its number."""

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel

from app.model.field import Strict


class Item(Strict):
    """An item of a list, which is cited by its key: the values of these fields, in this order."""

    key_fields: ClassVar[tuple[str, ...]]


def item_key(item: Any) -> str | None:
    """The key of an item: a text is its key itself. None if only the whole list can be cited."""
    if isinstance(item, Item):
        return " ".join(str(getattr(item, name)) for name in item.key_fields)
    return None if isinstance(item, BaseModel) else str(item)


def item_keys(value: Any) -> list[str]:
    """The keys of the items in a list; empty for another value or items without keys."""
    keys = map(item_key, value) if isinstance(value, list) else ()
    return [key for key in keys if key is not None]


def item_places(name: str, value: Any) -> list[str]:
    """The places in a field that need support: `route[oral]`, `route[infusion]`, or the field."""
    return [f"{name}[{key}]" for key in item_keys(value)] or [name]


def all_places(record: BaseModel, names: list[str]) -> Iterator[str]:
    """Yield every place in these fields that a citation can name."""
    for name in names:
        yield from dict.fromkeys([name, *item_places(name, getattr(record, name, None))])
