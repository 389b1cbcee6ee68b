"""What it costs to ask ten archives at once: how much later than its slowest healthy archive a joined answer is there.

Ten archives by DICOMweb, each a process and as slow as chance wants for each question; a real `sixfold serve` asks them. Then
one is killed, and one accepts and stays silent.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import orjson

from bench.archive import HOST, STUDIES
from bench.measure import OURS, Case, Ledger, Sample, percentile
from bench.options import Options, command_line
from bench.peers import Server, free_port, running
from bench.web import Client

ARCHIVES = 10
TIMEOUT = 2.0
"""Seconds that an archive is waited for."""
_MARGIN_MS = 20.0


@dataclass(frozen=True, slots=True)
class Beside:
    """An archive beside us."""

    number: int
    port: int
    process: "subprocess.Popen[bytes]"
    client: Client


def run(options: Options, ledger: Ledger) -> None:
    """Latency of the joined answer beside that of the slowest healthy archive: all ten, one killed, one silent."""
    count = 60 if options.short else 300
    late: list[str] = []
    for turn in range(options.rounds):
        with running(OURS) as server, ExitStack() as stack:
            archives = [stack.enter_context(_serving(number)) for number in range(ARCHIVES)]
            _make_known(server, archives)
            client = stack.enter_context(server.client())
            questions = iter(range(turn * 100_000, (turn + 1) * 100_000))

            def measure(title: str, *dead: int) -> None:
                alive = [one for one in archives if one.number not in dead]  # noqa: B023 of this turn
                late.extend(_measure(client, ledger, title, [next(questions) for _ in range(count)], alive))  # noqa: B023

            _warm(client, questions)
            measure("ten archives")
            archives[3].process.kill()
            _warm(client, questions)
            measure("one of ten killed", 3)
            archives[7].process.send_signal(signal.SIGSTOP)
            _warm(client, questions)  # until its circuit opens
            measure("one of ten killed, one silent", 3, 7)
    if late:
        raise AssertionError(f"{'; '.join(late)}\n{ledger.table()}")


def _warm(client: Client, questions: Iterator[int]) -> None:
    for _ in range(4):
        client.get(_path(next(questions)))


def _measure(client: Client, ledger: Ledger, title: str, questions: list[int], alive: list[Beside]) -> list[str]:
    """Note the figures; what was later than its bar is returned in words."""
    taken = [_asked(client, question, alive) for question in questions]
    slowest = [1000 * max(float(one.client.get(f"/taken?{question}").body) for one in alive) for question in questions]
    whole = len(alive) == ARCHIVES
    middle, joined = percentile(slowest, 0.5), percentile(taken, 0.5)
    bar = middle + _MARGIN_MS if whole else middle * 1.1
    words = f"slowest healthy + {_MARGIN_MS:.0f} ms" if whole else "slowest healthy + 10 %"
    ledger.add(Case(f"{title}: slowest healthy archive, p50", "ms", False, ""), OURS, Sample(middle))
    ledger.add(Case(f"{title}: joined answer, p50", "ms", False, words), OURS, Sample(joined))
    above = [late - early for late, early in zip(taken, slowest, strict=True)]
    for part, name in ((0.5, "p50"), (0.95, "p95")):
        ledger.add(
            Case(f"{title}: after the slowest healthy one, {name}", "ms", False, ""), OURS, Sample(percentile(above, part))
        )
    return [f"{title}: p50 of {joined:.1f} ms where {bar:.1f} ms are allowed"] if joined > bar else []


def _asked(client: Client, question: int, alive: list[Beside]) -> float:
    """Milliseconds of a search over all archives, whose answer is whole and names who is missing."""
    started = time.perf_counter()
    answer = client.get(_path(question))
    taken = (time.perf_counter() - started) * 1000
    common = STUDIES // 5
    assert len(orjson.loads(answer.body)) == common + len(alive) * (STUDIES - common), "studies are missing"
    for number in set(range(ARCHIVES)) - {one.number for one in alive}:
        assert f"Archive {number} (".encode() in answer.head, "who is missing is not named"
    return taken


def _path(question: int) -> str:
    return f"/dicomweb/federated/studies?PatientID={question}&limit=1000"


def _make_known(server: Server, archives: list[Beside]) -> None:
    with server.client() as client:
        for one in archives:
            body = {
                "title": f"Archive {one.number}",
                "reach": {"kind": "dicomweb", "url": f"http://{HOST}:{one.port}"},
                "issuer": f"A{one.number}",
                "timeout": TIMEOUT,
            }
            client.put(f"/api/viewer/sources/a{one.number}", "application/json", [orjson.dumps(body)])
    time.sleep(6.0)  # until every web process has looked at the registry again


@contextmanager
def _serving(number: int) -> Iterator[Beside]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.archive", str(number), str(port)])
    try:
        with Client(HOST, port) as client:
            _await(client)
            yield Beside(number, port, process, client)
    finally:
        process.kill()
        process.wait()


def _await(client: Client) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            client.get("/taken?0")
        except OSError:
            client.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    command_line(run, "federation")
