"""Answer with a page for people, made from the very answer that programs get."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.types import Scope

from app.model.annotation import find_vocabulary
from app.pages.filters import change_query
from app.pages.markdown import write_markdown
from app.pages.problems import AskedFor, problem_page
from app.pages.render import POLICY, write_html
from app.pages.views import PageView
from app.serving.errors import InvalidParameters, NotFound
from app.serving.formats import CONTENT_TYPES, MEDIA_TYPES, PAGES, Format, names_page
from app.serving.handlers import find_query_models
from app.serving.hints import advise
from app.serving.library import Library
from app.serving.negotiation import best_media_type
from app.serving.parameters import fold_id
from app.serving.queries import parameter_fields, read_query
from app.serving.service import Service
from app.serving.values import settle_values

PROBLEM_TYPES = ("application/json", "application/problem+json")
PAGE_HEADERS = {
    form: [
        (b"content-type", CONTENT_TYPES[form].encode()),
        (b"content-security-policy", POLICY.encode()),
    ]
    for form in PAGES
}


def count_folders(scope: Scope) -> int:
    """How many folders lie above an address, as a browser sees it: `%2F` divides none."""
    path: bytes = scope["raw_path"].partition(b"?")[0]
    return path.count(b"/") - 1


def page_response(
    request: Request,
    service: Service,
    page: PageView,
    form: Format,
    address: str,
    offered: Iterable[Format],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page as an HTTP response; `offered` are the formats of its address."""
    page.formats = [
        (other.label, MEDIA_TYPES[other], change_query(address, format=other.value))
        for other in offered
        if other is not Format.HTML
    ]
    text = write_page(page, form, service, request.scope)
    policy = {"Content-Security-Policy": POLICY}
    return Response(text, headers=policy | dict(headers or {}), media_type=CONTENT_TYPES[form])


def write_page(page: PageView, form: Format, service: Service, scope: Scope) -> str:
    """A page in HTML or Markdown."""
    meta = json.loads(service.meta)
    if form is Format.MD:
        return write_markdown(page, meta, service.base_url)
    return write_html(page, meta, service.base_url, count_folders(scope))


def page_format(accept: str, scope: Scope) -> Format | None:
    """The format in which the client of a request that failed reads a page, if it does."""
    if scope["method"] != "GET":
        return None
    for form in PAGES:
        if b"format=" + form.value.encode() in scope["query_string"]:
            return form
    types = {CONTENT_TYPES[form]: form for form in PAGES if names_page(form, accept)}
    best = best_media_type(accept, (*PROBLEM_TYPES, *types)) if types else None
    return types.get(best or "")


def problem_text(scope: Scope, service: Service, text: bytes, form: Format) -> bytes:
    """The page of an error, from its problem and the request as the routes left it."""
    problem = json.loads(text)
    query = scope["query_string"].decode("latin-1")
    route = scope.get("route")
    models = find_query_models(route) if hasattr(route, "dependant") else []
    fields = {n: f for model in models for n, f in parameter_fields(model).items()}
    errors = problem["errors"] or []
    meanings = {error["parameter"]: explain_allowed(error, fields) for error in errors}
    unknown = {
        error["parameter"]: advise(error["parameter"], error["did_you_mean"])
        for error in errors
        if error["location"] == "query" and error["parameter"] not in fields
    }
    missing: NotFound | None = scope.get("state", {}).get("missing")
    asked = AskedFor(
        query=query,
        meanings=meanings,
        unknown=unknown,
        accepts=lambda mended: is_accepted(service, models, mended),
        fault=missing.fault if missing else None,
        nearest=missing.find_address(scope["path"]) if missing else None,
    )
    page = problem_page(problem, asked, Library(service))
    return write_page(page, form, service, scope).encode()


def is_accepted(service: Service, models: Iterable[type[BaseModel]], query: str) -> bool:
    """Whether a query is right for its address and the data; a page is asked for only then."""
    try:
        for model in models:
            settle_values(service.database, read_query(model, query.encode()))
    except (InvalidParameters, RequestValidationError):
        return False
    return True


def explain_allowed(error: dict[str, Any], fields: Mapping[str, FieldInfo]) -> dict[str, str]:
    """What the words mean that a parameter allows, or the parameters that an address has."""
    name = error["parameter"]
    if name not in fields:
        return {known: field.description or "" for known, field in fields.items()}
    words = find_vocabulary(fields[name].annotation) or ()
    meanings = {word.value: word.meaning for word in words}
    return {word: text for word, text in meanings.items() if fold_id(text) != word}
