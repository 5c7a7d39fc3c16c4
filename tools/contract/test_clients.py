"""Clients made from the OpenAPI document work, in TypeScript and Python."""

import shutil
from collections.abc import Callable
from pathlib import Path

from conftest import BIN, HERE, run


def test_a_typed_typescript_client_lists_filters_pages_and_reads_a_problem(
    service: str, document: Path, node: Callable[..., str], tmp_path: Path
) -> None:
    node("openapi-typescript", document, "--output", "schema.d.ts")
    for name in ("client.mts", "tsconfig.json"):
        shutil.copy(HERE / name, tmp_path)
    node("tsc", "--project", ".")
    assert "drugs, " in node("node", "client.mjs", service)


def test_a_python_client_lists_filters_and_reads_a_problem(
    service: str, document: Path, tmp_path: Path
) -> None:
    generate = [BIN / "openapi-python-client", "generate", "--meta=none", "--fail-on-warning"]
    run(*generate, f"--path={document}", "--output-path=her2_facts_client", cwd=tmp_path)
    program = shutil.copy(HERE / "client.py", tmp_path)
    assert "drugs, " in run(BIN / "python", "-W", "error", program, service, cwd=tmp_path)
