"""The real data: no rule of `her2-facts check` is broken, and what is stored is what is declared."""

import json
import sqlite3
from contextlib import closing

from app.curation.reader import read_seed
from app.resources import RESOURCES
from app.settings import PROJECT, Settings


def test_the_seed_has_no_fault() -> None:
    assert [str(fault) for fault in read_seed(PROJECT / "seed").faults] == []


def test_every_stored_answer_is_what_its_public_model_says(settings: Settings) -> None:
    answers = {resource.kind: resource.model for resource in RESOURCES}
    with closing(sqlite3.connect(settings.database)) as connection:
        rows = connection.execute("SELECT kind, json_text FROM record").fetchall()
    assert {kind for kind, _ in rows} == answers.keys()
    for kind, document in rows:
        assert answers[kind].model_validate_json(document).model_dump_json() == document
        assert json.loads(document)["citations"]
