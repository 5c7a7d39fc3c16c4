"""What people ask: the record that they mean is among the first hits."""

from typing import Any

import yaml

from app.settings import PROJECT

from .conftest import Api

QUESTIONS = yaml.safe_load((PROJECT / "tests/questions.yaml").read_text("utf-8"))
FIRST = 3
LEAST_SHARE = 0.9


def first_hits(api: Api, question: str) -> list[str]:
    hits = api.get("/v1/search", params={"q": question, "limit": str(FIRST)}).json()["items"]
    return [f"{hit['record']['kind']}/{hit['record']['id']}" for hit in hits]


def test_the_wanted_record_is_among_the_first_three(api: Api) -> None:
    def is_found(asked: dict[str, Any]) -> bool:
        return not set(asked["wanted"]).isdisjoint(first_hits(api, asked["question"]))

    missed = [asked["question"] for asked in QUESTIONS if not is_found(asked)]
    assert len(missed) <= (1 - LEAST_SHARE) * len(QUESTIONS), missed


def test_every_wanted_record_exists(api: Api) -> None:
    wanted = {name for asked in QUESTIONS for name in asked["wanted"]}
    assert [name for name in sorted(wanted) if api.get(f"/v1/{name}").status_code != 200] == []
