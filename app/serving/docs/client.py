"""Make the OpenAPI document for client generators: JSON only, and half the size."""

import json
import re
from collections.abc import Iterator
from typing import Any

from app.serving.docs.openapi import SCHEMAS, whole_document, without_examples
from app.serving.service import Service, keep_with_service

# Parameters that change the shape of an answer, which one generated type can't follow.
RESHAPING = ("format", "fields", "facets")
# The statuses that a client distinguishes; all problems have one shape.
STATUSES = ("200", "404", "410", "422")
JSON_TYPES = ("application/json", "application/problem+json")
# A file in one of several types: a client keeps its bytes as they are.
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
SHARED_COMPONENTS = ("parameters", "responses")
REFERENCE = re.compile(rf'"{SCHEMAS}([^"]+)"')


@keep_with_service
def client_document(service: Service) -> bytes:
    """The OpenAPI document without other formats, reshaping parameters and examples."""
    document = without_examples(whole_document(service))
    for item in document["paths"].values():
        operation = item["get"]
        operation["parameters"] = [
            describe_once(parameter)
            for parameter in operation.get("parameters", [])
            if parameter["name"] not in RESHAPING
        ]
        operation["responses"] = {
            status: keep_json(response)
            for status, response in operation["responses"].items()
            if status in STATUSES
        }
    document["components"] |= share_parts(document["paths"])
    schemas = document["components"]["schemas"]
    parts = {name: part for name, part in document.items() if name != "components"}
    parts |= {name: document["components"][name] for name in SHARED_COMPONENTS}
    used = set(find_schemas(json.dumps(parts), schemas))
    document["components"]["schemas"] = {
        name: without_labels(schemas[name]) for name in schemas if name in used
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def without_labels(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without its title, which repeats its name, and without the labels of its fields.

    Of labels some generators would make names.
    """
    for labeled in (schema, *schema.get("properties", {}).values()):
        labeled.pop("title", None)
    return schema


def describe_once(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter without the title and description that its schema repeats."""
    repeated = ("title", "description")
    schema = {name: part for name, part in parameter["schema"].items() if name not in repeated}
    return parameter | {"schema": schema}


def share_parts(paths: dict[str, Any]) -> dict[str, Any]:
    """Put what several operations repeat word for word in one place, and refer to it there."""
    operations = [item["get"] for item in paths.values()]
    parts = [
        (o["parameters"], number) for o in operations for number in range(len(o["parameters"]))
    ]
    problems = [(o["responses"], status) for o in operations for status in STATUSES[1:]]
    answers = [(holder, status) for holder, status in problems if status in holder]
    return {
        "parameters": share(parts, "parameters"),
        "responses": share(answers, "responses"),
    }


def share(places: list[tuple[Any, Any]], component: str) -> dict[str, Any]:
    """The parts that stand in several places, by name; each place gets a reference instead."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for holder, key in places:
        found.setdefault(json.dumps(holder[key]), []).append((holder, key))
    shared: dict[str, Any] = {}
    for text, where in found.items():
        if len(where) > 1:
            part = json.loads(text)
            name = f"{part.get('in', where[0][1])}-{part.get('name', len(shared))}"
            name = name if name not in shared else f"{name}-{len(shared)}"
            shared[name] = part
            for holder, key in where:
                holder[key] = {"$ref": f"#/components/{component}/{name}"}
    return shared


def keep_json(response: dict[str, Any]) -> dict[str, Any]:
    """Keep JSON only in the description of a response, without headers; a file is bytes."""
    response = {name: part for name, part in response.items() if name not in ("headers", "links")}
    if content := response.get("content"):
        kept = {name: content[name] for name in JSON_TYPES if name in content}
        is_file = not kept or "application/vnd.sqlite3" in content
        response["content"] = FILE if is_file else kept
    return response


def find_schemas(text: str, schemas: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all schemas that a text refers to, directly or through others."""
    waiting, seen = REFERENCE.findall(text), set()
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            waiting += REFERENCE.findall(json.dumps(schemas[name]))
            yield name
