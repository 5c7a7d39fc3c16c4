"""The real data: what is stored is what is declared.

That no rule of `her2-facts check` is broken is seen before any test: faults end the build.
"""

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from app.curation.reader import read_seed
from app.curation.render import Renderer
from app.model.json_text import read_json, write_model
from app.resources import RESOURCES
from app.settings import PROJECT, Settings


def test_every_stored_answer_is_what_its_public_model_says(settings: Settings) -> None:
    answers = {resource.kind: resource.model for resource in RESOURCES}
    with closing(sqlite3.connect(settings.database)) as connection:
        rows = connection.execute("SELECT kind, json_text FROM record").fetchall()
    assert {kind for kind, _ in rows} == answers.keys()
    for kind, document in rows:
        content = read_json(document)
        assert write_model(answers[kind].model_validate(content)) == document
        assert content["citations"]


def shuffle(text: str, node: yaml.Node, chance: random.Random) -> str:
    """What a node says, with every list in it in another order."""
    if isinstance(node, yaml.ScalarNode):
        return text[slice(*place_of(text, node))]
    is_list = isinstance(node, yaml.SequenceNode)
    children = node.value if is_list else [value for _, value in node.value]
    order = chance.sample(children, len(children)) if is_list else children
    (start, end), parts = place_of(text, node), []
    for child, other in zip(children, order, strict=True):
        before, after = place_of(text, child)
        parts += [text[start:before], shuffle(text, other, chance)]
        start = after
    return "".join([*parts, text[start:end]])


def place_of(text: str, node: yaml.Node) -> tuple[int, int]:
    """Where a node stands in its text, without the space behind it."""
    start, end = node.start_mark.index, node.end_mark.index
    return start, start + len(text[start:end].rstrip())


def without_order(value: Any) -> str:
    """An answer with each list of it sorted, and without the revision, which is over its text."""
    if isinstance(value, dict):
        fields = (f"{name}: {without_order(value[name])}" for name in value if name != "revision")
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(sorted(map(without_order, value)))}]"
    return repr(value)


def test_no_citation_slips_when_lists_are_in_another_order(
    settings: Settings, tmp_path: Path
) -> None:
    chance = random.Random(12)
    for path in (PROJECT / "seed").glob("*.yaml"):
        text = path.read_text("utf-8")
        (tmp_path / path.name).write_text(
            shuffle(text, yaml.compose(text, yaml.CSafeLoader), chance), "utf-8"
        )
    seed = read_seed(tmp_path)
    assert seed.faults == []
    assert seed.release
    renderer = Renderer(seed, seed.release)
    rows = [renderer.record_row(record) for record in seed.records]
    with closing(sqlite3.connect(settings.database)) as connection:
        before = dict(connection.execute("SELECT id, json_text FROM record").fetchall())
    assert before.keys() == {row.id for row in rows}
    for row in rows:
        after = json.loads(row.json_text)
        assert without_order(after) == without_order(json.loads(before[row.id])), row.id
