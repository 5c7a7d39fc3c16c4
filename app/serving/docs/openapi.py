"""Make the OpenAPI document: the routes, what the transport adds, and real answers as examples."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.types import Message

from app.serving.answers import PartialPage, PartialRecord
from app.serving.errors import Problem
from app.serving.export import export_index
from app.serving.service import Service, keep_with_service
from app.serving.transport import UNCACHED
from app.store.lookups import fullest_id
from app.store.releases import release_versions

# Models of answers that no route declares: the document refers to them by name.
NAMED_MODELS = (Problem, PartialPage, PartialRecord)
# A file has no example. The list of files gets its example once the files are made (see below).
WITHOUT_EXAMPLE = ("/v1/export", "/v1/export/{build}/{file}")
EXAMPLE_QUERIES = {"/v1/lookup": "?name=kadcyla", "/v1/search": "?q=kadcyla&limit=1"}
PLACEHOLDER = re.compile(r"{(\w+)}")
REQUEST_ID_HEADER = "Identifies the request; also in a problem."
ETAG_HEADER = "Strong validator of this very representation."
NEXT_HEADER = "Address of the next page, `rel=next`, if there is one."
INDEX_HEADER = "The API catalog, the OpenAPI document, documentation."
NOT_MODIFIED = "Not modified: `If-None-Match` names the validator of the answer."


def describe_api(app: FastAPI, service: Service) -> dict[str, Any]:
    """The OpenAPI document that FastAPI makes, completed with headers and examples."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        license_info=app.license_info,
        contact=app.contact,
        servers=app.servers,
        tags=app.openapi_tags,
    )
    document["security"] = []  # open to all, and the document says so
    for model in NAMED_MODELS:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= schema.pop("$defs", {}) | {model.__name__: schema}
    for path, item in document["paths"].items():
        add_transport(path, item["get"], is_paged=has_next(document, item["get"]))
    add_examples(app, service, document)
    return document


def has_next(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Whether an operation answers with one page of a list."""
    answer = operation["responses"]["200"]["content"].get("application/json", {})
    name = answer.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, {})
    return "next" in schema.get("properties", {})


def add_transport(path: str, operation: dict[str, Any], *, is_paged: bool) -> None:
    """Describe what the transport adds to an operation: headers and 304; and lists as `a,b`."""
    cached = path not in UNCACHED
    texts = {"ETag": ETAG_HEADER} if cached else {"X-Request-ID": REQUEST_ID_HEADER}
    if is_paged:
        texts["Link"] = NEXT_HEADER
    if path == "/v1":
        texts["Link"] = INDEX_HEADER
    headers = {name: describe_header(text) for name, text in texts.items()}
    operation["responses"]["200"]["headers"] = headers
    if cached:
        operation["responses"]["304"] = {"description": NOT_MODIFIED}
    for parameter in operation.get("parameters", []):
        if parameter["schema"].get("uniqueItems"):
            parameter["explode"] = False  # `a,b`; the API allows a repeated parameter too


def describe_header(description: str) -> dict[str, Any]:
    """The description of a header of an answer."""
    return {"description": description, "schema": {"type": "string"}}


def add_examples(app: FastAPI, service: Service, document: dict[str, Any]) -> None:
    """Add the real answer of the application as example to every operation that answers JSON."""
    operations = {path: item["get"] for path, item in document["paths"].items()}
    paths = [path for path in operations if path not in WITHOUT_EXAMPLE]
    addresses = [example_address(service, path) for path in paths]
    answers = asyncio.run(get_answers(app, service, [address for address, _ in addresses]))
    for path, (_, ids), answer in zip(paths, addresses, answers, strict=True):
        operations[path]["responses"]["200"]["content"]["application/json"]["example"] = answer
        for parameter in operations[path].get("parameters", []):
            if parameter["name"] in ids:
                parameter["example"] = ids[parameter["name"]]


def example_address(service: Service, path: str) -> tuple[str, dict[str, str]]:
    """The address whose answer is the example of a route, and the values in its path."""
    kind = path.split("/")[2] if path.startswith("/v1/") else ""
    best = fullest_id(service.database, kind)
    known = {"id": best, "version": release_versions(service.database)[0], "name": "effect"}
    ids = {name: known[name] or "none" for name in PLACEHOLDER.findall(path)}
    query = f"?id={best}" if best and not ids else EXAMPLE_QUERIES.get(path, "")
    return path.format(**ids) + query, ids


async def get_answers(app: FastAPI, service: Service, addresses: list[str]) -> list[Any]:
    """The JSON that the application answers at each address."""
    return [await get_answer(app, service, address) for address in addresses]


async def get_answer(app: FastAPI, service: Service, address: str) -> Any:
    """The JSON that the application answers at one address."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [],
        "state": {"service": service, "reload_error": None},
    }
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return json.loads(b"".join(parts))


def without_examples(document: Mapping[str, Any]) -> dict[str, Any]:
    """The OpenAPI document without examples: the part that does not change with the data."""
    plain: dict[str, Any] = json.loads(json.dumps(document), object_hook=without_example)
    return plain


def without_example(value: dict[str, Any]) -> dict[str, Any]:
    """A parameter or media type without its example."""
    is_shown = "schema" in value and "example" in value
    return {name: value[name] for name in value if not (is_shown and name == "example")}


@keep_with_service
def whole_document(service: Service) -> dict[str, Any]:
    """The stored OpenAPI document, with the example that was missing: the list of files."""
    document = json.loads(service.public(service.database.openapi.encode()))
    answer = document["paths"]["/v1/export"]["get"]["responses"]["200"]["content"]
    files = json.loads(export_index(service))
    answer["application/json"]["example"] = files | {"meta": json.loads(service.meta)}
    return dict(document)


@keep_with_service
def openapi_json(service: Service) -> bytes:
    """The OpenAPI document as JSON."""
    return json.dumps(whole_document(service), ensure_ascii=False).encode()


@keep_with_service
def openapi_yaml(service: Service) -> bytes:
    """The OpenAPI document as YAML."""
    document = whole_document(service)
    dumper = yaml.CSafeDumper
    text = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True)
    return str(text).encode()
