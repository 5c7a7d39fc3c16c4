"""Load from wrk, and what it costs the server."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.servers import Server

WALK = Path(__file__).with_name("walk.lua")


class Load(NamedTuple):
    """The figures of one run of wrk, or the medians of several."""

    rate: float  # requests per second
    per_cpu: float  # requests per second of the server's user and system time
    p50: float  # milliseconds
    p99: float
    failures: int  # of connections, reads, writes, or later than the timeout
    refusals: int  # answers with a status of 400 or more


def run_wrk(
    server: Server,
    targets: Sequence[str],
    headers: Mapping[str, str],
    connections: int,
    seconds: int,
    core: int,
) -> Load:
    """One run of wrk, pinned to a core."""
    lines = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(targets))
        file.flush()
        command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
        address = f"http://127.0.0.1:{server.port}"
        command += ["-s", str(WALK), *lines, address, "--", file.name]
        before = server.cpu()
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + 60, check=True
        )
        used = server.cpu() - before
    found = json.loads(done.stdout.splitlines()[-1])
    rate, per_cpu = found["requests"] / found["seconds"], found["requests"] / max(used, 0.01)
    return Load(rate, per_cpu, found["p50"], found["p99"], found["failures"], found["refusals"])


def medians(loads: Sequence[Load]) -> Load:
    """The median of each figure; failures and refusals are added up."""
    rate, per_cpu, p50, p99, failures, refusals = zip(*loads, strict=True)
    middle = (median(figures) for figures in (rate, per_cpu, p50, p99))
    return Load(*middle, sum(failures), sum(refusals))
