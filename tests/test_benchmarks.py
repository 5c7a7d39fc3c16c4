"""The benchmarks still start. What they measure is no test; see benchmarks/README.md."""

from pathlib import Path

import pytest

from app.curation.reader import read_seed
from app.settings import PROJECT
from benchmarks.answers import Answer, fetch
from benchmarks.ceiling import replay
from benchmarks.peers import check_same_records, start_tutorial
from benchmarks.questions import PLAIN
from benchmarks.synthetic import MATCHES, TOPIC, write_seed

from . import processes
from .conftest import Api


@pytest.mark.parametrize("command", ["benchmarks.run", "benchmarks.grow"])
def test_a_command_explains_itself(command: str) -> None:
    done = processes.run(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: python -m {command}")


def test_the_ceiling_sends_the_answers_that_it_holds() -> None:
    answers = {"/a": Answer(200, [("x", "1")], b"a"), "/b?c=d": Answer(206, [("x", "2")], b"b")}
    ceiling = Api(replay(answers))
    for target, answer in answers.items():
        sent = ceiling.get(target)
        assert (sent.status_code, sent.content) == (answer.status, answer.body)
        assert sent.headers == {"content-length": "1", **dict(answer.headers)}


def test_the_tutorials_server_answers_with_the_same_records(api: Api, tmp_path: Path) -> None:
    page = api.get("/v1/facts?limit=20")
    with start_tutorial(page.json()["items"], None, tmp_path) as server:
        answer = fetch(server.port, ["/facts?limit=20"], PLAIN)["/facts?limit=20"]
    check_same_records(page.content, answer.body)


def test_the_loader_takes_the_synthetic_records(tmp_path: Path) -> None:
    write_seed(PROJECT / "seed", tmp_path / "seed", 100)
    seed = read_seed(tmp_path / "seed")
    assert seed.faults == []
    synthetic = [record for record in seed.records if record.seed.id.startswith("synthetic-")]
    assert {record.resource.kind for record in synthetic} == {
        "facts",
        "survival",
        "drugs",
        "topics",
    }
    assert len(synthetic) == 100 + 1
    assert sum(record.seed.topic == TOPIC for record in synthetic) == MATCHES
