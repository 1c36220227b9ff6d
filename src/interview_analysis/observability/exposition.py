"""Metrics as Prometheus reads them: text, or OpenMetrics where it is asked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from prometheus_client import Metric as Family
from prometheus_client import start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from interview_analysis.domain.analysis import QueueDepth
from interview_analysis.observability.metrics import METRICS, SUM, Metric
from interview_analysis.observability.values import LIVE, ValueFolder

_log = logging.getLogger(__name__)

PREFIX = "interview_analysis_"
_Values = dict[tuple[str | int, ...], float]
"""Label values (of a histogram, with the bucket's number at the end) → value."""


class Exposition(NamedTuple):
    body: bytes
    media_type: str


class RecordedMetrics(Collector):
    """What all processes of a folder have counted."""

    def __init__(self, folder: Path) -> None:
        self._values = ValueFolder(folder)

    def collect(self) -> Iterator[Family]:
        by_name: dict[str, _Values] = {}
        for key, value in self._values.totals().items():
            name, *labels = json.loads(key.removeprefix(LIVE))
            by_name.setdefault(name, {})[tuple(labels)] = value
        for metric in METRICS:
            yield _family(metric, by_name.get(metric.name, {}))


class _Fixed(Collector):
    def __init__(self, families: Iterable[Family]) -> None:
        self._families = list(families)

    def collect(self) -> list[Family]:
        return self._families


def exposition(accept: str, folder: Path, *families: Family) -> Exposition:
    """Everything counted in ``folder`` and ``families``, in the form that ``accept`` asks for. Blocking. Raises ``OSError``."""
    registry = CollectorRegistry()
    registry.register(_Fixed(families))
    registry.register(RecordedMetrics(folder))
    encoder, media_type = choose_encoder(accept)
    return Exposition(encoder(registry), media_type)


def queue_families(depth: QueueDepth | None, workers: int | None) -> list[Family]:
    """What the record of analyses says now; only that it is silent where ``depth`` is ``None``. ``workers``: where known."""
    up = _gauge("database_up", "Whether the record of analyses answered this scrape.", 0.0 if depth is None else 1.0)
    text = "Worker processes that run on this machine; with RabbitMQ, workers that listen to it."
    known = [up] if workers is None else [up, _gauge("worker_processes", text, workers)]
    if depth is None:
        return known
    waiting = GaugeMetricFamily(f"{PREFIX}queue_depth", "Unfinished analyses, by status.", labels=["status"])
    waiting.add_metric(["queued"], depth.queued)
    waiting.add_metric(["processing"], depth.processing)
    oldest = _gauge("queue_oldest_seconds", "Age of the oldest analysis that waits; 0 where none does.", depth.oldest_seconds)
    busy = _gauge("workers_busy", "Workers on all machines that hold an analysis.", depth.busy_workers)
    return [*known, waiting, oldest, busy]


def serve_metrics(port: int, folder: Path) -> None:
    """Serve ``folder`` on this port in a daemon thread. Where the port is taken, another process here serves the same."""
    registry = CollectorRegistry()
    registry.register(RecordedMetrics(folder))
    try:
        start_http_server(port, registry=registry)
    except OSError as error:
        _log.warning("metrics are not served on port %d: %s", port, error.strerror)


def _gauge(name: str, text: str, value: float) -> Family:
    return GaugeMetricFamily(PREFIX + name, text, value=value)


def _family(metric: Metric, values: _Values) -> Family:
    name = PREFIX + metric.name
    if metric.buckets:
        return _histogram(name, metric, values)
    family: Family
    if metric.live:
        return GaugeMetricFamily(name, metric.text, value=values.get((), 0.0))
    family = CounterMetricFamily(name, metric.text, labels=metric.labels)
    for labels, value in values.items():
        family.add_metric([str(label) for label in labels], value)
    return family


def _histogram(name: str, metric: Metric, values: _Values) -> Family:
    family = HistogramMetricFamily(name, metric.text, labels=metric.labels)
    bounds = [*map(str, metric.buckets), "+Inf"]
    for labels in sorted({key[:-1] for key in values}):
        counts = accumulate(values.get((*labels, bucket), 0.0) for bucket in range(len(bounds)))
        family.add_metric(
            [str(label) for label in labels], list(zip(bounds, counts, strict=True)), values.get((*labels, SUM), 0.0)
        )
    return family
