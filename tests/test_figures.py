"""Figures have the digits that their sources print, from the seed to every format."""

import csv
import io
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from app.model.json_text import BASE_URL, Figure, read_json, write_json
from app.settings import PROJECT, Settings

from .conftest import Api

FILES = ("survival", "statistics", "facts", "trials", "warnings")
NUMBER = re.compile(r"-?\d+\.\d+")


def printed_figures(path: Path) -> Counter[str]:
    """Every number with digits after a point in a seed file, as it is written."""
    events = yaml.parse(path.read_text("utf-8"), yaml.CSafeLoader)
    plain = (e.value for e in events if isinstance(e, yaml.ScalarEvent) and e.implicit[0])
    return Counter(value for value in plain if NUMBER.fullmatch(value))


def json_figures(text: str) -> Counter[str]:
    """Every number with digits after a point in a JSON text, as it is written."""
    return Counter(re.findall(rf'"[a-z_]+": ?({NUMBER.pattern})', text))


def cell_figures(text: str, columns: set[str] | None = None) -> Counter[str]:
    """Every number with digits after a point in CSV: a cell of a column, or in the JSON of one."""
    figures: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(text)):
        for name, cell in row.items():
            figures.update(json_figures(cell))
            if (columns is None or name in columns) and NUMBER.fullmatch(cell):
                figures[cell] += 1
    return figures


@pytest.mark.parametrize("kind", FILES)
def test_every_figure_has_the_digits_of_the_seed(api: Api, kind: str) -> None:
    printed = printed_figures(PROJECT / "seed" / f"{kind}.yaml")
    for form in ("json", "ndjson"):
        pages = api.follow(f"/v1/{kind}?limit=500&format={form}")
        assert json_figures("".join(page.text for page in pages)) == printed, form
    # A row of CSV has no list of objects: each is a flat table, whose first column is its record.
    own = cell_figures(api.get(f"/v1/{kind}?format=csv").text)
    flat = {"csv": Counter(own), "ndjson": Counter(own)}
    for table in api.get("/v1/tables").json()["items"]:
        if table["columns"][0]["table"] == kind:
            numbers = {column["name"] for column in table["columns"] if column["type"] == "number"}
            flat["csv"] += cell_figures(api.get(f"{table['url']}?format=csv").text, numbers)
            flat["ndjson"] += json_figures(api.get(f"{table['url']}?format=ndjson").text)
    for form, figures in flat.items():
        assert figures == printed, form


def test_some_figure_ends_in_a_zero(api: Api) -> None:
    """Else the test above would prove nothing."""
    trial = api.get("/v1/trials/her2climb").text
    assert '"ci_high":0.90' in trial
    assert '"ci_high":31.0' in trial
    partial = api.get("/v1/trials?id=extenet&fields=results").text
    assert '"ci_high": 0.90' in partial
    drug = api.get("/v1/drugs/neratinib").text
    assert '"ci_high":0.90' in drug


def test_a_figure_is_a_number_of_its_own_digits() -> None:
    adapter = TypeAdapter(Figure)
    for text in ("84", "84.0", "0.50", "-4.0", "0.00001", "1157"):
        figure = adapter.validate_python(read_json(text))
        assert write_json([figure]) == write_json([figure], ensure_ascii=False) == f"[{text}]"
    assert adapter.json_schema(mode="serialization") == {"type": "number"}


def test_no_stored_text_has_a_mark_left(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.database)) as connection:
        rows = connection.execute("SELECT json_text, single_text, ref FROM record").fetchall()
    texts = [text for row in rows for text in row if text]
    assert {found for text in texts for found in re.findall(f"{BASE_URL}.../?", text)} == {
        f"{BASE_URL}/v1/"
    }
