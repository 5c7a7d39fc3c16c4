"""One name for one thing: what is seen in a record can be filtered, counted and sorted by."""

import pytest

from app.resources import RESOURCES

from .conftest import Api
from .reading import EVIDENCE, Json, choices, item_properties, parameters, values_of

every_kind = pytest.mark.parametrize("kind", [resource.kind for resource in RESOURCES])
# What a list takes that is no field: how it is written, and what looks at several fields.
GENERAL = {"q", "latest", "absent", "format", "fields", "facets", "sort", "limit", "cursor"}


@every_kind
def test_a_filter_has_the_name_of_a_field(openapi: Json, kind: str) -> None:
    path = f"/v1/{kind}"
    fields = item_properties(openapi, path)
    filters = parameters(openapi, path).keys() - GENERAL - EVIDENCE.keys()
    for name in filters:
        assert name in fields or name.removesuffix("_before").removesuffix("_after") in fields
    facets, absent, sort = (set(choices(openapi, path, n)) for n in ("facets", "absent", "sort"))
    assert facets <= filters | EVIDENCE.keys()
    assert facets <= absent <= fields.keys() | EVIDENCE.keys()
    assert {key.removeprefix("-") for key in sort} <= fields.keys() | {"position"}
    assert set(choices(openapi, path, "fields")) == fields.keys()


@every_kind
def test_every_field_with_words_is_a_filter(openapi: Json, kind: str) -> None:
    """Words of a closed list, yes or no: in the record itself, none is left out."""
    taken = parameters(openapi, f"/v1/{kind}").keys()
    for name, schema in item_properties(openapi, f"/v1/{kind}").items():
        if name != "kind" and ("x-vocabulary" in schema or "boolean" in str(schema)):
            assert name in taken, name


@every_kind
def test_every_facet_leads_to_as_many_records_as_it_counts(
    api: Api, openapi: Json, kind: str
) -> None:
    names = choices(openapi, f"/v1/{kind}", "facets")
    for name in names:
        facets = api.get(f"/v1/{kind}?limit=1&facets={name}").json()["facets"][name]
        assert len({facet["value"] for facet in facets}) == len(facets)
        # All words, and of a long list of names the first and the last.
        for facet in facets[:12] + facets[-3:]:
            assert api.get(facet["url"]).json()["total"] == facet["count"], facet
            assert facet["label"]


@every_kind
def test_facets_stand_in_the_order_of_their_words(api: Api, openapi: Json, kind: str) -> None:
    fields = item_properties(openapi, f"/v1/{kind}")
    for name in choices(openapi, f"/v1/{kind}", "facets"):
        values = [
            f["value"] for f in api.get(f"/v1/{kind}?limit=1&facets={name}").json()["facets"][name]
        ]
        assert None not in values[:-1]
        stated = [value for value in values if value is not None]
        if vocabulary := fields.get(name, {}).get("x-vocabulary"):
            words = api.get(f"/v1/vocabularies/{vocabulary}").json()["words"]
            assert stated == [word["value"] for word in words if word["value"] in stated]
        elif all(isinstance(value, str) for value in stated):
            assert (
                stated == sorted(stated, key=lambda text: (text.casefold(), text))
                or name in EVIDENCE
            )


@every_kind
def test_absent_and_present_make_the_whole(api: Api, openapi: Json, kind: str) -> None:
    items = api.items(f"/v1/{kind}")
    names = choices(openapi, f"/v1/{kind}", "absent")
    for name in names:
        found = api.items(f"/v1/{kind}?absent={name}")
        expected = [item["id"] for item in items if not values_of(item, name)]
        assert [item["id"] for item in found] == expected, name
    both = api.items(f"/v1/{kind}?absent={names[0]},{names[-1]}")
    expected = [i["id"] for i in items if not values_of(i, names[0]) + values_of(i, names[-1])]
    assert [item["id"] for item in both] == expected


@every_kind
def test_latest_leaves_out_what_only_superseded_sources_say(api: Api, kind: str) -> None:
    items = api.items(f"/v1/{kind}")
    latest = api.items(f"/v1/{kind}?latest=true")
    standing = {item["id"]: {*EVIDENCE["standing"](item)} for item in items}
    kept = [name for name, words in standing.items() if words != {"superseded"}]
    assert [item["id"] for item in latest] == kept
    assert api.items(f"/v1/{kind}?latest=false") == items


def test_some_figures_are_not_the_latest(api: Api) -> None:
    """Otherwise the test above would prove nothing."""
    every, latest = (api.get(f"/v1/survival?{q}").json()["total"] for q in ("", "latest=true"))
    assert 0 < latest < every


def test_a_facet_of_references_is_labelled_by_their_names(api: Api) -> None:
    for name, kind in (("topic", "topics"), ("source", "sources")):
        for facet in api.get(f"/v1/facts?limit=1&facets={name}").json()["facets"][name]:
            record = api.get(f"/v1/{kind}/{facet['value']}").json()
            assert facet["label"] == record["name"]


@every_kind
def test_every_field_is_counted_among_what_was_searched_and_filtered(
    api: Api, openapi: Json, kind: str
) -> None:
    names = choices(openapi, f"/v1/{kind}", "facets")
    path = f"/v1/{kind}?limit=1&q=cancer&applies_to=her2-positive&applies_to=breast-cancer"
    answer = api.get(f"{path}&facets={','.join(names)}").raise_for_status().json()
    for name in names:
        for facet in answer["facets"][name][:3]:
            assert api.get(facet["url"]).json()["total"] == facet["count"], (name, facet)
