"""The OpenAPI document is valid, and the strictest rules of two linters find nothing in it."""

import json
from collections.abc import Callable
from pathlib import Path

from conftest import BIN, run


def test_the_document_is_valid_openapi(document: Path, tmp_path: Path) -> None:
    run(BIN / "openapi-spec-validator", document, cwd=tmp_path)


def test_redocly_has_no_error_and_no_warning(document: Path, node: Callable[..., str]) -> None:
    report = node("redocly", "lint", "--extends=recommended-strict", "--format=json", document)
    # Redocly says more around its JSON.
    totals = json.JSONDecoder().raw_decode(report[report.index("{") :])[0]["totals"]
    assert (totals["errors"], totals["warnings"], totals["ignored"]) == (0, 0, 0), report


def test_spectral_has_no_finding(document: Path, node: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("extends: ['spectral:oas']")
    node("spectral", "lint", "--fail-severity=hint", "--ruleset=rules.yaml", document)
