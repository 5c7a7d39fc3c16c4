"""Metrics in the format of Prometheus: plain numbers, which its client library reads at a scrape.

They are served at a port of their own, for each worker by itself.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from app import __version__
from app.serving.connections import COUNTERS, WATCH
from app.serving.live import Live
from app.serving.meter import Meter

# Of serving/connections.py.
EVENTS = {
    "bad_requests": "Requests that were refused before they reached the application.",
    "timeouts": "Connections that were closed because the client was too slow.",
    "evictions": "Idle connections that were closed to make room for new ones.",
    "refused_connections": "Connections that were refused because all were busy.",
}


class ServiceCollector(Collector):
    """What a process counts, at the time of a scrape."""

    def __init__(self, live: Live, meter: Meter, port: int) -> None:
        self.live = live
        self.meter = meter
        self.worker = {"pid": str(os.getpid()), "port": str(port), "version": __version__}

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("her2_worker", "The process that answers.", self.worker)
        yield from self.collect_requests()
        yield from self.collect_ready()
        yield from self.collect_data()
        yield from collect_connections()

    def collect_requests(self) -> Iterator[Metric]:
        """Requests by method and status, their time and their bytes."""
        labels = ("method", "status")
        requests = CounterMetricFamily("her2_requests", "Requests answered.", labels=labels)
        for method, counts in self.meter.requests.items():
            # Those at 0 too: a series that begins with 1 has no rate.
            for hundreds, count in enumerate(counts[2:], 2):
                requests.add_metric((method, f"{hundreds}xx"), count)
        yield requests
        yield CounterMetricFamily(
            "her2_response_body_bytes", "Bytes of bodies sent.", self.meter.bytes
        )
        yield HistogramMetricFamily(
            "her2_request_seconds",
            "Time from the head of a request to its answer.",
            self.meter.cumulative_times(),
            self.meter.seconds,
        )

    def collect_ready(self) -> Iterator[Metric]:
        """The ready answers."""
        hits = self.live.ready.hits + self.live.former_hits
        yield CounterMetricFamily("her2_ready_hits", "Requests answered from memory.", hits)
        yield CounterMetricFamily(
            "her2_ready_misses", "Requests answered by a route.", self.meter.misses
        )
        size, count = self.live.ready.bytes, len(self.live.ready)
        yield GaugeMetricFamily("her2_ready_bytes", "Bytes that ready answers take.", size)
        yield GaugeMetricFamily("her2_ready_answers", "Number of ready answers.", count)

    def collect_data(self) -> Iterator[Metric]:
        """Which data are served, and whether newer ones could not be."""
        live, release = self.live, self.live.service.database.release
        info = {"version": release.version, "digest": release.digest}
        yield InfoMetricFamily("her2_data", "The data that are served.", info)
        yield CounterMetricFamily("her2_reloads", "Newer data taken up.", live.reloads)
        yield CounterMetricFamily(
            "her2_reload_errors", "Database files that could not be served.", live.reload_errors
        )
        failed = int(live.reload_error is not None)
        yield GaugeMetricFamily(
            "her2_reload_failed", "1 while the database file can't be served.", failed
        )


def collect_connections() -> Iterator[Metric]:
    """What became of connections."""
    for name, count in asdict(COUNTERS).items():
        yield CounterMetricFamily(f"her2_{name}", EVENTS.get(name, name), count)
    idle = len(WATCH.idle)
    yield GaugeMetricFamily("her2_idle_connections", "Connections that wait for a client.", idle)


def serve_metrics(live: Live, meter: Meter) -> None:
    """Listen for as long as the process lives, at the first port that no other worker has.

    Raises OSError if none is free.
    """
    host, ports = live.settings.host, live.settings.metrics_ports
    for port in ports:
        registry = CollectorRegistry()
        registry.register(ServiceCollector(live, meter, port))
        ProcessCollector(registry=registry)
        with suppress(OSError):
            start_http_server(port, host, registry)
            return
    raise OSError(f"no port for metrics is free at {host}: tried {ports[0]} to {ports[-1]}")
