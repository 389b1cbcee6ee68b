"""Counters and timings of every process, gathered by the web process at `/metrics` (Prometheus text format).

Each process writes its figures to files in one folder (`PROMETHEUS_MULTIPROC_DIR`), which the supervisor sets before any
process imports this module.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

INSTANCES_STORED = Counter("sixfold_instances_stored", "Instances answered with success", ["edge", "outcome"])
BYTES_STORED = Counter("sixfold_bytes_stored", "Bytes of data sets that were taken", ["edge"])
INDEX_COMMITS = Counter("sixfold_index_commits", "Transactions of the batched index writer")
ASSOCIATIONS = Gauge("sixfold_associations", "DICOM associations that are open", multiprocess_mode="livesum")
ASSOCIATIONS_REFUSED = Counter("sixfold_associations_refused", "DICOM associations that were refused", ["reason"])
REQUESTS = Histogram("sixfold_http_seconds", "HTTP requests by handler and status class", ["handler", "status"])
SERIES_SEALED = Counter("sixfold_series_sealed", "Series that were sealed into the object store")
DUTY_FAILURES = Counter("sixfold_duty_failures", "Background duties that ended in an error", ["duty"])

AUDIT_BACKLOG = Gauge(
    "sixfold_audit_backlog", "Events that the audit's receiver did not confirm yet", multiprocess_mode="mostrecent"
)
AUDIT_SINK_FAILURES = Counter("sixfold_audit_sink_failures", "Attempts to send audit messages that were in vain")


def exposition() -> bytes:
    """All processes' figures in the Prometheus text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
