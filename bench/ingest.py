"""C-STORE of CT and MR over one and four associations."""

import subprocess
import tempfile
from functools import partial
from pathlib import Path

from bench.corpus import Instance, Scanner, study
from bench.dimse import Association, Context
from bench.measure import Case, Ledger, Sample, in_parallel, watched
from bench.options import Options, command_line
from bench.peers import HOST, Server, running

BARS = {
    ("CT", 4): "2x default, 1.7x tuned; half the CPU",
    ("CT", 1): "1.8x",
}


def run(options: Options, ledger: Ledger) -> None:
    """Instances per second of C-STORE, CT 512 x 512 and MR 256 x 256, over 1 and 4 associations."""
    per_association = 60 if options.short else 250
    dcmtk = options.extra.get("sender") == "dcmtk"
    for modality, side in (("CT", 512), ("MR", 256)):
        scanner = Scanner(modality, side)
        for associations in (1, 4):
            batches = make_batches(scanner, associations, (40 if options.short else 100) if dcmtk else per_association)
            bar = "20x" if dcmtk else BARS.get((modality, associations), "")
            sender = "storescu, Nagle on" if dcmtk else "lean sender"
            case = Case(f"C-STORE {modality} {side}², {associations} assoc., {sender}", "inst/s", True, bar)
            for _ in range(options.rounds):
                for name in options.peers:
                    with running(name) as server:
                        ledger.add(case, name, measure(server, batches, dcmtk))


def make_batches(scanner: Scanner, associations: int, count: int) -> list[list[Instance]]:
    """One study of `count` instances for each association."""
    return [
        [scanner.instance(study(number), 1, place) for place in range(1, count + 1)] for number in range(1, associations + 1)
    ]


def measure(server: Server, batches: list[list[Instance]], dcmtk: bool = False) -> Sample:
    """One timed round against a running server, after ten instances to warm it up."""
    warm = Scanner("CT", 64)
    send(server, [warm.instance(study(999), 1, number) for number in range(1, 11)])
    count = sum(map(len, batches))
    if dcmtk:
        return _storescu(server, batches, count)
    with Senders(server, batches) as senders, watched(server.process.pid) as usage:
        seconds = senders.go()
    return usage.sample(count / seconds, count)


def send(server: Server, instances: list[Instance]) -> None:
    """Store instances over one association, outside any clock."""
    contexts = [Context(*key) for key in {(i.sop_class, (i.syntax,)) for i in instances}]
    with Association(HOST, server.dimse, server.title, contexts) as association:
        for instance in instances:
            association.send_store(association.encode_store(instance))


class Senders:
    """Open associations with all their PDUs encoded, waiting for the start."""

    def __init__(self, server: Server, batches: list[list[Instance]]) -> None:
        self._open = []
        for batch in batches:
            contexts = [Context(*key) for key in {(i.sop_class, (i.syntax,)) for i in batch}]
            self._open.append((Association(HOST, server.dimse, server.title, contexts), batch))
        self._ready: list[tuple[Association, list[bytes]]] = []

    def __enter__(self) -> "Senders":
        for association, batch in self._open:
            association.__enter__()
            self._ready.append((association, [association.encode_store(instance) for instance in batch]))
        return self

    def __exit__(self, *error: object) -> None:
        for association, _ in self._ready:
            association.__exit__(None, None, None) if error[0] is None else association.sock.close()

    def go(self) -> float:
        """Send everything; seconds from the first byte to the last success."""
        return in_parallel([partial(self._send, *pair) for pair in self._ready])

    @staticmethod
    def _send(association: Association, encoded: list[bytes]) -> None:
        for pdus in encoded:
            association.send_store(pdus)


def _storescu(server: Server, batches: list[list[Instance]], count: int) -> Sample:
    with tempfile.TemporaryDirectory(prefix="bench-storescu-") as place:
        commands = []
        for number, batch in enumerate(batches):
            folder = Path(place) / str(number)
            folder.mkdir()
            for instance in batch:
                (folder / f"{instance.uid}.dcm").write_bytes(instance.part10())
            commands.append(["/usr/bin/storescu", "-aec", server.title, "+sd", HOST, str(server.dimse), str(folder)])
        with watched(server.process.pid) as usage:
            seconds = in_parallel([partial(subprocess.run, command, check=True) for command in commands])
    return usage.sample(count / seconds, count)


if __name__ == "__main__":
    command_line(run, "ingest", {"sender": "lean"})
