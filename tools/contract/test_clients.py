"""Clients made by the lines of README compile and run, in TypeScript and Python."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import BIN, CLIENTS, run


@pytest.mark.parametrize(
    ("words", "program"),
    [
        ("openapi-typescript", "openapi-fetch"),
        ("npx orval", "orval"),
        ("hey-api", "hey-api"),
        ("-g typescript-fetch", "typescript-fetch"),
    ],
)
def test_a_typescript_client_compiles_and_runs(
    words: str,
    program: str,
    generate: Callable[[str], str],
    check_first: Callable[[str], None],
    service: str,
    node: Callable[..., str],
    tmp_path: Path,
) -> None:
    for name in (f"{program}.mts", "tsconfig.json", "orval.config.mjs"):
        shutil.copy(CLIENTS / name, tmp_path)
    generate(words)
    node("tsc", "--project", ".")
    check_first(node("node", f"{program}.mjs", service))


@pytest.mark.parametrize(
    ("words", "program"),
    [
        ("openapi-python-client", "openapi_python_client"),
        ("-g python", "openapi_generator"),
        ("datamodel-codegen", "datamodel_codegen"),
    ],
)
def test_a_python_client_runs(
    words: str,
    program: str,
    generate: Callable[[str], str],
    check_first: Callable[[str], None],
    service: str,
    tmp_path: Path,
) -> None:
    assert not re.search(r"\bWarning\b", generate(words))  # and no file of a model so named
    path = shutil.copy(CLIENTS / f"{program}.py", tmp_path)
    made = {"PYTHONPATH": str(tmp_path / "python")}
    check_first(run(BIN / "python", "-W", "error", path, service, cwd=tmp_path, **made))
