"""The JSON texts that are stored: addresses without their base URL, figures with their digits."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import BaseModel, GetJsonSchemaHandler, PlainSerializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

# Stands for the base URL in every stored text: the control character DEL, which JSON does not
# escape and the loader rejects in the seed. Replacing a single byte is much faster than several.
BASE_URL: Final = "\x7f"
BASE_URL_BYTES: Final = BASE_URL.encode()
# A figure on its way into JSON. Neither Pydantic nor `json` can write a number with given digits,
# so it is written as a text with the mark in front, which then loses mark and quotes.
MARKED_FIGURE = re.compile(rf'"(?:{BASE_URL}|\\u007f)(-?[0-9.]+)"')


# Made once: `json.loads` would make one for each text.
DECODER = json.JSONDecoder(parse_float=Decimal)


def insert_base_url(text: bytes, base_url: bytes) -> bytes:
    """Put the public base URL in front of every `/v1…` address in a stored JSON text."""
    return text.replace(BASE_URL_BYTES, base_url)


def mark_figure(figure: Decimal) -> str:
    """A figure as a text that `MARKED_FIGURE` finds."""
    return f"{BASE_URL}{figure:f}"


class NumberSchema:
    """Describes a figure as the number that it is in JSON, with its limits."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        limits = {"minimum": core.get("ge"), "maximum": core.get("le")}
        return {"type": "number"} | {n: float(v) for n, v in limits.items() if v is not None}


# A number with the digits that its source prints: 84.0 is not 84.
Figure = Annotated[
    Decimal, PlainSerializer(mark_figure, return_type=str, when_used="json"), NumberSchema()
]


def write_model(model: BaseModel) -> str:
    """The JSON of a model; its figures keep their digits."""
    return MARKED_FIGURE.sub(r"\1", model.model_dump_json())


def write_json(value: Any, **style: Any) -> str:
    """The JSON of plain data; its figures keep their digits."""
    return MARKED_FIGURE.sub(r"\1", json.dumps(value, default=mark_figure, **style))


class UnreadRecord(Mapping[str, Any]):
    """A record that is read from its JSON once more than its id is asked for."""

    def __init__(self, id: str, text: bytes) -> None:
        self.id = id
        self.text = text

    @cached_property
    def record(self) -> dict[str, Any]:
        """The fields of the record."""
        record: dict[str, Any] = read_json(self.text)
        return record

    def __getitem__(self, name: str) -> Any:
        return self.id if name == "id" else self.record[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.record)

    def __len__(self) -> int:
        return len(self.record)


def read_json(text: bytes | str) -> Any:
    """The plain data of a JSON text; a number that is not whole is a figure with its digits."""
    return DECODER.decode(text if isinstance(text, str) else text.decode())
