"""Write the values of a record's fields as parts of a text, each item with its footnotes."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from pydantic import AnyHttpUrl
from pydantic.fields import FieldInfo

from app.model.annotation import find_models, without_null
from app.model.place import Item
from app.model.record import Link as RecordLink
from app.model.resource import Resource
from app.model.value import refers_to
from app.pages.footnotes import Footnotes, make_anchor
from app.pages.views import Answers, Piece
from app.pages.words import field_words, say_day, say_number, say_word, upper_first

ISO_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")
UNSTATED = Piece("not stated", is_absent=True)
# Whole numbers without separators.
PLAIN_NUMBERS = ("diagnosed_from", "diagnosed_to", "period_from", "period_to")
# Where an identifier of another registry is looked up.
REGISTRIES = {
    "doi": "https://doi.org/{}",
    "nct_id": "https://clinicaltrials.gov/study/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
}


def is_web(address: Any) -> bool:
    """Whether an address may become a link: the web's own schemes, and no script."""
    return isinstance(address, str) and address.startswith(("https://", "http://"))


def outside(text: str, address: str | None) -> Piece:
    """A link that leaves the service, or the text alone without an address of the web."""
    return Piece(text, address, is_outside=True) if is_web(address) else Piece(text)


def is_absent(value: Any) -> bool:
    """Whether a source does not state a value."""
    return value is None or value == [] or value == "not-stated"


def is_record_link(value: Any) -> bool:
    """Whether a value is the address of a record with its name."""
    return isinstance(value, dict) and RecordLink.model_fields.keys() <= value.keys()


def join_pieces(groups: list[list[Piece]], between: str = ", ") -> list[Piece]:
    """Several texts as one, with a comma between them."""
    joined: list[Piece] = []
    for group in groups:
        joined += [Piece(between), *group] if joined else group
    return joined


class FieldType(NamedTuple):
    """What the type of a field says of its values."""

    refers: str | None  # the kind of record that they name by its id
    is_address: bool
    keys: tuple[str, ...]  # by which an item of a list is cited
    is_editorial: bool


@cache
def field_types(resource: Resource) -> Mapping[str, FieldType]:
    """What the types of a collection's fields say."""
    links = resource.links_model.model_fields if resource.links_model else {}
    return {n: read_type(field) for n, field in (resource.model.model_fields | links).items()}


def read_type(field: FieldInfo) -> FieldType:
    """What the type of a field says."""
    items = (model for model in find_models(field.annotation) if issubclass(model, Item))
    extra = field.json_schema_extra
    return FieldType(
        refers_to(field.annotation),
        without_null(field.annotation) is AnyHttpUrl,
        next((model.key_fields for model in items), ()),
        isinstance(extra, dict) and bool(extra.get("x-editorial")),
    )


UNTYPED = FieldType(None, False, (), False)  # of a part of an object


class Writer:
    """Writes the values of one record."""

    def __init__(
        self,
        resource: Resource,
        answers: Answers,
        feet: Footnotes | None = None,
        *,
        is_short: bool = False,
    ) -> None:
        self.resource = resource
        self.answers = answers
        self.feet = feet
        self.is_short = is_short  # dates in tables
        self.types = field_types(resource)

    def write(self, name: str, value: Any, path: str = "") -> list[Piece]:
        """The value of a field; `path` is where it stands in words of a vocabulary."""
        if is_absent(value):
            return [UNSTATED]
        if isinstance(value, list):
            return self.write_list(name, value, path)
        if isinstance(value, dict):
            return self.write_object(name, value, path)
        return [self.write_one(name, value, path or name)]

    def write_one(self, name: str, value: Any, path: str) -> Piece:
        """A single value."""
        if isinstance(value, bool):
            return Piece(say_word(self.resource.kind, path, value))
        if isinstance(value, int | Decimal):
            return Piece(str(value) if name in PLAIN_NUMBERS else say_number(value))
        if ISO_DAY.fullmatch(value):
            return Piece(say_day(value, short=self.is_short), date=value)
        if name in REGISTRIES:
            return outside(value, REGISTRIES[name].format(value))
        field = self.types.get(name, UNTYPED)
        if field.is_address:
            return outside(value, value)
        if field.refers:
            return Piece(*self.answers.link(field.refers, value)[:2])
        text = say_word(self.resource.kind, path, value)
        is_word = path in field_words(self.resource.kind)
        return Piece(text if is_word or self.is_short else upper_first(text))

    def write_list(self, name: str, values: list[Any], path: str) -> list[Piece]:
        """The items of a list, each with its own place and footnotes."""
        groups = []
        for value in values:
            place = f"{name}[{self.item_key(name, value)}]"
            marks = self.feet.of(place) if self.feet else ()
            *first, last = self.write(name, value, path)
            anchor = make_anchor(place) if marks else None
            groups.append([*first, last._replace(place=anchor, marks=marks)])
        return join_pieces(groups)

    def write_object(self, name: str, value: Mapping[str, Any], path: str) -> list[Piece]:
        """The parts of an object; a code or another record is a link."""
        if is_record_link(value):
            return [Piece(value["name"], value["url"])]
        if "curie" in value:
            return [Piece(f"{self.say_system(value)} "), outside(value["code"], value["url"])]
        if "comparator" in value and "value" in value:
            number = say_number(value["value"])
            before = "" if value["comparator"] == "exactly" else f"{value['comparator']} "
            return [Piece(f"{before.replace('-', ' ')}{number} {value.get('unit') or ''}".strip())]
        stated = [(part, inner) for part, inner in value.items() if not is_absent(inner)]
        return join_pieces(
            [self.write(part, inner, f"{path or name}.{part}") for part, inner in stated]
        )

    def say_system(self, code: Mapping[str, Any]) -> str:
        """The name of the vocabulary that a code is of."""
        return say_word(self.resource.kind, "codes.system", code["system"])

    def item_key(self, name: str, value: Any) -> str:
        """The key by which an item of a list is cited."""
        if not isinstance(value, dict):
            return str(value)
        return " ".join(str(value[key]) for key in self.types.get(name, UNTYPED).keys)
