"""/v1/tables: what is a list inside a record, as flat tables."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from app.model.field import Described, Strict
from app.model.json_text import read_json
from app.pages.flat import flat_page, table_page
from app.serving.addresses import Address
from app.serving.answers import Listed, WithMeta, write_object
from app.serving.cursors import next_link
from app.serving.errors import describe_problems
from app.serving.formats import (
    FILES,
    MEDIA_TYPES,
    PAGES,
    TOTAL,
    Format,
    choose_format,
    content_type,
    file_headers,
)
from app.serving.library import Library
from app.serving.pages import page_response
from app.serving.parameters import Cursor, Limit, PageQuery, no_default
from app.serving.queries import list_parameters
from app.serving.routes.direct import DirectRoute
from app.serving.routes.requests import (
    PAGE,
    PAGE_CONTENT,
    ServiceDep,
    own_address,
    read_accept,
    respond,
)
from app.serving.service import Service
from app.serving.tables import get_rows, table_descriptions

router = APIRouter(prefix="/v1/tables", tags=["tables"], responses=describe_problems(406))
FORMATS = (Format.JSON, *FILES, *PAGES)


class TableColumn(Described):
    """A column of a table."""

    name: str = Field(description="Name, as in the header.")
    type: str = Field(description="Type, as in the Table Schema standard.")
    description: str = Field(description="What it holds.")
    table: str | None = Field(description="The table or collection whose ids it holds.")


class TableInfo(Described):
    """A flat table."""

    name: str = Field(description="Name.")
    url: str = Field(description="Address of its rows.")
    about: str = Field(description="What a row is.")
    rows: int = Field(description="Number of rows.")
    key: list[str] = Field(description="The columns that identify a row.")
    columns: list[TableColumn] = Field(description="Every column, in order.")


class TableList(Listed):
    """All flat tables."""

    items: list[TableInfo] = Field(description="The tables.")


class TableListAnswer(WithMeta, TableList):
    """All flat tables, with the version of the data."""


class TableRows(WithMeta, Listed):
    """One page of the rows of a table."""

    items: list[dict[str, Any]] = Field(description="The rows, each with the table's columns.")


class TableQuery(Strict):
    """Parameters of the rows of a table."""

    format: Literal[Format.JSON, Format.CSV, Format.NDJSON, Format.HTML, Format.MD] = Field(
        default_factory=no_default, description="Format of the answer; `Accept` decides by default."
    )
    limit: Limit = 50
    cursor: Cursor = Field(default_factory=str)


def table_info(service: Service, table: dict[str, Any]) -> TableInfo:
    """A table as the list of tables has it."""
    keys = table["schema"]["foreignKeys"]
    targets = {k["fields"][0]: k["reference"]["resource"] for k in keys if len(k["fields"]) == 1}
    return TableInfo(
        name=table["name"],
        url=f"{service.base_url}/v1/tables/{table['name']}",
        about=table["description"],
        rows=table["rows"],
        key=table["schema"]["primaryKey"],
        columns=[
            TableColumn(
                name=field["name"],
                type=field["type"],
                description=field["description"],
                table=targets.get(field["name"]),
            )
            for field in table["schema"]["fields"]
        ],
    )


@router.get("", summary="List flat tables", response_model=TableListAnswer, responses=PAGE_CONTENT)
async def list_tables(
    request: Request, service: ServiceDep, query: Annotated[PageQuery, Query()]
) -> Response:
    """Citations, notes, codes, results and whatever else is a list inside a record, as tables.

    Each collection is a table at its own address, with `format=csv`.
    """
    items = [table_info(service, table) for table in table_descriptions(service).values()]
    tables = TableList(items=items, total=len(items), next=None)
    return respond(request, service, query, tables.model_dump_json(), flat_page)


async def get_table(
    request: Request,
    service: ServiceDep,
    name: Annotated[str, Path(description="Name of a table that `/v1/tables` lists.")],
    query: Annotated[TableQuery, Query()],
) -> Response:
    """The rows of a table: CSV and NDJSON are whole without `limit`, JSON comes in pages."""
    form = choose_format(read_accept(request), query.format, offered=FORMATS)
    is_whole = form in FILES and "limit" not in query.model_fields_set
    page = get_rows(service, name, form, None if is_whole else query.limit, query.cursor)
    pairs = [*list_parameters(query.model_copy(update={"limit": 50})), ("limit", str(query.limit))]
    pairs = [pair for pair in pairs if pair not in (("format", form.value) for form in PAGES)]
    following = Address(service.base_url, f"/v1/tables/{name}", pairs).next_page(page.cursor)
    headers = next_link(following)
    if form in FILES:
        headers |= {TOTAL: str(page.total)} | file_headers(form, name)
        body = page.header + b"".join(page.rows)
        return Response(body, headers=headers, media_type=content_type(form))
    members: dict[str, bytes | list[bytes]] = {
        "items": list(map(bytes.rstrip, page.rows)),
        "total": b"%d" % page.total,
        "next": json.dumps(following).encode(),
        "meta": service.meta,
    }
    body = write_object(members)
    if form in PAGES:
        address = own_address(request, service, query).whole
        made = table_page(read_json(body), Library(service), address, name)
        return page_response(request, service, made, form, address, FORMATS, headers)
    return Response(body, headers=headers, media_type=content_type(form))


def describe_rows() -> dict[int | str, dict[str, Any]]:
    """The entry for status 200 in the OpenAPI document: the rows in each format."""
    content = {MEDIA_TYPES[form]: {"schema": {"type": "string"}} for form in FILES}
    return {200: {"content": {MEDIA_TYPES[Format.JSON]: {}, **content, **PAGE}}}


router.add_api_route(
    "/{name}",
    get_table,
    route_class_override=DirectRoute,
    name="get_table",
    summary="Get the rows of a flat table",
    response_model=TableRows,
    responses=describe_rows() | describe_problems(404),
)
