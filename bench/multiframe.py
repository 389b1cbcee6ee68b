"""One multiframe of 210 MB (400 frames of 512 x 512) by C-STORE and by STOW-RS."""

import time

from bench.corpus import Instance, Scanner, study
from bench.dimse import Association, Context
from bench.measure import Case, Ledger, Sample, watched
from bench.options import Options, command_line
from bench.peers import HOST, PEERS, Server, running
from bench.web import multipart

BY_STORE = Case("210 MB multiframe, C-STORE", "s", False, "5x, bounded memory")
BY_STOW = Case("210 MB multiframe, STOW-RS", "s", False, "5x, bounded memory")


def run(options: Options, ledger: Ledger) -> None:
    """Seconds until a 210 MB multiframe is acknowledged, and the peak memory of the server meanwhile."""
    scanner = Scanner("XA", 512, 400)
    for turn in range(options.rounds):
        one, two = (scanner.instance(study(number), 1, 1) for number in (2 * turn + 1, 2 * turn + 2))
        for name in options.peers:
            with running(name) as server:
                ledger.add(BY_STORE, name, by_store(server, one))
            if PEERS[name].web:
                with running(name) as server:
                    ledger.add(BY_STOW, name, by_stow(server, two))


def by_store(server: Server, instance: Instance) -> Sample:
    """One C-STORE, from the first byte to the answer."""
    with Association(HOST, server.dimse, server.title, [Context(instance.sop_class)]) as association:
        encoded = association.encode_store(instance)
        with watched(server.process.pid, 0.02) as usage:
            started = time.perf_counter()
            association.send_store(encoded)
            seconds = time.perf_counter() - started
    return usage.sample(seconds, 1)


def by_stow(server: Server, instance: Instance) -> Sample:
    """One STOW-RS request with one part."""
    content_type, body = multipart([instance.part10()])
    with server.client() as client, watched(server.process.pid, 0.02) as usage:
        started = time.perf_counter()
        client.post(f"{server.root}/studies", content_type, body)
        seconds = time.perf_counter() - started
    return usage.sample(seconds, 1)


if __name__ == "__main__":
    command_line(run, "multiframe")
