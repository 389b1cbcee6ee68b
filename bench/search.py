"""QIDO-RS over archives of 1,000 and 20,000 studies beside the peers; over 200,000 and a million for ours alone."""

import json
import random
import re
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from urllib.parse import quote

from bench import filler
from bench.corpus import search_instances, study
from bench.ingest import Senders
from bench.measure import OURS, Case, Ledger, Sample, cpu_seconds, latencies, percentile
from bench.options import Options, command_line
from bench.peers import Server, running
from bench.web import Client

KINDS = ("exact ID", "name prefix", "a month", "page of 100")
PAGE = 1000
Row = dict[str, dict[str, list[object]]]
Query = Callable[[random.Random, int], str]


def run(options: Options, ledger: Ledger) -> None:
    """Median and 95th percentile latency of study searches (QIDO-RS)."""
    sizes = [int(size) for size in options.extra.get("sizes", "1000,20000").split(",")]
    for size in sizes:
        if size <= 20_000:
            beside_peers(options, ledger, size)
        else:
            ours_alone(options, ledger, size)


def beside_peers(options: Options, ledger: Ledger, size: int) -> None:
    """Fill every peer with the same studies, then ask them in turn."""
    with ExitStack() as stack:
        servers = [stack.enter_context(running(name)) for name in options.web_peers]
        for server in servers:
            fill_over_network(server, size)
        for _ in range(options.rounds):
            for kind in KINDS:
                for server in servers:
                    chance = random.Random(f"{kind}{size}")
                    paths = [corpus_query(kind, chance, size) for _ in range(5 if options.short else 20)]
                    measure(server, ledger, kind, size, paths)


def fill_over_network(server: Server, size: int) -> None:
    """Store one small instance for each study, over four associations, a few thousand at a time."""
    for first in range(1, size + 1, 4000):
        batch = list(search_instances(min(4000, size + 1 - first), first))
        with Senders(server, [batch[lane::4] for lane in range(4)]) as senders:
            senders.go()


def corpus_query(kind: str, chance: random.Random, size: int) -> str:
    """A query of one kind with a key that the corpus knows."""
    someone = study(chance.randint(1, size))
    if kind == "exact ID":
        return f"PatientID={someone.patient}"
    if kind == "name prefix":
        return f"PatientName={quote(someone.name.split('^')[0])}*&limit={PAGE}"
    if kind == "a month":
        return f"StudyDate={someone.date[:6]}01-{someone.date[:6]}31&limit={PAGE}"
    return f"limit=100&offset={chance.randrange(0, max(size - 100, 1), 100)}"


def measure(server: Server, ledger: Ledger, kind: str, size: int, paths: list[str]) -> None:
    """Ask all paths over one connection; two figures go to the ledger."""
    with server.client() as client:
        ask(client, server, paths[0])
        before = cpu_seconds(server.process.pid)
        taken = latencies([partial(ask, client, server, path) for path in paths])
        cpu = (cpu_seconds(server.process.pid) - before) * 1000 / len(paths)
        rows = len(json.loads(ask(client, server, paths[0])))
    title = f"QIDO {kind} at {size:,} studies ({rows} rows)"
    ledger.add(Case(f"{title}, p50", "ms", False, "20x at 20k"), server.name, Sample(percentile(taken, 0.5), cpu))
    ledger.add(Case(f"{title}, p95", "ms", False, "20 ms at 1M"), server.name, Sample(percentile(taken, 0.95), cpu))


def ask(client: Client, server: Server, query: str) -> bytes:
    """The body of one study search; 204 counts as an empty list."""
    answer = client.get(f"{server.root}/studies?{query}")
    return answer.body or b"[]"


def ours_alone(options: Options, ledger: Ledger, size: int) -> None:
    """Fill our index directly and ask for keys that it holds itself."""
    if OURS not in options.peers:
        return
    with filler.filled(size) as server, server.client() as client:
        known = []
        for offset in range(0, size, max(size // 20, 1)):
            known += json.loads(ask(client, server, f"limit=1&offset={offset}"))
        for _ in range(options.rounds):
            for kind in KINDS:
                paths = [found_query(kind, random.Random(place), one, size) for place, one in enumerate(known)]
                measure(server, ledger, kind, size, paths)
            taken = [spent for row in known for spent in next_pages(client, server, row)]
            title = f"QIDO next page of 100 by cursor, anywhere in {size:,} studies"
            for part, name in ((0.5, "p50"), (0.95, "p95")):
                ledger.add(Case(f"{title}, {name}", "ms", False, "20 ms at 1M"), server.name, Sample(percentile(taken, part)))


def next_pages(client: Client, server: Server, row: Row, count: int = 3) -> list[float]:
    """Milliseconds of each of the pages that follow the first one of the studies up to a row's date, as a reader scrolls."""
    (day,) = row["00080020"]["Value"]
    taken: list[float] = []
    path = f"{server.root}/studies?StudyDate=-{day}&limit=100"
    for _ in range(count):
        following = re.search(rb'(?i)link: <https?://[^/]+(/[^>]*)>; rel="next"', client.get(path).head)
        if following is None:
            break  # the last page
        path = following[1].decode()
        taken += latencies([partial(client.get, path)])
    return taken


def found_query(kind: str, chance: random.Random, row: Row, size: int) -> str:
    """A query of one kind with a key taken from a found study."""

    def value(tag: str) -> object:
        return (row.get(tag, {}).get("Value") or [""])[0]

    name = value("00100010")
    alphabetic = str(name.get("Alphabetic", "")) if isinstance(name, dict) else ""
    day = str(value("00080020"))
    if kind == "exact ID":
        return f"PatientID={quote(str(value('00100020')))}"
    if kind == "name prefix":
        return f"PatientName={quote(alphabetic[:4])}*&limit=100"
    if kind == "a month":
        return f"StudyDate={day[:6]}01-{day[:6]}31&limit=100"
    return f"limit=100&offset={chance.randrange(0, size - 100)}"


if __name__ == "__main__":
    command_line(run, "search", {"sizes": "1000,20000"})
