"""Tables of what was measured, in Markdown."""

import platform
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks.answers import Answers
from benchmarks.load import Load
from benchmarks.questions import Question

COLUMNS = (
    "server", "question", "connections", "bytes", "req/s", "req/CPU s", "ceiling req/CPU s",
    "ratio", "p50 ms", "p99 ms", "errors", "RSS MB",
)  # fmt: skip
LIBRARIES = ("uvicorn", "uvloop", "httptools", "fastapi", "starlette", "sqlmodel")


class Result(NamedTuple):
    """One row: a server's figures beside those of the ceiling of the same answers."""

    server: str
    question: Question
    answers: Answers
    load: Load
    ceiling: Load
    memory: float

    @property
    def name(self) -> str:
        """What was measured."""
        question = self.question
        return f"{self.server}: {question.what}, {question.connections} connections"

    @property
    def ratio(self) -> float:
        """Requests per CPU second against the ceiling's."""
        return self.load.per_cpu / self.ceiling.per_cpu

    @property
    def faults(self) -> str:
        """What went wrong, or nothing: failed requests, or another status than expected."""
        wrong = {answer.status for answer in self.answers.values()} - {self.question.status}
        failed = sum((*self.load[-2:], *self.ceiling[-2:]))
        parts = [f"{failed} failed"] * bool(failed)
        return ", ".join([*parts, *(f"status {status}" for status in sorted(wrong))])


def line(cells: Sequence[object]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


def print_columns(names: Sequence[str]) -> None:
    """The head of a Markdown table."""
    print(f"\n{line(names)}\n{line(['---'] * len(names))}", flush=True)


def print_head(seconds: int, runs: int, tools: Sequence[Sequence[str]]) -> None:
    """What was measured with what, and the head of the table."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(f"{date.today()}, {cpu_model()}, Python {platform.python_version()}, {libraries},")
    print(", ".join(first_line(tool) for tool in tools), end="; ")
    print(f"each figure the median of {runs} runs of {seconds} s.")
    print_columns(COLUMNS)


def cpu_model() -> str:
    """What the machine calls its processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def first_line(command: Sequence[str]) -> str:
    """The first line that a tool prints, its name and version."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout.splitlines()[0].split(" [")[0]


def print_result(result: Result) -> None:
    """One row of the table, as soon as it is measured."""
    question, load = result.question, result.load
    size = sum(len(answer.body) for answer in result.answers.values()) // len(result.answers)
    rates = [f"{figure:,.0f}" for figure in (load.rate, load.per_cpu, result.ceiling.per_cpu)]
    times = [f"{load.p50:.2f}", f"{load.p99:.2f}"]
    row = [result.server, question.what, question.connections, f"{size:,}", *rates]
    row += [f"{result.ratio:.3f}", *times, result.faults or 0, f"{result.memory:.0f}"]
    print(line(row), flush=True)


def print_ratios(results: Sequence[Result]) -> None:
    """The table of ratios that stands in the README."""
    print_columns(("server", "question", "connections", "ratio", "aim", "p99 / p50"))
    for result in results:
        question, load = result.question, result.load
        aim = "" if question.aim is None else f"{question.aim:.2f}"
        spread = f"{load.p99 / max(load.p50, 0.001):.1f}"
        row = [result.server, question.what, question.connections, f"{result.ratio:.3f}", aim]
        print(line([*row, spread]))
