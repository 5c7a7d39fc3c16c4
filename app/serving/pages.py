"""Answer with a page for people, made from the very answer that programs get."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request, Response
from pydantic.fields import FieldInfo
from starlette.types import Scope

from app.model.annotation import find_vocabulary
from app.pages.listing import change_query
from app.pages.problems import problem_page
from app.pages.render import POLICY, write_html
from app.pages.views import PageView
from app.serving.formats import CONTENT_TYPES, MEDIA_TYPES, Format, names_html
from app.serving.handlers import find_query_models
from app.serving.library import Library
from app.serving.negotiation import best_media_type
from app.serving.queries import parameter_fields
from app.serving.service import Service

PROBLEM_TYPES = ("application/json", "application/problem+json", CONTENT_TYPES[Format.HTML])


PAGE_HEADERS = [
    (b"content-type", CONTENT_TYPES[Format.HTML].encode()),
    (b"content-security-policy", POLICY.encode()),
]


def count_folders(scope: Scope) -> int:
    """How many folders lie above an address, as a browser sees it: `%2F` divides none."""
    path: bytes = scope["raw_path"].partition(b"?")[0]
    return path.count(b"/") - 1


def page_response(
    request: Request,
    service: Service,
    page: PageView,
    address: str,
    offered: Iterable[Format],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page as an HTTP response; `offered` are the formats of its address."""
    page.formats = [
        (form.label, MEDIA_TYPES[form], change_query(address, format=form.value))
        for form in offered
        if form is not Format.HTML
    ]
    html = write_html(
        page, json.loads(service.meta), service.base_url, count_folders(request.scope)
    )
    policy = {"Content-Security-Policy": POLICY}
    return Response(
        html, headers=policy | dict(headers or {}), media_type=CONTENT_TYPES[Format.HTML]
    )


def wants_page(accept: str, scope: Scope) -> bool:
    """Whether the client of a request that failed is a browser, or has asked for HTML."""
    if scope["method"] != "GET":
        return False
    if b"format=html" in scope["query_string"]:
        return True
    best = best_media_type(accept, PROBLEM_TYPES) if names_html(accept) else None
    return best == CONTENT_TYPES[Format.HTML]


def problem_html(scope: Scope, service: Service, text: bytes) -> bytes:
    """The page of an error, from its problem and the request as the routes left it."""
    problem = json.loads(text)
    query = scope["query_string"].decode("latin-1")
    route = scope.get("route")
    models = find_query_models(route) if hasattr(route, "dependant") else []
    fields = {n: f for model in models for n, f in parameter_fields(model).items()}
    meanings = {
        error["parameter"]: explain_allowed(error, fields) for error in problem["errors"] or []
    }
    page = problem_page(problem, Library(service), query, meanings)
    meta = json.loads(service.meta)
    return write_html(page, meta, service.base_url, count_folders(scope)).encode()


def explain_allowed(error: dict[str, Any], fields: Mapping[str, FieldInfo]) -> dict[str, str]:
    """What the words mean that a parameter allows, or the parameters that an address has."""
    name = error["parameter"]
    if name not in fields:
        return {known: field.description or "" for known, field in fields.items()}
    words = find_vocabulary(fields[name].annotation)
    return {word.value: word.meaning for word in words} if words else {}
