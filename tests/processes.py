"""Processes that start at once: each is a fork of one that has imported the service already.

Importing it takes a second of CPU, and the tests start some thirty processes. That the service also
starts without this is seen in test_cli.py (`her2-facts serve`) and in test_deploy.py.
"""

import multiprocessing
import multiprocessing.forkserver
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

FORKS = multiprocessing.get_context("forkserver")
# All that app.cli imports, but not itself: it is run as a program.
FORKS.set_forkserver_preload([
    "app.build", "app.curate", "app.serving.agents.endpoint", "app.serving.metrics", "app.serving.server", "app.store.migrations",
    "tests.bare", "uvicorn.main", "tests.warm",
])  # fmt: skip


def stop_forking() -> None:
    """End the process that is forked, so that none outlives the tests."""
    multiprocessing.forkserver._forkserver._stop()  # type: ignore[attr-defined]


def run_module(name: str, *arguments: str) -> None:
    """Do what `python -m` does."""
    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def become(
    target: Callable[..., object],
    arguments: tuple[Any, ...],
    environment: Mapping[str, str],
    outputs: tuple[Connection, Connection],
) -> None:
    """Run in the new process, with its own environment and outputs."""
    for number, output in enumerate(outputs, 1):
        os.dup2(output.fileno(), number)
        output.close()
    sys.stdin = os.fdopen(0, closefd=False)  # that of multiprocessing can't be passed on
    os.environ.clear()
    os.environ.update(environment)
    target(*arguments)


class Process:
    """A forked process, with the part of `subprocess.Popen` that tests use."""

    def __init__(
        self, target: Callable[..., object], *arguments: Any, environment: Mapping[str, str]
    ) -> None:
        (out, to_out), (err, to_err) = os.pipe(), os.pipe()
        self.stdout, self.stderr = os.fdopen(out), os.fdopen(err)
        with Connection(to_out, readable=False) as one, Connection(to_err, readable=False) as two:
            start = (target, arguments, dict(environment), (one, two))
            self.process = FORKS.Process(target=become, args=start)
            self.process.start()
        assert self.process.pid
        self.pid = self.process.pid

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stdout.close()
        self.stderr.close()
        self.process.join(20)
        if self.poll() is None:
            self.process.kill()
            self.process.join()
            assert error, "the process had to be killed"

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self.process.exitcode

    def wait(self, timeout: float) -> int:
        """The exit status; raises TimeoutError if the process does not end."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise TimeoutError(f"process {self.pid} is still running")
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


def start(module: str, *arguments: str, environment: Mapping[str, str] = os.environ) -> Process:
    """Start `python -m` with this module."""
    return Process(run_module, module, *arguments, environment=environment)


def run(
    module: str, *arguments: str, environment: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run `python -m` with this module to its end."""
    with start(module, *arguments, environment=environment) as process:
        status = process.wait(60)
        out, err = process.stdout.read(), process.stderr.read()
    return subprocess.CompletedProcess([module, *arguments], status, out, err)
