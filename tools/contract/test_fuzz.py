"""What the OpenAPI document allows is answered as it says, and what it forbids is refused."""

from pathlib import Path

from conftest import BIN, HERE, run

EXAMPLES = 200


def test_schemathesis_finds_nothing(service: str, tmp_path: Path) -> None:
    command = [BIN / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run"]
    address = f"{service}/openapi.json"
    options = ["--checks=all", f"--max-examples={EXAMPLES}", "--generation-database=none"]
    # The tool keeps what it found in the directory that it runs in; its hooks are here.
    print(run(*command, address, *options, cwd=tmp_path, PYTHONPATH=str(HERE)))
