"""Clocks, process trees and the table of figures."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

OURS = "sixfold"


@dataclass(frozen=True, slots=True)
class Case:
    """One published figure: its title, unit, which direction is better, and the bar it has to clear in words."""

    title: str
    unit: str
    higher_is_better: bool
    bar: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one case: the value, server CPU in ms per operation, and peak memory of the process tree in MB."""

    value: float
    cpu_ms: float | None = None
    rss_mb: float | None = None
    pss_mb: float | None = None


@dataclass
class Usage:
    """What a process tree used while it was watched."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_rss: float = 0.0
    peak_pss: float = 0.0

    def sample(self, value: float, operations: int) -> Sample:
        """This usage beside a value, CPU divided by the number of operations."""
        return Sample(value, self.cpu_seconds * 1000 / max(operations, 1), self.peak_rss / 1e6, self.peak_pss / 1e6)


def tree(pid: int) -> list[psutil.Process]:
    """A process and all its descendants that still live."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_seconds(pid: int) -> float:
    """User and system time of a process tree, including children that have ended and were waited for."""
    total = 0.0
    for process in tree(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def resident(pid: int, proportional: bool) -> float:
    """Bytes of resident memory of a process tree; proportional shares pages between processes (PSS)."""
    total = 0.0
    for process in tree(pid):
        try:
            total += _pss(process.pid) if proportional else process.memory_info().rss
        except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            continue
    return total


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1]) * 1024
    return 0.0


@contextmanager
def watched(pid: int, interval: float = 0.1) -> Iterator[Usage]:
    """Measure time, CPU and peak memory of a process tree while the block runs."""
    usage, done = Usage(), threading.Event()

    def sample() -> None:
        turn = 0
        while not done.is_set():
            usage.peak_rss = max(usage.peak_rss, resident(pid, False))
            if turn % 5 == 0:
                usage.peak_pss = max(usage.peak_pss, resident(pid, True))
            turn += 1
            done.wait(interval)

    watcher = threading.Thread(target=sample, daemon=True)
    watcher.start()
    before, started = cpu_seconds(pid), time.perf_counter()
    try:
        yield usage
    finally:
        usage.seconds = time.perf_counter() - started
        usage.cpu_seconds = cpu_seconds(pid) - before
        done.set()
        watcher.join()


def latencies(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of each call in turn."""
    found = []
    for call in calls:
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1000)
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie, without interpolation."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def in_parallel(work: Sequence[Callable[[], object]]) -> float:
    """Seconds until all pieces of work, one thread each and started together, are done; the first error is raised."""
    barrier = threading.Barrier(len(work) + 1)
    errors: list[BaseException] = []

    def run(piece: Callable[[], object]) -> None:
        barrier.wait()
        try:
            piece()
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(piece,)) for piece in work]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - started


@dataclass
class Ledger:
    """All samples of a run, and the table that is made of their medians."""

    samples: dict[Case, dict[str, list[Sample]]] = field(default_factory=dict)

    def add(self, case: Case, peer: str, sample: Sample) -> None:
        """Note one sample."""
        self.samples.setdefault(case, {}).setdefault(peer, []).append(sample)

    def fail(self, case: Case, peer: str, reason: str) -> None:
        """Note that a peer could not do the case; an empty row shows it."""
        self.samples.setdefault(case, {}).setdefault(f"{peer} ({reason})", [])

    def table(self) -> str:
        """A Markdown table of absolute figures, with the ratio of ours to each peer and the bar beside it."""
        rows = ["| case | peer | figure | ratio (ours better by) | server CPU ms/op | peak RSS MB | peak PSS MB | bar |"]
        rows.append("|---|---|---:|---:|---:|---:|---:|---|")
        for case, peers in self.samples.items():
            ours = peers.get(OURS)
            for peer, samples in peers.items():
                rows.append(self._row(case, peer, samples, ours))
        return "\n".join(rows)

    @staticmethod
    def _row(case: Case, peer: str, samples: list[Sample], ours: list[Sample] | None) -> str:
        if not samples:
            return f"| {case.title} | {peer} | – | | | | | {case.bar} |"
        value = statistics.median(sample.value for sample in samples)
        ratio = ""
        if ours and peer != OURS:
            mine = statistics.median(sample.value for sample in ours)
            ratio = f"{(mine / value if case.higher_is_better else value / mine):.2f}x"
        cells = [_median([sample.cpu_ms for sample in samples], 2)]
        cells += [_highest([sample.rss_mb for sample in samples]), _highest([sample.pss_mb for sample in samples])]
        figure = f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
        return f"| {case.title} | {peer} | {figure} {case.unit} | {ratio} | {' | '.join(cells)} | {case.bar} |"


def _median(values: list[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    return f"{statistics.median(known):.{digits}f}" if known else ""


def _highest(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{max(known):.0f}" if known else ""
