"""What an operator sees: log lines, metrics, and that neither costs anything while it is off."""

import io
import json
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from prometheus_client.parser import text_string_to_metric_families

from app import __version__
from app.build import build
from app.serving.logs import JsonLines, describe_logging
from app.serving.meter import Meter
from app.settings import Settings

from . import processes
from .bare import Server
from .conftest import HTTP, serve
from .test_stop import children, end_workers, replace_a_worker
from .test_stop import serve as serve_process

Write = Callable[..., Path]
TEA = "/v1/risk-factors/tea"


def free_ports() -> int:
    """The first of two ports in a row that nobody listens on."""
    for _ in range(100):
        with socket.socket() as one, socket.socket() as next_one, suppress(OSError):
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            next_one.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("no free port")


def scrape(port: int) -> dict[str, float]:
    """The metrics of a worker, by name and labels as Prometheus writes them."""
    text = HTTP.get(f"http://127.0.0.1:{port}/metrics").raise_for_status().text
    return {
        sample.name + "".join(f" {key}={sample.labels[key]}" for key in sorted(sample.labels)): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def wait_for(port: int, name: str, value: float) -> None:
    """Wait until a worker's metric has a value; fail after ten seconds."""
    for _ in range(100):
        if scrape(port)[name] == value:
            return
        time.sleep(0.1)
    raise AssertionError(f"{name} at {port} is {scrape(port)[name]}")


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines of JSON that were logged."""
    access = logging.getLogger("her2_facts.access")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    access.addHandler(handler)
    access.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    access.removeHandler(handler)


def test_a_request_is_one_line_of_json_without_what_was_searched(
    tiny: Settings, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    api = serve(tiny.model_copy(update={"access_log": True}))
    api.get("/v1/search?q=secret")
    first = api.get(f"{TEA}?format=json", headers={"X-Request-ID": "mine"})
    again = api.get(f"{TEA}?format=json", headers={"X-Request-ID": "again"})
    api.request("HEAD", TEA)
    missing = api.get("/v1/drugs/%0aline")
    logged = lines()
    assert [line["path"] for line in logged] == ["/v1/search", TEA, TEA, TEA, "/v1/drugs/%0aline"]
    assert [line["status"] for line in logged] == [200, 200, 200, 200, 404]
    assert [line["method"] for line in logged][2:4] == ["GET", "HEAD"]
    assert [line["id"] for line in logged][1:3] == ["mine", "again"]
    assert logged[4]["id"] == missing.headers["x-request-id"] == missing.json()["request_id"]
    assert logged[1]["bytes"] == logged[2]["bytes"] == int(first.headers["content-length"])
    assert again.content == first.content
    assert logged[3]["bytes"] == 0
    for line in logged:
        assert line.keys() == {"time", "level", "method", "path", "status", "bytes", "ms", "id"}
        assert datetime.fromisoformat(line["time"]).utcoffset() is not None
        assert line["ms"] > 0
        assert "secret" not in str(line)


def test_nothing_is_logged_or_counted_while_it_is_off(
    tiny: Settings, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    service = serve(tiny).service
    assert not service.is_observed
    serve(tiny).get(TEA)
    assert lines() == []


def test_a_fault_is_logged_with_what_finds_its_request(
    tiny: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    api = serve(tiny)
    api.service.live.service.database.close()
    answer = api.get(f"{TEA}?fields=name")
    assert answer.status_code == 500
    (record,) = caplog.records
    line = json.loads(JsonLines().format(record))
    assert line["id"] == answer.json()["request_id"]
    assert (line["level"], line["path"]) == ("error", TEA)
    assert "ProgrammingError" in line["exception"]
    assert answer.json()["request_id"] in record.message  # in plain text too


@pytest.mark.parametrize(
    ("level", "ours", "uvicorns"),
    [("debug", 10, 10), ("info", 20, 30), ("warning", 30, 30), ("error", 40, 40)],
)
def test_the_level_is_a_setting_and_requests_are_logged_at_any(
    level: Any, ours: int, uvicorns: int
) -> None:
    loggers = describe_logging(Settings(log_level=level))["loggers"]
    levels = [logging.getLevelName(logger["level"]) for logger in loggers.values()]
    assert dict(zip(loggers, levels, strict=True)) == {
        "her2_facts": ours,
        "her2_facts.access": 20,
        "mcp": 40,
        "uvicorn": uvicorns,
    }


def test_the_whole_process_logs_json(environment: dict[str, str], tiny: Settings) -> None:
    environment |= {"HER2_LOG_FORMAT": "json", "HER2_ACCESS_LOG": "true"}
    with processes.start("app.cli", "serve", "--port", "0", environment=environment) as process:
        lines = (process.stdout.readline() for _ in range(2))
        address = list(lines)[1].split()[3].rstrip(",")
        HTTP.get(f"{address}/v1")
        tiny.database.unlink()
        logged = [json.loads(process.stderr.readline()) for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == ""
    assert (logged[0]["path"], logged[0]["status"]) == ("/v1", 200)
    assert logged[1]["message"].startswith("the last good data stay in use: ")


def test_a_meter_counts_made_up_methods_as_one() -> None:
    meter = Meter()
    for method in ("GET", "BREW", "X" * 1000):
        meter.count(method, 405, 10, 0.0002)
    assert meter.requests["GET"][4] == 1
    assert meter.requests["other"][4] == 2
    assert meter.cumulative_times()[:3] == [("0.0001", 0), ("0.00025", 3), ("0.0005", 3)]
    assert meter.cumulative_times()[-1] == ("+Inf", 3)


def test_metrics_are_those_of_the_process_and_never_on_the_public_port(
    environment: dict[str, str], tiny: Settings, tiny_seed: Write
) -> None:
    port = free_ports()
    with serve_process(environment | {"HER2_METRICS_PORT": str(port)}) as server:
        address = f"http://127.0.0.1:{server.port}"
        for path in (TEA, TEA, "/v1/nothing", "/metrics"):
            HTTP.get(f"{address}{path}")
        size = len(HTTP.request("OPTIONS", f"{address}{TEA}").content)
        assert HTTP.get(f"{address}/metrics").status_code == 404
        server.send(b"BREW\r\n\r\n")
        found = scrape(port)
        assert found["her2_requests_total method=GET status=2xx"] == 2
        assert found["her2_requests_total method=GET status=4xx"] == 3
        assert found["her2_requests_total method=OPTIONS status=2xx"] == 1
        assert found["her2_requests_total method=GET status=5xx"] == 0
        assert (found["her2_ready_hits_total"], found["her2_ready_misses_total"]) == (1, 5)
        assert found["her2_ready_answers"] == 1
        assert found["her2_ready_bytes"] > 2000
        assert found["her2_response_body_bytes_total"] > size
        assert found["her2_request_seconds_count"] == 6
        assert found["her2_request_seconds_bucket le=+Inf"] == 6
        assert found["her2_bad_requests_total"] == 1
        assert found["her2_reload_failed"] == found["her2_reload_errors_total"] == 0
        assert found["process_resident_memory_bytes"] > 10_000_000
        digest = HTTP.get(f"{address}/v1").json()["meta"]["digest"]
        assert found[f"her2_data_info digest={digest} version=2026.1.0+dev"] == 1
        worker = f"pid={server.process.pid} port={port} version={__version__}"
        assert found[f"her2_worker_info {worker}"] == 1


async def call_tools(address: str) -> list[str]:
    """What ten calls of a tool answer: they need no session, so any worker answers any of them."""
    async with Client(address) as client:
        calls = [await client.call_tool("get_record", {"record": "tea"}) for _ in range(10)]
    return [call.content[0].text for call in calls]


def check_each_worker(server: Server, port: int, version: str) -> None:
    """Each of two workers has taken up new data once, and names itself in its metrics."""
    workers = set(children(server.process))
    assert len(workers) == 2
    for worker in (port, port + 1):
        wait_for(worker, "her2_reloads_total", 1)
        found = scrape(worker)
        assert [key for key in found if f"version={version}" in key]
        (name,) = (key for key in found if key.startswith("her2_worker_info"))
        assert f"port={worker} " in name
        workers.remove(int(name.split("pid=")[1].split()[0]))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_share_a_socket_count_apart_are_replaced_and_end_together(
    environment: dict[str, str], tiny: Settings, tiny_seed: Write
) -> None:
    """One test for all: to start two workers takes three seconds of CPU."""
    port = free_ports()
    environment |= {"HER2_METRICS_PORT": str(port), "HER2_WORKERS": "2", "HER2_LOG_LEVEL": "error"}
    died = r".* ERROR worker \d+ died, and another takes its place\n"
    with serve_process(environment | {"HER2_GRACEFUL_SECONDS": "8"}, logs=died) as server:
        address = f"http://127.0.0.1:{server.port}"
        assert HTTP.get(f"{address}/v1").text.count(f'"{address}/v1/')
        tiny_seed(release={"version": "2026.2.0", "date": "2026-02-01"})
        build(tiny)
        check_each_worker(server, port, "2026.2.0+dev")
        now = replace_a_worker(server)
        answers = {HTTP.get(f"{address}/readyz").text for _ in range(20)}
        assert answers == {'{"status":"ok","data_version":"2026.2.0+dev","reload_error":null}'}
        end_workers(server, now)


def test_a_worker_without_a_port_for_metrics_does_not_start(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment |= {"HER2_METRICS_PORT": str(port)}
        done = processes.run("app.cli", "serve", "--port", "0", environment=environment)
    assert done.returncode == 3
    assert f"no port for metrics is free at 127.0.0.1: tried {port} to {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_plain_uvicorn_says_what_is_misspelt_too(environment: dict[str, str]) -> None:
    environment["HER2_WORKRES"] = "2"
    factory = ("app.main:create_app", "--factory", "--port", "0")
    with processes.start("uvicorn", *factory, environment=environment) as process:
        logged = ""
        while "running on" not in logged:
            logged += process.stderr.readline()
        process.terminate()
    assert "WARNING HER2_WORKRES: no such setting; did you mean HER2_WORKERS?\n" in logged
