"""The real data: no rule of `her2-facts check` is broken, and what is stored is what is declared."""

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from app.curation.reader import read_seed
from app.curation.render import render
from app.model.json_text import read_json, write_model
from app.resources import RESOURCES
from app.settings import PROJECT, Settings
from app.store.tables import RecordRow

from .conftest import write_yaml


def test_the_seed_has_no_fault() -> None:
    assert [str(fault) for fault in read_seed(PROJECT / "seed").faults] == []


def test_every_stored_answer_is_what_its_public_model_says(settings: Settings) -> None:
    answers = {resource.kind: resource.model for resource in RESOURCES}
    with closing(sqlite3.connect(settings.database)) as connection:
        rows = connection.execute("SELECT kind, json_text FROM record").fetchall()
    assert {kind for kind, _ in rows} == answers.keys()
    for kind, document in rows:
        content = read_json(document)
        assert write_model(answers[kind].model_validate(content)) == document
        assert content["citations"]


def shuffle(value: Any, chance: random.Random) -> Any:
    """The same data with every list in it in another order."""
    if isinstance(value, dict):
        return {name: shuffle(item, chance) for name, item in value.items()}
    if isinstance(value, list):
        return chance.sample([shuffle(item, chance) for item in value], len(value))
    return value


def without_order(value: Any) -> Any:
    """An answer with each list of it sorted, and without the revision, which is over its text."""
    if isinstance(value, dict):
        return {name: without_order(item) for name, item in value.items() if name != "revision"}
    return sorted(map(without_order, value), key=repr) if isinstance(value, list) else value


def test_no_citation_slips_when_lists_are_in_another_order(
    settings: Settings, tmp_path: Path
) -> None:
    chance = random.Random(12)
    for path in (PROJECT / "seed").glob("*.yaml"):
        content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        (tmp_path / path.name).write_text(write_yaml(shuffle(content, chance)), "utf-8")
    rows = [row for row in render(read_seed(tmp_path))[1] if isinstance(row, RecordRow)]
    with closing(sqlite3.connect(settings.database)) as connection:
        before = dict(connection.execute("SELECT id, json_text FROM record").fetchall())
    assert before.keys() == {row.id for row in rows}
    for row in rows:
        after = json.loads(row.json_text)
        assert without_order(after) == without_order(json.loads(before[row.id])), row.id
