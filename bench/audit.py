"""The provable audit: events sealed a second on one core, proofs, and what verifying costs.

python -m bench.audit [--events 100000]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bench.measure import latencies, percentile
from sixfold.governance.model import ACCESS_ALLOWED
from sixfold.governance.rules import merkle
from sixfold.governance.service.evidence import verify_store
from sixfold.governance.service.heads import Heads, Signer
from sixfold.governance.service.merkle import BATCH, MerkleLog
from sixfold.kernel import events
from sixfold.kernel.clock import utc_now
from sixfold.kernel.database import Database, metadata

_PROOFS = 200


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=main.__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--database", help="URL of an empty database; SQLite in a temporary folder, if not given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(given.database or f"sqlite:///{Path(folder) / 'index.sqlite'}")
        with database.write() as transaction:
            metadata.create_all(transaction.connection)
        _fill(database, given.events)
        _measure(database, Signer.kept(Path(folder) / "key.pem"), given.events)
        database.close()


def _fill(database: Database, count: int) -> None:
    for start in range(0, count, 10_000):
        with database.write(synced=False) as transaction:
            for number in range(start, min(start + 10_000, count)):
                uid = f"1.2.826.0.1.3680043.8.498.{number % 9973}"
                payload = {"action": "read", "resource": "study", "study_uid": uid, "patient_key": f"P{number % 997}"}
                payload |= {"route": "/dicomweb/studies/{study:str}", "address": "192.0.2.7", "version": "ab" * 32}
                events.record(transaction, ACCESS_ALLOWED, subject=uid, actor="person:ada", payload=payload)


def _measure(database: Database, signer: Signer, count: int) -> None:
    log = MerkleLog(database)
    wall, cpu = time.perf_counter(), time.process_time()
    while log.seal():
        pass
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"sealed {count:,} events in transactions of {BATCH}: {count / wall:,.0f}/s ({count / cpu:,.0f} a CPU second)")
    head = Heads(database, signer, utc_now).sign()
    assert head is not None
    with database.read() as connection:
        started = time.perf_counter()
        report = verify_store(connection, {signer.name: signer.public})
        taken = time.perf_counter() - started
    print(f"verified {report.size:,} leaves in {taken:.1f} s ({report.size / taken:,.0f}/s), {len(report.findings)} findings")
    wanted = [1 + number * (count - 1) // _PROOFS for number in range(_PROOFS)]
    proofs = [log.prove(seq) for seq in wanted]
    made = latencies([lambda seq=seq: log.prove(seq) for seq in wanted])  # type: ignore[misc]
    root = bytes.fromhex(head.root)
    checked = latencies(
        [
            lambda proof=proof: merkle.included(  # type: ignore[misc]
                bytes.fromhex(proof.leaf), proof.index, head.size, map(bytes.fromhex, proof.path), root
            )
            for proof in proofs
        ]
    )
    print(f"inclusion proof of {len(proofs[0].path)} hashes, median of {_PROOFS}:")
    print(f"made in {statistics.median(made):.2f} ms (p99 {percentile(made, 0.99):.2f})")
    print(f"checked in {statistics.median(checked):.3f} ms")


if __name__ == "__main__":
    main()
