"""Make the OpenAPI document: the routes, what the transport adds, and real answers as examples."""

import json
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.warnings import UnsupportedFieldAttributeWarning

from app.model.citation import Citation
from app.model.in_place import ShortCitation
from app.model.labels import make_label
from app.model.record import RecordSeed
from app.model.vocabulary import Vocabulary
from app.resources import RESOURCES, ComparedField, Kind
from app.serving.answers import PartialPage, PartialRecord
from app.serving.docs.examples import add_examples
from app.serving.errors import Problem
from app.serving.export import export_index
from app.serving.formats import MEDIA_TYPES, TOTAL, Format
from app.serving.headers import PROBES
from app.serving.parameters import ListQuery
from app.serving.service import Service, keep_with_service

# Models of answers that no route declares: the document refers to them by name.
NAMED_MODELS = (Problem, PartialPage, PartialRecord)
REQUEST_ID_HEADER = "Identifies the request; also in a problem."
ETAG_HEADER = "Strong validator of this very representation."
TOTAL_HEADER = "Number of records on all pages, in other formats than JSON."
NEXT_HEADER = "Address of the next page, `rel=next`, if there is one."
INDEX_HEADER = "The API catalog, the OpenAPI document, documentation."
NOT_MODIFIED = "Not modified: `If-None-Match` names the validator of the answer."
SCHEMAS = "#/components/schemas/"
KIND_REFERENCE = {"$ref": f"{SCHEMAS}Kind"}
# What every list has: its filters, and then how the answer is ordered, cut and written.
LAST = ("sort", "limit", "cursor", "facets", "fields", "format")
GENERAL = (*(name for name in ListQuery.model_fields if name not in LAST), *LAST)


def describe_api(app: FastAPI, service: Service) -> dict[str, Any]:
    """The OpenAPI document that FastAPI makes, completed with headers and examples."""
    document: dict[str, Any] = json.loads(describe_routes(app, service.base_url))
    document["security"] = []  # open to all, and the document says so
    add_schemas(document["components"]["schemas"])
    for path, item in document["paths"].items():
        operation = item["get"]
        add_transport(path, operation, is_paged=has_next(document, operation))
        operation.get("parameters", []).sort(key=parameter_place)
    add_examples(app, service, document)
    return document


@cache
def describe_routes(app: FastAPI, base_url: str) -> str:
    """The OpenAPI document that FastAPI makes, in JSON: half of the time of a small build."""
    with warnings.catch_warnings():
        # FastAPI silences it where it prepares a parameter at once; here that comes late.
        warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            license_info=app.license_info,
            contact={"name": app.title, "url": f"{base_url}/docs"},
            servers=[{"url": base_url}],
            tags=app.openapi_tags,
        )
    return json.dumps(document)


def add_schemas(schemas: dict[str, Any]) -> None:
    """Add models that responses refer to by name, and allowed values that no model can know."""
    for model in NAMED_MODELS:
        schema = model.model_json_schema(mode="serialization", ref_template=SCHEMAS + "{model}")
        schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    for schema in schemas.values():
        name_kinds(schema.get("properties", {}))
    seeds = {resource.seed for resource in RESOURCES}
    placed = {relation.seed for resource in RESOURCES for relation in resource.relations}
    for citing, cited in ((Citation, seeds), (ShortCitation, placed)):
        schemas[citing.__name__]["properties"]["supports"]["items"] = name_places(cited)
    for name in ("Comparison", "ComparisonAnswer"):
        properties = schemas[name]["properties"]
        properties["differ_in"] |= hold_names(ComparedField)
        properties["answer_kinds"] |= hold_names(Kind)


def name_places(seeds: Iterable[type[RecordSeed]]) -> dict[str, Any]:
    """The schema of a place in records of these classes."""
    # The citations of a note support its `text`.
    fields = sorted({"text", *(name for seed in seeds for name in seed.model_fields)})
    # An item of a list is written behind its field: `codes[RXNORM:224905]`.
    return {"type": "string", "pattern": rf"^({'|'.join(fields)})(\[.+\])?$"}


def hold_names(words: type[Vocabulary]) -> dict[str, Any]:
    """The schema of a list of names."""
    reference = {"$ref": f"{SCHEMAS}{words.__name__}"}
    return {"items": reference, "x-vocabulary": words.kebab_name()}


def name_kinds(properties: dict[str, Any]) -> None:
    """Say that a field `kind` holds the name of a collection, unless it holds other words.

    The models can't say it, because they are declared before the collections.
    """
    field = properties.get("kind")
    if field is None or "x-vocabulary" in field:
        return
    field["x-vocabulary"] = Kind.kebab_name()
    if "const" not in field:
        del field["type"]
        field |= KIND_REFERENCE


def parameter_place(parameter: Mapping[str, Any]) -> int:
    """The place of a parameter: the required first, then a collection's filters, then the rest."""
    if parameter.get("required"):
        return -2
    name = parameter["name"]
    return GENERAL.index(name) if name in GENERAL else -1


def has_next(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Whether an operation answers with one page of a list."""
    answer = operation["responses"]["200"]["content"].get("application/json", {})
    name = answer.get("schema", {}).get("$ref", "").removeprefix(SCHEMAS)
    schema = document["components"]["schemas"].get(name, {})
    return "next" in schema.get("properties", {})


def add_transport(path: str, operation: dict[str, Any], *, is_paged: bool) -> None:
    """Describe what the transport adds to an operation: headers and 304; and label parameters."""
    cached = path not in PROBES
    texts = {"ETag": ETAG_HEADER} if cached else {"X-Request-ID": REQUEST_ID_HEADER}
    if is_paged:
        texts["Link"] = NEXT_HEADER
        if MEDIA_TYPES[Format.CSV] in operation["responses"]["200"]["content"]:
            texts[TOTAL] = TOTAL_HEADER
    if path == "/v1":
        texts["Link"] = INDEX_HEADER
    headers = {name: describe_header(text) for name, text in texts.items()}
    operation["responses"]["200"]["headers"] = headers
    if not cached:  # a probe ignores all parameters
        operation["responses"].pop("422", None)
    if cached:
        operation["responses"]["304"] = {"description": NOT_MODIFIED}
    for parameter in operation.get("parameters", []):
        parameter["schema"]["title"] = make_label(parameter["name"])
        if parameter["schema"].get("uniqueItems"):
            parameter["explode"] = False  # `a,b`; the API allows a repeated parameter too


def describe_header(description: str) -> dict[str, Any]:
    """The description of a header of an answer."""
    return {"description": description, "schema": {"type": "string"}}


def without_examples(document: Mapping[str, Any]) -> dict[str, Any]:
    """The OpenAPI document without examples: the part that does not change with the data."""
    plain: dict[str, Any] = json.loads(json.dumps(document), object_hook=without_example)
    return plain


def without_example(value: dict[str, Any]) -> dict[str, Any]:
    """A parameter or media type without its example, whose words stand at the end of a text."""
    is_shown = "schema" in value and ("example" in value or "description" in value)
    kept = {name: value[name] for name in value if not (is_shown and name == "example")}
    if is_shown and "description" in kept:
        kept["description"] = kept["description"].partition(" Example: ")[0]
    return kept


@keep_with_service
def whole_document(service: Service) -> dict[str, Any]:
    """The stored OpenAPI document, with the example that was missing: the list of files."""
    document = json.loads(service.public(service.database.openapi.encode()))
    if service.contact:
        document["info"]["contact"] |= describe_contact(service.contact)
    answer = document["paths"]["/v1/export"]["get"]["responses"]["200"]["content"]
    files = json.loads(export_index(service))
    answer["application/json"]["example"] = files | {"meta": json.loads(service.meta)}
    return dict(document)


def describe_contact(address: str) -> dict[str, str]:
    """The contact of the OpenAPI document, a web or mail address."""
    mail = address.removeprefix("mailto:")
    return {"url": address} if mail == address else {"email": mail}


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
