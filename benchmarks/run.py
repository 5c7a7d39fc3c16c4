"""Compare the service with the ceiling of its server and with its peers, in one run.

Each server is pinned to one core and wrk to another; each row is measured in turn with a bare ASGI
function that sends the very same answers. README.md says what the columns mean.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import peers, questions
from benchmarks.answers import Answers, fetch, fetch_records
from benchmarks.load import Load, medians, run_wrk
from benchmarks.questions import PAGE, PLAIN, Question, fact_address
from benchmarks.report import Result, print_head, print_ratios, print_result
from benchmarks.servers import Server, free_port


@dataclass(frozen=True)
class Bench:
    """How it is measured."""

    server_core: int
    wrk_core: int
    seconds: int
    runs: int
    only: str
    folder: Path

    def load(self, server: Server, question: Question) -> Load:
        """One run of wrk."""
        targets, headers, connections = question.targets, question.headers, question.connections
        return run_wrk(server, targets, headers, connections, self.seconds, self.wrk_core)

    def compare(self, name: str, server: Server, question: Question) -> Result:
        """A server and the ceiling of its answers, in turn."""
        answers = fetch(server.port, question.targets, question.headers)
        with peers.start_ceiling(answers, self.server_core, self.folder) as ceiling:
            check_same(answers, fetch(ceiling.port, question.targets, question.headers))
            pairs = [
                (self.load(server, question), self.load(ceiling, question))
                for _ in range(self.runs)
            ]
        loads, ceilings = (medians(side) for side in zip(*pairs, strict=True))
        return Result(name, question, answers, loads, ceilings, server.memory())

    def rows(self, name: str, server: Server, asked: Iterable[Question]) -> Iterator[Result]:
        """The wanted rows of one server, each printed as soon as it is measured."""
        for question in asked:
            if self.only in f"{name}: {question.what}":
                result = self.compare(name, server, question)
                print_result(result)
                yield result


def check_same(answers: Answers, replayed: Answers) -> None:
    """Raise unless the ceiling sends the same status, headers and bytes."""
    for target, answer in answers.items():
        if replayed[target] != answer:
            raise RuntimeError(f"the ceiling's answer differs at {target}: {replayed[target]}")


def measure_service(bench: Bench, database: str) -> Iterator[Result]:
    """The service: as it starts, with metrics, and without the store of ready answers."""
    core = bench.server_core
    with peers.start_service(core, database=database) as server:
        yield from bench.rows("ours", server, questions.ready(server.port))
    metrics = str(free_port())
    with peers.start_service(core, database=database, metrics_port=metrics) as server:
        yield from bench.rows("ours, metrics on", server, questions.measured(server.port))
    with peers.start_service(core, database=database, ready_bytes="0") as server:
        yield from bench.rows("ours, HER2_READY_BYTES=0", server, questions.cold(server.port))


def read_service(bench: Bench, database: str) -> tuple[list[dict[str, Any]], str, dict[str, bytes]]:
    """What the peers serve too: all facts, the address of one, and the service's answers."""
    with peers.start_service(bench.server_core, database=database) as server:
        facts = fetch_records(server.port, "facts")
        address = fact_address(facts)
        answers = fetch(server.port, [address, PAGE], PLAIN)
    files = {"record.json": answers[address].body, "page.json": answers[PAGE].body}
    return facts, address.rsplit("/", 1)[1], files


def measure_peers(bench: Bench, database: str) -> Iterator[Result]:
    """The tutorial's server, Datasette and nginx, as far as they are installed."""
    core, folder = bench.server_core, bench.folder
    facts, fact, files = read_service(bench, database)
    with peers.start_tutorial(facts, core, folder) as server:
        targets = [f"/facts/{fact}", "/facts?limit=20"]
        yield from bench.rows("tutorial", server, checked(server, targets, files))
    if peers.DATASETTE.exists():
        with peers.start_datasette(core, folder, database) as server:
            base = "/her2-facts/fact"
            targets = [f"{base}.json?id={fact}&{peers.NESTED}"]
            targets += [f"{base}s.json?limit=20&{peers.NESTED}"]
            yield from bench.rows("Datasette", server, checked(server, targets, files))
    if peers.NGINX:
        with peers.start_nginx(files, core, folder) as server:
            targets = [f"/{name}" for name in files]
            yield from bench.rows("nginx, static files", server, checked(server, targets, files))
        with peers.start_cache(core, folder, database) as server:
            asked = questions.cached(server.port, f"{peers.PREFIX}/v1/facts/{fact}")
            yield from bench.rows("nginx, cache before two workers", server, asked)


def checked(server: Server, targets: list[str], files: dict[str, bytes]) -> Iterator[Question]:
    """The questions to a peer: a record and a page, once it is sure that they are the same."""
    answers = fetch(server.port, targets, PLAIN)
    for what, target, ours in zip(("record", "page of 20"), targets, files.values(), strict=True):
        peers.check_same_records(ours, answers[target].body)
        yield Question(what, [target])


def print_start(bench: Bench, database: str) -> None:
    """How long the service takes to start, and what memory it has then."""
    with peers.start_service(bench.server_core, database=database) as server:
        started, memory = server.started, server.memory()
    print(f"\nours: first answer {started:.2f} s after the start, with {memory:.0f} MB")


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--seconds", type=int, default=2, help="of one run of wrk (default 2)")
    parser.add_argument("--runs", type=int, default=5, help="of each row (default 5)")
    parser.add_argument("--only", default="", help="rows with this in `server: question`")
    return parser.parse_args()


def tools() -> list[list[str]]:
    """The commands that tell the versions of what is compared; ends where wrk is missing."""
    for needed in ("wrk", "taskset"):
        if not shutil.which(needed):
            sys.exit(f"{needed} is not installed")
    datasette = [[str(peers.DATASETTE), "--version"]] if peers.DATASETTE.exists() else []
    nginx = [[peers.NGINX, "-v"]] if peers.NGINX else []
    for name, found in (("Datasette", datasette), ("nginx", nginx)):
        if not found:
            print(f"{name} is not installed and is left out", file=sys.stderr)
    return [["wrk", "-v"], *datasette, *nginx]


def two_cores() -> list[int]:
    """The cores of the servers and of wrk."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("two cores are needed: one for the server, one for wrk")
    return cores[:2]


def main() -> None:
    """Measure all rows, print both tables, end with status 1 if any request failed."""
    arguments = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end too
    server_core, wrk_core = two_cores()
    print_head(arguments.seconds, arguments.runs, tools())
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(server_core, wrk_core, **vars(arguments), folder=Path(folder))
        database = str(bench.folder / "her2-facts.db")
        peers.run_cli("build", database=database)
        results = [*measure_service(bench, database), *measure_peers(bench, database)]
        print_start(bench, database)
    print_ratios(results)
    faults = [f"{r.name}: {r.faults}" for r in results if r.faults]
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main()
