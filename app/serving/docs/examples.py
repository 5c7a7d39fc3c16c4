"""Examples in the OpenAPI document: the application's answers to real requests."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import FastAPI
from starlette.types import Message

from app.serving.errors import PROBLEM_JSON, problem_response
from app.serving.service import Service
from app.store.lookups import fullest_id, get_record
from app.store.releases import recorded_kinds, release_versions

# A file has no example. The list of files gets its example once the files are made.
WITHOUT_EXAMPLE = ("/v1/export", "/v1/export/{build}/{file}")
# The record that a reader looks for first. Other collections show the one with the most values.
BEST_KNOWN = {"drugs": "trastuzumab", "trials": "cleopatra", "products": "ogivri"}
DRUG_NAME = "kadcyla"
EXAMPLE_QUERIES = {
    "/v1/lookup": f"?name={DRUG_NAME}",
    "/v1/search": f"?q={DRUG_NAME}&limit=1",
    "/v1/tables/{name}": "?limit=2",
    "/v1/suggest": f"?q={DRUG_NAME}",
}
PLACEHOLDER = re.compile(r"{(\w+)}")
# Details of the problems that no request to a sound service can cause.
UNSEEN_PROBLEMS = {
    "307": "See http://127.0.0.1:8000/v1/drugs/trastuzumab.",
    "308": "See http://127.0.0.1:8000/v1/drugs/trastuzumab.",
    "410": "'an-old-id' was withdrawn: it stood twice. Use 'a-new-id' instead.",
    "414": "The query has more than 32768 characters; ask in several calls.",
    "500": "The service failed to answer; the fault has been logged.",
    "503": "No data are loaded.",
}
EXAMPLE_VALUES = {
    "sort": "-name", "limit": "20", "fields": "id,name", "facets": "topic", "format": "csv",
    "latest": "true",
}  # fmt: skip


class Example(NamedTuple):
    """The address whose answer is an example, and the values of its parameters."""

    address: str
    values: Mapping[str, str]


def add_examples(app: FastAPI, service: Service, document: dict[str, Any]) -> None:
    """Add the application's real answers and problems to every operation."""
    with asyncio.Runner() as runner:
        for path, item in document["paths"].items():
            operation = item["get"]
            example = example_request(service, path)
            content = operation["responses"]["200"]["content"]
            if path not in WITHOUT_EXAMPLE and "application/json" in content:
                answer = runner.run(get_answer(app, service, example.address))
                content["application/json"]["example"] = answer
            add_values(operation, example_values(service, path), example.values)
            for status, response in operation["responses"].items():
                if PROBLEM_JSON in response.get("content", {}):
                    problem = runner.run(get_problem(app, service, path, status))
                    response["content"][PROBLEM_JSON]["example"] = problem


def example_request(service: Service, path: str) -> Example:
    """The request whose answer is the example of a route."""
    best = example_id(service, path)
    build = service.build
    known = {"id": best, "version": example_version(service), "name": "effect"}
    known |= {"build": build, "file": "her2-facts.sqlite"}
    known |= {"name": "citations"} if path.startswith("/v1/tables") else {}
    known |= {"kind": "drugs", "id": BEST_KNOWN["drugs"]} if "{kind}" in path else {}
    values = {name: known[name] or "none" for name in PLACEHOLDER.findall(path)}
    query = f"?id={best}" if best and not values else EXAMPLE_QUERIES.get(path, "")
    if path in EXAMPLE_QUERIES and not values:
        values = {"q": DRUG_NAME, "name": DRUG_NAME}
    return Example(path.format(**values) + query, values)


def example_version(service: Service) -> str:
    """The version of the first release with records, or else of the present data."""
    versions = release_versions(service.database)
    recorded = (v for v in versions if recorded_kinds(service.database, v))
    return next(recorded, versions[-1])


def example_id(service: Service, path: str) -> str | None:
    """The id of the example record of a collection, or None."""
    kind = path.split("/")[2] if path.startswith("/v1/") else ""
    best = BEST_KNOWN.get(kind)
    if best and get_record(service.database, kind, best):
        return best
    return fullest_id(service.database, kind)


def example_values(service: Service, path: str) -> dict[str, str]:
    """Values that find the example record of a collection, by parameter."""
    best = example_id(service, path)
    stored = get_record(service.database, path.split("/")[2], best) if best else None
    return record_values(json.loads(stored.json)) if stored else {}


def record_values(record: dict[str, Any]) -> dict[str, str]:
    """Values that find a record, by parameter."""
    values = {name: text for name, value in record.items() if (text := example_text(value))}
    for name, text in tuple(values.items()):  # a day's limits are the ends of its year
        values |= {f"{name}_after": f"{text[:4]}-01-01", f"{name}_before": f"{text[:4]}-12-31"}
    if record["notes"]:
        values["has_note"] = record["notes"][0]["kind"]
    citation = record["citations"][0]
    source = citation["source"]
    values |= {"source": source["id"], "standing": source["standing"], "seen": citation["seen"]}
    return values | EXAMPLE_VALUES | {"q": max(re.findall(r"\w+", record["name"]), key=len)}


def example_text(value: Any) -> str | None:
    """A value as a query parameter has it, the first of a list; None for no value."""
    if isinstance(value, list):
        return example_text(value[0]) if value else None
    if isinstance(value, dict):
        return value.get("id")
    return str(value).lower() if isinstance(value, bool) else str(value) if value else None


def add_values(
    operation: dict[str, Any], values: Mapping[str, str], prefilled: Mapping[str, str]
) -> None:
    """Prefill what the example asks for and `q`; name a value in the other parameters' words."""
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        is_list = parameter["schema"].get("type") == "array"
        if name in prefilled:
            parameter["example"] = [prefilled[name]] if is_list else prefilled[name]
        elif name == "q" and name in values:
            parameter["example"] = values[name]
        elif name in values:
            parameter["description"] += f" Example: `{values[name]}`."


async def get_problem(app: FastAPI, service: Service, path: str, status: str) -> Any:
    """A problem as the application answers it, or would."""
    address, _, query = example_request(service, path).address.partition("?")
    match status:
        case "404":
            return await get_answer(app, service, PLACEHOLDER.sub("unknown", path))
        case "406":
            return await get_answer(app, service, f"{address}?{query}", accept=b"application/pdf")
        case "410" if "{build}" in path:
            former = f"{release_versions(service.database)[0]}-00000000"
            return await get_answer(app, service, address.replace(service.build, former))
        case "422":
            return await get_answer(app, service, f"{address}?{query}&unknown=1")
    former = PLACEHOLDER.sub("an-old-id", path) if status == "410" else address
    scope = {"path": former, "state": {"service": service}}
    response = problem_response(scope, int(status), UNSEEN_PROBLEMS[status])
    return json.loads(bytes(response.body))


async def get_answer(app: FastAPI, service: Service, address: str, accept: bytes = b"*/*") -> Any:
    """The JSON that the application answers at one address."""
    return json.loads((await ask_app(app, service, address, accept))[1])


async def ask_app(app: FastAPI, service: Service, address: str, accept: bytes) -> tuple[int, bytes]:
    """Status and body of the application's answer at one address."""
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
        "headers": [(b"accept", accept)],
        "state": {"service": service, "reload_error": None},
    }
    parts: list[bytes] = []
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return statuses[0], b"".join(parts)
