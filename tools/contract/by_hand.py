"""Clients in Java and Go compile and run. `tools/contract/run.sh by_hand.py` tries them, as a
compiler takes its minutes: Java needs a JDK and the annotations that maven brings.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import openapi_generator_cli
from conftest import BIN, CLIENTS, run

# The libraries that a Java client needs: those that the generator itself has, and annotations.
JARS = [
    Path(openapi_generator_cli.__file__).with_name("openapi-generator.jar"),
    Path("/usr/share/java/geronimo-annotation-1.3-spec.jar"),
]
# The client needs no module but its own.
GO = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}


def test_a_java_client_compiles_and_runs(
    generate: Callable[[str], str],
    check_first: Callable[[str], None],
    service: str,
    tmp_path: Path,
) -> None:
    generate("-g java")
    sources = [*(tmp_path / "java" / "src" / "main").rglob("*.java"), CLIENTS / "First.java"]
    libraries = ":".join(map(str, JARS))
    options = ["-nowarn", "-proc:none", "-cp", libraries, "-d", "classes"]
    run("javac", *options, *sources, cwd=tmp_path)
    check_first(run("java", "-cp", f"{libraries}:classes", "First", service, cwd=tmp_path))


def test_a_go_client_compiles_and_runs(
    generate: Callable[[str], str],
    check_first: Callable[[str], None],
    service: str,
    tmp_path: Path,
) -> None:
    generate("-g go")
    directory = tmp_path / "go" / "first"
    directory.mkdir()
    shutil.copy(CLIENTS / "first.go", directory)
    cache = {"GOCACHE": str(tmp_path / "cache")}
    run(BIN / "go", "build", "-o", "program", ".", cwd=directory, **GO, **cache)
    check_first(run(directory / "program", service, cwd=tmp_path))
