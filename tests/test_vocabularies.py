"""Words: each has a label, a meaning and its order, and is found by the name of its field."""

import re

from app.model.labels import make_label
from app.model.vocabulary import Vocabulary

from .conftest import Api
from .reading import Json, properties

# Values that are the ending of a file, and what that is called.
ENDINGS = {"md": "Markdown"}


def kebab(name: str) -> str:
    """The name of a class as an address writes it."""
    return "-".join(re.findall("[A-Z][a-z]+", name)).lower()


def test_every_word_has_label_meaning_and_order(api: Api) -> None:
    served = {item["name"]: item["words"] for item in api.get("/v1/vocabularies").json()["items"]}
    declared = {kebab(words.__name__): list(words) for words in Vocabulary.__subclasses__()}
    assert served.keys() == declared.keys()
    for name, words in served.items():
        assert [word["value"] for word in words] == [str(word) for word in declared[name]]
        assert [word["order"] for word in words] == list(range(1, len(words) + 1))
        assert len({word["label"] for word in words}) == len(words)
        for word in words:
            assert word["meaning"], word
            spelled = ENDINGS.get(word["value"], word["value"])
            assert letters(word["label"]) == letters(spelled), word


def letters(text: str) -> str:
    """The letters and digits of a text: a label spells its word, whatever the case and the gaps."""
    return re.sub("[^a-z0-9]", "", text.lower())


def test_the_enums_of_the_document_are_the_vocabularies(api: Api, openapi: Json) -> None:
    served = {item["name"]: item["words"] for item in api.get("/v1/vocabularies").json()["items"]}
    enums = {s["x-vocabulary"]: s for s in openapi["components"]["schemas"].values() if "enum" in s}
    assert enums.keys() == served.keys()
    for name, schema in enums.items():
        assert schema["enum"] == [word["value"] for word in served[name]]
        assert schema["x-enum-labels"] == [word["label"] for word in served[name]]
        assert len(schema["x-enum-varnames"]) == len(schema["enum"])
        assert all(re.fullmatch("[A-Z][A-Z0-9_]*", var) for var in schema["x-enum-varnames"])


def test_a_vocabulary_is_found_by_the_name_of_its_field(api: Api, openapi: Json) -> None:
    names = {item["name"] for item in api.get("/v1/vocabularies").json()["items"]}
    for _, field, schema in properties(openapi):
        if vocabulary := schema.get("x-vocabulary"):
            assert api.get(f"/v1/vocabularies/{vocabulary}").json()["name"] == vocabulary
            answer = api.get(f"/v1/vocabularies/{field}")
            if answer.status_code == 404:
                assert re.search(
                    rf"several vocabularies: .*\b{vocabulary}\b", answer.json()["detail"]
                )
            else:  # the name of a vocabulary goes before that of a field
                assert answer.json()["name"] == (field if field in names else vocabulary)


def test_a_vocabulary_is_found_by_every_field_that_it_names(api: Api) -> None:
    items = api.get("/v1/vocabularies").json()["items"]
    names = {item["name"] for item in items}
    for item in items:
        for field in item["fields"]:
            if field not in names:
                assert api.get(f"/v1/vocabularies/{field}").json()["name"] == item["name"], field
    fields = [field for item in items for field in item["fields"]]
    assert len(fields) == len(set(fields)) > 40


def test_a_label_reads_as_people_write() -> None:
    labels = {
        "hr_status": "HR status", "document_url": "Document URL", "sha256": "SHA-256",
        "stage-iv": "Stage IV", "id": "ID", "next_step": "Next step", "p_value": "P value",
    }  # fmt: skip
    assert {name: make_label(name) for name in labels} == labels
