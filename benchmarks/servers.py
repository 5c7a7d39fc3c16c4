"""Servers under measure: started, pinned to a core, watched in /proc, ended by their id."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START = 120.0  # seconds; a missing database is built first


class Server(NamedTuple):
    """A running server, by its process and port."""

    pid: int
    port: int
    started: float  # seconds from its start to its first answer

    def cpu(self) -> float:
        """Seconds of user and system time that its processes have taken."""
        return sum(cpu_ticks(pid) for pid in family(self.pid)) / TICKS

    def memory(self) -> float:
        """Resident memory of its processes in MB."""
        return sum(resident_kb(pid) for pid in family(self.pid)) / 1024


def family(pid: int) -> list[int]:
    """A process and all that it has started."""
    lists = (p.read_text().split() for p in Path(f"/proc/{pid}/task").glob("*/children"))
    children = [int(child) for found in lists for child in found]
    return [pid, *(member for child in children for member in family(child))]


def cpu_ticks(pid: int) -> int:
    """User and system time of a process: the 14th and 15th field of its stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def resident_kb(pid: int) -> int:
    """Resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path],
    port: int,
    environment: Mapping[str, str] | None = None,
    core: int | None = None,
    path: str = "/",
) -> Iterator[Server]:
    """A server while it is needed; it is up once it answers at `path`, with any status."""
    pin = [] if core is None else ["taskset", "-c", str(core)]
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [*pin, *map(str, command)],
            cwd=PROJECT,
            env=os.environ | (environment or {}),
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            wait_for_answer(process, port, path, log)
            yield Server(process.pid, port, time.monotonic() - began)
        finally:
            stop(process)


def wait_for_answer(process: subprocess.Popen[bytes], port: int, path: str, log: IO[str]) -> None:
    """Ask until the server answers; say what it printed if it does not."""
    end = time.monotonic() + START
    while process.poll() is None and time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    log.seek(0)
    raise RuntimeError(f"{process.args!r} does not answer:\n{log.read()[-2000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server by TERM, or by KILL if it does not end in ten seconds."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
