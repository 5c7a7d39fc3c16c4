"""Collections: their classes can be found, and what they share is declared, never guessed."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from app.curation.index import index_rows
from app.curation.keys import key_rows, suggestion_rows
from app.curation.reader import read_seed
from app.curation.render import render
from app.curation.seed import Seed
from app.model.citation import CitationSeed
from app.model.field import AS_WRITTEN, Described, full_description
from app.model.record import Cited, Identified, RecordSeed, Ref
from app.model.resource import KindRow, Loaded, Resource
from app.resources import RESOURCES
from app.resources.vocabularies import ReceptorStatus
from app.settings import Settings
from app.store.search_index import HEADING
from app.store.tables import RecordRow

from .conftest import CITATION, SOURCE, TOPIC

DRUG = {
    "id": "tea-drug",
    "generic_name": "teanib",
    "aliases": ["green powder"],
    "codes": ["RXNORM:224905"],
    "topic": "tea-topic",
    "citations": [CITATION | {"supports": ["generic_name", "aliases", "codes"]}],
}
TREATMENT = {
    "id": "tea-therapy",
    "name": "Tea therapy",
    "description": "Green powder for patients.",
    "aliases": ["drinking tea"],
    "modality": "supportive",
    "timing": ["not-stated"],
    "drugs": ["tea-drug"],
    "topic": "tea-topic",
    "citations": [CITATION | {"supports": ["name", "description", "aliases"]}],
}


class RecipeFields(Described):
    """Fields with the names of fields that mean something in other collections."""

    title: str
    name: str
    drugs: list[str]
    parent: str
    answers: list[str]
    codes: list[str]
    aliases: list[str]
    synonyms: list[str]
    symbol: str
    hr: ReceptorStatus
    her2_status: ReceptorStatus


class RecipeSeed(RecipeFields, RecordSeed):
    """A recipe in a seed file."""


class Recipe(Cited, RecipeFields, Identified):
    """One recipe."""


# A made-up collection that declares nothing besides its classes.
RECIPES = Resource(
    kind="recipes",
    singular="recipe",
    plural="recipes",
    about="Recipes.",
    label="title",
    seed=RecipeSeed,
    model=Recipe,
    row=KindRow,
    schema_org=lambda recipe: {"@type": "Recipe"},
)
RECIPE = RecipeSeed(
    id="cake",
    title="Cake",
    name="Cake",
    drugs=["tea-drug"],
    parent="tea-topic",
    answers=["tea"],
    codes=["RXNORM:224905"],
    aliases=["green powder", "Drinking tea"],
    synonyms=["green powder", "Drinking tea"],
    symbol="tea",
    hr=ReceptorStatus.NEGATIVE,
    her2_status=ReceptorStatus.POSITIVE,
    citations=[
        CitationSeed.model_validate(
            CITATION
            | {
                "supports": [
                    *("title", "name", "drugs", "parent", "answers", "codes"),
                    *("aliases", "synonyms", "symbol", "hr", "her2_status"),
                ]
            }
        )
    ],
)


@pytest.fixture
def seeds(tiny_seed: Callable[..., Path]) -> tuple[Seed, Seed]:
    """A small seed, and the same with a record of the made-up collection."""
    child = TOPIC | {"id": "green-tea", "parent": "tea-topic"}
    directory = tiny_seed(
        topics=[TOPIC, child],
        drugs=[DRUG],
        sources=[SOURCE | {"source_kind": "drug-label"}],
        treatments=[TREATMENT | {"topic": "green-tea"}],
    )
    seed, larger = read_seed(directory), read_seed(directory)
    assert not seed.faults
    larger.records.append(Loaded(RECIPES, RECIPE, 0))
    return seed, larger


def stored(seed: Seed) -> dict[str, dict[str, Any]]:
    return {row.id: row.model_dump() for row in render(seed)[1] if isinstance(row, RecordRow)}


def test_a_new_collection_changes_no_answer_but_of_the_source_it_cites(
    seeds: tuple[Seed, Seed],
) -> None:
    before, after = map(stored, seeds)
    recipe = after.pop("cake")
    assert len(json.loads(before["tea-drug"]["single_text"])["treatments"]) == 1
    assert len(json.loads(before["tea-topic"]["single_text"])["children"]) == 1
    source = json.loads(after["tea-paper"].pop("single_text"))
    assert source["records"].pop() == json.loads(recipe["ref"])
    assert source == json.loads(before["tea-paper"].pop("single_text"))
    assert after == before


def test_a_new_collection_changes_no_search_of_other_records(seeds: tuple[Seed, Seed]) -> None:
    before, (*after, recipe) = map(index_rows, seeds)
    assert after == before
    assert (recipe["name"], recipe["receptors"]) == ("Cake", "")


def test_only_names_declared_as_synonyms_find_each_other(seeds: tuple[Seed, Seed]) -> None:
    synonyms = {row["id"]: row["synonyms"] for row in index_rows(seeds[0])}
    assert synonyms["tea-therapy"] == "green powder | teanib"
    assert synonyms["tea"] == ""  # "drinking tea" is a name of a treatment


def test_a_new_collection_is_looked_up_by_its_id_alone(seeds: tuple[Seed, Seed]) -> None:
    before, after = (
        # Under its heading the search finds it, and no lookup.
        [key.values for key in key_rows(seed) if key.values["scheme"] != HEADING]
        for seed in seeds
    )
    assert [key for key in after if key not in before] == [
        {
            "scheme": "id",
            "value": "cake",
            "record": "cake",
            "field": "id",
            "text": "cake",
            "place": 0,
        }
    ]
    assert [row.values["record"] for row in suggestion_rows(seeds[1])] == [
        row.values["record"] for row in suggestion_rows(seeds[0])
    ]
    assert [key for key in after if key["record"] != "cake"] == before


def test_declared_names_codes_and_identifiers_are_keys(seeds: tuple[Seed, Seed]) -> None:
    rows = [key.values for key in key_rows(seeds[0])]
    keys = {(row["scheme"], row["value"]) for row in rows if row["record"] == "tea-drug"}
    assert keys == {
        ("id", "tea-drug"),
        ("name", "teanib"),
        ("stem", "teanib"),
        ("name", "greenpowder"),
        ("stem", "greenpowder"),
        ("code", "rxnorm:224905"),
    }


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.kind)
def test_a_collection_is_written_as_classes_in_its_file(resource: Resource) -> None:
    module = f"app.resources.{resource.kind.replace('-', '_')}"
    name = resource.model.__name__
    classes = [resource.seed, resource.model, resource.row, resource.links_model]
    assert [(c.__module__, c.__name__) for c in classes if c] == [
        (module, f"{name}{ending}")
        for ending in ("Seed", "", "Row", "Links")[: 4 if resource.links_model else 3]
    ]
    assert (resource.links is None) == (resource.links_model is None)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.kind)
def test_declared_fields_are_fields_of_the_seed(resource: Resource) -> None:
    declared = {resource.label, *resource.names, *resource.comparable}
    declared |= {*resource.receptors.values()}
    assert declared <= resource.seed.model_fields.keys()
    assert not (resource.synonyms and not resource.names)


def test_a_stored_ref_says_what_the_record_says(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.database)) as connection:
        rows = connection.execute("SELECT json_text, ref FROM record").fetchall()
    assert rows
    for text, ref in rows:
        record = json.loads(text)
        kinds = list(dict.fromkeys(note["kind"] for note in record["notes"]))
        short = {name: record[name] for name in Identified.model_fields}
        assert json.loads(ref) == short | {"note_kinds": kinds}
        assert Ref.model_validate_json(ref).model_dump_json() == ref


class Cup(Described):
    size: int = Field(description="Its size.")
    color: str | None = Field(None, description="Its color.")
    handle: Annotated[str | None, AS_WRITTEN] = Field(None, description="Its handle; null if none.")
    lid: str | None = None


class Mug(Cup):
    """A model that inherits all fields."""


def test_the_schema_says_that_a_value_may_be_null() -> None:
    properties = Mug.model_json_schema()["properties"]
    described = {name: schema.get("description") for name, schema in properties.items()}
    assert described == {
        "size": "Its size.",
        "color": "Its color, or null.",
        "handle": "Its handle; null if none.",
        "lid": None,
    }
    assert {n: full_description(i) for n, i in Mug.model_fields.items()} == described
