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
REFERENCE = re.compile(rf'"{SCHEMAS}([^"]+)"')


@keep_with_service
def client_document(service: Service) -> bytes:
    """The OpenAPI document without other formats, reshaping parameters and examples."""
    document = without_examples(whole_document(service))
    for item in document["paths"].values():
        operation = item["get"]
        operation["parameters"] = [
            parameter
            for parameter in operation.get("parameters", [])
            if parameter["name"] not in RESHAPING
        ]
        operation["responses"] = {
            status: keep_json(response)
            for status, response in operation["responses"].items()
            if status in STATUSES
        }
    schemas = document["components"]["schemas"]
    used = set(find_schemas(json.dumps(document["paths"]), schemas))
    document["components"]["schemas"] = {name: schemas[name] for name in schemas if name in used}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def keep_json(response: dict[str, Any]) -> dict[str, Any]:
    """Keep JSON only in the description of a response; a file is bytes."""
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
