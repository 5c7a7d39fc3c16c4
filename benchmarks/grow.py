"""Measure how the service grows: the same questions to small and to large data.

For each size a seed is made of the real one and of synthetic records, built by the real loader, and
served without the store of ready answers. What is told is the server's time for one request.
"""

import argparse
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from urllib.parse import urlsplit

from benchmarks.answers import fetch, fetch_json
from benchmarks.load import run_wrk
from benchmarks.peers import run_cli, start_service
from benchmarks.questions import PLAIN, Question
from benchmarks.report import line, print_columns
from benchmarks.run import two_cores
from benchmarks.servers import PROJECT, Server
from benchmarks.synthetic import COMMON, RARE, TOPIC, write_seed

BUILD = 1800.0  # seconds; more is a failure
Figures = dict[str, float]


def deep_page(port: int, kind: str) -> str:
    """Where a list is nearly at its end: the last page of 500 but one, cut to 20 records."""
    target, targets = f"/v1/{kind}?limit=500", [f"/v1/{kind}?limit=500"]
    while following := fetch_json(port, target)["next"]:
        parts = urlsplit(following)
        target = f"{parts.path}?{parts.query}"
        targets.append(target)
    return re.sub(r"limit=\d+", "limit=20", targets[-2:][0])


def questions(port: int) -> Iterator[Question]:
    """What is asked of each size."""
    ids = [f"/v1/facts/synthetic-fact-{number:06}" for number in range(0, 800, 4)]
    yield Question("by id", ids)
    yield Question("first page of 20", ["/v1/facts?limit=20"])
    yield Question("deep page of 20", [deep_page(port, "facts")])
    yield Question("sorted page of 20", ["/v1/survival?sort=-value_percent&limit=20"])
    yield Question("page of 20 sorted by name", ["/v1/facts?sort=name&limit=20"])
    yield Question("filter with 50 matches", [f"/v1/facts?topic={TOPIC}&limit=20"])
    yield Question("rare word", [f"/v1/search?q={RARE}"])
    yield Question("common word", [f"/v1/search?q={COMMON}"])
    yield Question("common word in a list", [f"/v1/facts?q={COMMON}&limit=20"])
    yield Question("word of no record", ["/v1/search?q=trastuzumap"])
    yield Question("404 with suggestion", ["/v1/facts/her2-protein-full-nam"], status=404)
    yield Question("422 with suggestion", ["/v1/treatments?drugs=trastuzumap"], status=422)
    yield Question("total", ["/v1/facts?limit=1"])
    yield Question("facets", ["/v1/facts?facets=category,topic&limit=1"])


def measure(server: Server, question: Question, seconds: int, core: int) -> float:
    """Milliseconds of the server's time for one request, one after the other."""
    answers = fetch(server.port, question.targets, PLAIN)
    statuses = {answer.status for answer in answers.values()}
    if statuses != {question.status}:
        raise RuntimeError(f"{question.what}: status {statuses} at {question.targets[0]}")
    load = run_wrk(server, question.targets, PLAIN, 1, seconds, core)
    if load.failures or (load.refusals and question.status == 200):
        raise RuntimeError(f"{question.what}: {load}")
    return 1000 / load.per_cpu


def measure_size(count: int, seconds: int, folder: Path) -> Figures:
    """All figures of one size, by name."""
    server_core, wrk_core = two_cores()
    seed, database = folder / "seed", folder / "her2-facts.db"
    write_seed(PROJECT / "seed", seed, count)
    settings = {"seed": str(seed), "database": str(database)}
    before = getrusage(RUSAGE_CHILDREN)
    run_cli("build", timeout=BUILD, **settings)
    after = getrusage(RUSAGE_CHILDREN)
    build = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures = {"build, CPU s": build, "database, MB": database.stat().st_size / 2**20}
    with start_service(server_core, **settings, ready_bytes="0") as server:
        total = sum(item["total"] for item in fetch_json(server.port, "/v1")["collections"])
        figures = {"records": float(total), **figures, "first answer, s": server.started}
        for question in questions(server.port):
            figures[f"{question.what}, ms"] = measure(server, question, seconds, wrk_core)
        figures["resident, MB"] = server.memory()
    return figures


def print_growth(sizes: dict[int, Figures]) -> None:
    """The table: each figure by size, and the last against the first."""
    print_columns(["", *(f"{count:,} added" for count in sizes), "ratio"])
    first, *_, last = sizes.values()
    for name in first:
        form = ",.0f" if name == "records" else ".2f"
        cells = [format(figures[name], form) for figures in sizes.values()]
        print(line([name, *cells, f"{last[name] / first[name]:.2f}"]))


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grow", description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[1000, 20000], metavar="N")
    parser.add_argument("--seconds", type=int, default=2, help="for each question (default 2)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends too
    sizes = {}
    for count in arguments.records:
        with tempfile.TemporaryDirectory() as folder:
            sizes[count] = measure_size(count, arguments.seconds, Path(folder))
    print_growth(sizes)


if __name__ == "__main__":
    main()
