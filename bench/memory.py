"""Memory of all processes of a server: at rest, and at the peak of a mixed load."""

import time

from bench.corpus import Scanner, series_of, study
from bench.ingest import Senders, make_batches, send
from bench.loaded import Images
from bench.measure import Case, Ledger, Sample, resident, watched
from bench.options import Options, command_line
from bench.peers import PEERS, Server, running
from bench.retrieve import by_wado

REST = Case("memory at rest (PSS)", "MB", False, "half")
PEAK = Case("memory at the peak of a mixed load (PSS)", "MB", False, "half")


def run(options: Options, ledger: Ledger) -> None:
    """Proportional set size of the process tree at rest and under ingest, a 210 MB multiframe and four retrieves."""
    large = Scanner("XA", 512, 400)
    for turn in range(options.rounds):
        for name in options.peers:
            with running(name) as server:
                time.sleep(1)
                rest, all_pages = (resident(server.process.pid, share) / 1e6 for share in (True, False))
                ledger.add(REST, name, Sample(rest, None, all_pages, rest))
                with watched(server.process.pid, 0.02) as usage:
                    _load(server, large, turn)
                ledger.add(PEAK, name, usage.sample(usage.peak_pss / 1e6, 1))


def _load(server: Server, large: Scanner, turn: int) -> None:
    with Senders(server, make_batches(Scanner("CT", 512), 4, 100)) as senders:
        senders.go()
    send(server, [large.instance(study(50 + turn), 1, 1)])
    if PEERS[server.name].web:
        series = series_of(Scanner("CT", 512), 1, 100)
        size = sum(len(instance.dataset) for instance in series)
        images = Images(series[0].study, series[0].series, tuple(instance.uid for instance in series), size)
        by_wado(server, images, 4)


if __name__ == "__main__":
    command_line(run, "memory")
