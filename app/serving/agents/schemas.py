"""JSON Schemas of arguments and results, short: a client reads all of them in every session."""

from typing import Any

from pydantic import BaseModel

# Keywords that tell a language model nothing.
SILENT_KEYWORDS = (
    "title",
    "default",
    "x-vocabulary",
    "x-enum-varnames",
    "x-enum-labels",
    "maxLength",
)


def write_schema(model: type[BaseModel], mode: str) -> dict[str, Any]:
    """The schema of a model: words of closed lists in place, without what says nothing."""
    schema = model.model_json_schema(mode="serialization" if mode == "output" else "validation")
    shared = schema.pop("$defs", {})
    words = {name: made["enum"] for name, made in shared.items() if "enum" in made}
    kept = {name: shorten(made, words) for name, made in shared.items() if name not in words}
    short: dict[str, Any] = shorten(schema, words)
    short.pop("description", None)
    return short | ({"$defs": kept} if kept else {})


def shorten(schema: Any, words: dict[str, list[str]]) -> Any:
    """A part of a schema; one that may be null is not required, so its null need not be told."""
    if isinstance(schema, list):
        return [shorten(part, words) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: value for key, value in schema.items() if key not in SILENT_KEYWORDS}
    if isinstance(made.get("properties"), dict):
        fields = made.pop("properties")
        made["properties"] = {name: shorten(field, words) for name, field in fields.items()}
        return {key: v if key == "properties" else shorten(v, words) for key, v in made.items()}
    if "anyOf" in made:
        options = [option for option in made.pop("anyOf") if option != {"type": "null"}]
        made = (options[0] if len(options) == 1 else {"anyOf": options}) | made
        return shorten(made, words)
    reference = str(made.get("$ref", "")).rpartition("/")[2]
    if reference in words:
        del made["$ref"]
        made = {"enum": words[reference]} | made
    return {key: shorten(value, words) for key, value in made.items()}
