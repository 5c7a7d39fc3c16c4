"""Pages in a real browser: axe in both palettes, widths, the keyboard, requests."""

import json
from collections.abc import Callable

import pytest
from conftest import HERE

# One address of each kind of page.
PATHS = [
    "/", "/v1/topics", "/v1/topics/prognosis", "/v1/facts", "/v1/facts?q=heart",
    "/v1/risk-factors/brca1-gene", "/v1/symptoms/breast-lump", "/v1/tests/immunohistochemistry",
    "/v1/treatments/targeted-therapy", "/v1/drugs", "/v1/drugs/trastuzumab-emtansine",
    "/v1/drugs/trastuzumab-deruxtecan", "/v1/drugs/trastuzumab", "/v1/trials/destiny-breast03",
    "/v1/survival", "/v1/survival?her2_status=positive",
    "/v1/survival/seer-2013-2019-distant-hr-positive-her2-positive", "/v1/statistics",
    "/v1/statistics/share-her2-positive", "/v1/trials", "/v1/approvals", "/v1/comparisons",
    "/v1/comparisons/her2-positive-share", "/v1/comparisons/cure", "/v1/sources",
    "/v1/sources/cleveland-clinic", "/v1/search?q=heart+failure", "/v1/search?q=herceptn",
    "/v1/lookup?name=kadcyla", "/v1/vocabularies", "/v1/vocabularies/note-kind", "/v1/releases",
    "/v1/releases/2026.11.1", "/v1/releases/2026.11.1/changes", "/v1/export", "/guide/figures",
    "/guide/developers", "/guide/privacy", "/nothing", "/v1/survival?stage=IV",
    "/v1/products", "/v1/drugs?class=adc", "/v1/symptoms/lump",
]  # fmt: skip
MOST_BYTES = 60_000


@pytest.mark.parametrize("group", range(5))
def test_everybody_can_use_each_kind_of_page(
    service: str, node: Callable[..., str], group: int
) -> None:
    seen = json.loads(node("node", HERE / "pages.mjs", service, *PATHS[group::5]))
    assert seen["faults"] == []
    assert seen["counts"]["axe"] == 4 * len(PATHS[group::5])
    for path, measured in seen["speed"].items():
        assert measured["bytes"] <= MOST_BYTES, path
        assert measured["requests"] <= 3, path  # the page, its style, the icon
