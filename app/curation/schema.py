"""JSON Schemas of the seed files, by which an editor completes and underlines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from app.curation.seed import Reading, ReleaseSeed, Withdrawn
from app.model.code import SYSTEMS
from app.resources import RESOURCES

# A code is written as its CURIE alone.
CURIE = {
    "type": "string",
    "description": "Compact identifier, such as `RXNORM:224905`.",
    "pattern": f"^({'|'.join(f'{system}:{SYSTEMS[system][0]}' for system in SYSTEMS)})$",
}


def list_files() -> Iterator[tuple[str, type[BaseModel], bool]]:
    """Each seed file: its name, the model of what it holds, and whether it holds a list."""
    for resource in RESOURCES:
        yield resource.kind, resource.seed, True
    yield "documents", Reading, True
    yield "withdrawn", Withdrawn, True
    yield "release", ReleaseSeed, False


def make_schema(name: str, model: type[BaseModel], is_list: bool) -> dict[str, Any]:
    """The JSON Schema of one file."""
    held: Any = list[model] if is_list else model  # type: ignore[valid-type]
    schema = TypeAdapter(held).json_schema()
    if "Code" in schema.get("$defs", {}):
        schema["$defs"]["Code"] = CURIE
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{name}.yaml"}
    return head | {key: value for key, value in schema.items() if key != "title"}


def write_schemas(directory: Path) -> int:
    """Write the schema of every seed file; how many there are."""
    directory.mkdir(parents=True, exist_ok=True)
    files = list(list_files())
    for name, model, is_list in files:
        text = json.dumps(make_schema(name, model, is_list), indent=1, ensure_ascii=False)
        (directory / f"{name}.json").write_text(f"{text}\n", "utf-8")
    return len(files)
