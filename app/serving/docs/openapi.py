"""The OpenAPI document: the routes, what the transport adds, and examples that are true."""

import asyncio
import json
import re
from functools import cache, partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from sqlmodel import Session
from starlette.types import Message

from app.serving.answers import PartialPage, PartialRecord, absolute
from app.serving.errors import Problem
from app.serving.export import export_index
from app.store.records import fullest_id
from app.store.releases import release_versions

# Stands in the stored document for the public address, which only the server knows.
PUBLIC_URL = "https://public-url.invalid"
# Models that the document refers to by name.
NAMED = (Problem, PartialPage, PartialRecord)
# A file has no example; what the files are is known when they are made.
LATER = ("/v1/export", "/v1/export/{build}/{file}")
EXAMPLE_QUERIES = {"/v1/lookup": "?name=kadcyla", "/v1/search": "?q=kadcyla&limit=1"}
PLACEHOLDER = re.compile(r"{(\w+)}")


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: the routes as FastAPI sees them, with true examples."""
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
    for model in NAMED:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= schema.pop("$defs", {}) | {model.__name__: schema}
    for path, item in document["paths"].items():
        add_transport(item["get"], "PartialPage" in str(item) or path == "/v1/search")
    set_examples(app, document)
    return document


def add_transport(operation: dict[str, Any], paged: bool) -> None:
    """Describe what the transport adds to an operation, and how its lists of names are written."""
    good = operation["responses"]["200"]
    cached = operation["operationId"] not in ("get_health", "get_readiness")
    told = {"X-Request-ID": "Identifies the request; also in a problem."}
    told |= {"ETag": "Strong validator of this very representation."} if cached else {}
    good["headers"] = {name: header(text) for name, text in told.items()}
    if paged:
        good["headers"]["Link"] = header("Address of the next page, `rel=next`, if there is one.")
    if operation["operationId"] == "get_index":
        good["headers"]["Link"] = header("The API catalog, the OpenAPI document, documentation.")
    if cached:
        unchanged = "Not modified: `If-None-Match` names the validator of the answer."
        operation["responses"]["304"] = {"description": unchanged}
    for parameter in operation.get("parameters", []):
        if parameter["schema"].get("uniqueItems"):
            parameter["explode"] = False  # `a,b`; a repeated parameter is taken too


def header(description: str) -> dict[str, Any]:
    """How the OpenAPI document describes a header of an answer."""
    return {"description": description, "schema": {"type": "string"}}


def set_examples(app: FastAPI, document: dict[str, Any]) -> None:
    """Show what the application itself answers, for every route that answers in JSON."""
    operations = {path: item["get"] for path, item in document["paths"].items()}
    addresses = {path: example_address(app, path) for path in operations if path not in LATER}
    answers = asyncio.run(answers_of(app, [address for address, _ in addresses.values()]))
    for (path, (_, ids)), answer in zip(addresses.items(), answers, strict=True):
        operations[path]["responses"]["200"]["content"]["application/json"]["example"] = answer
        for parameter in operations[path].get("parameters", []):
            if parameter["name"] in ids:
                parameter["example"] = ids[parameter["name"]]


def example_address(app: FastAPI, path: str) -> tuple[str, dict[str, str]]:
    """The address whose answer is the example of a route, and what stands in its path."""
    kind = path.split("/")[2] if path.startswith("/v1/") else ""
    with Session(app.state.engine) as session:
        best = fullest_id(session, kind)
        known = {"id": best, "version": release_versions(session)[0], "name": "effect"}
    ids = {name: known[name] or "none" for name in PLACEHOLDER.findall(path)}
    query = f"?id={best}" if best and not ids else EXAMPLE_QUERIES.get(path, "")
    return path.format(**ids) + query, ids


async def answers_of(app: FastAPI, addresses: list[str]) -> list[Any]:
    """What the application answers to each address: the examples are made by the code itself."""
    return [await answer_of(app, address) for address in addresses]


async def answer_of(app: FastAPI, address: str) -> Any:
    """What the application answers to one address."""
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
    }
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return json.loads(b"".join(parts))


def contract(document: dict[str, Any]) -> dict[str, Any]:
    """What of the OpenAPI document does not change with the data: all but its examples."""
    plain: dict[str, Any] = json.loads(json.dumps(document), object_hook=without_example)
    return plain


def without_example(value: dict[str, Any]) -> dict[str, Any]:
    """A parameter or media type without its example."""
    is_shown = "schema" in value and "example" in value
    return {name: value[name] for name in value if not (is_shown and name == "example")}


def whole_document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document with its last example: the files, which are made when asked for."""
    document = app.openapi()
    answer = document["paths"]["/v1/export"]["get"]["responses"]["200"]["content"]
    if "example" not in answer["application/json"]:
        files = json.loads(absolute(app, export_index(app)))
        answer["application/json"]["example"] = files | {"meta": json.loads(app.state.meta)}
    return document


def install(app: FastAPI, stored: str) -> None:
    """Let the application have the document that the build has stored."""
    text = stored.replace(PUBLIC_URL, app.state.base_url)
    app.openapi = cache(partial(json.loads, text))  # type: ignore[method-assign]
