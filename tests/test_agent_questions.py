"""Questions are answered by the tools alone, in at most three calls; see judge.py."""

import pytest

from app.settings import PROJECT

from .conftest import Api
from .judge import Verdict, call_directly, judge, read_questions

QUESTIONS = read_questions(PROJECT / "tests/agent_questions.yaml")
LEAST_SHARE = 0.9


@pytest.fixture(scope="module")
def verdicts(api: Api) -> list[Verdict]:
    service = api.service.live.service
    return [judge(service, call_directly(service), asked) for asked in QUESTIONS]


def test_the_right_record_its_value_and_its_link_stand_in_the_answers(
    verdicts: list[Verdict],
) -> None:
    missed = [verdict.question for verdict in verdicts if not verdict.is_answered]
    assert len(missed) <= (1 - LEAST_SHARE) * len(QUESTIONS), missed


def test_what_is_wrong_is_not_taken_for_an_answer(api: Api) -> None:
    """Another value, or another record, is no answer: the judge can say no."""
    service = api.service.live.service
    asked = QUESTIONS[0]
    for changes in ({"text": "1901-01-01", "or_text": []}, {"id": "lapatinib", "wanted_hint": []}):
        wrong = asked | {"answer": asked["answer"] | changes}
        assert not judge(service, call_directly(service), wrong).is_answered
