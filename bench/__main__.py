"""A short form of every runner; the table goes to bench/out/report.md."""

import argparse
import os
import platform
import time
from datetime import UTC, datetime

from bench import (
    federation,
    frames,
    identity,
    ingest,
    memory,
    metadata,
    multiframe,
    policies,
    rendered,
    replay,
    retrieve,
    search,
    stow,
    viewing,
)
from bench.corpus import OUT
from bench.measure import Ledger
from bench.options import Options, Runner, usual_peers

RUNNERS: dict[str, Runner] = {
    "ingest": ingest.run,
    "multiframe": multiframe.run,
    "stow": stow.run,
    "search": search.run,
    "metadata": metadata.run,
    "frames": frames.run,
    "rendered": rendered.run,
    "retrieve": retrieve.run,
    "memory": memory.run,
    "policies": policies.run,
    "replay": replay.run,
    "federation": federation.run,
    "viewing": viewing.run,
    "identity": identity.run,
}


def main() -> None:
    """Run every runner once over and write the report."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    parser.add_argument("--peers", default=",".join(usual_peers()))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default=",".join(RUNNERS), help="comma separated runners")
    parser.add_argument("--full", action="store_true", help="the sizes of the published figures")
    given = parser.parse_args()
    options = Options(tuple(given.peers.split(",")), given.rounds, not given.full, {"sizes": "1000"} if not given.full else {})
    ledger, failures = Ledger(), []
    for name in given.only.split(","):
        started = time.perf_counter()
        try:
            RUNNERS[name](options, ledger)
        except (OSError, RuntimeError, AssertionError) as error:
            failures.append(f"- {name}: {error}")
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    report = _report(options, ledger, failures)
    OUT.mkdir(exist_ok=True)
    (OUT / "report.md").write_text(report)
    print(report)
    if failures:
        raise SystemExit(1)


def _report(options: Options, ledger: Ledger, failures: list[str]) -> str:
    form = "short" if options.short else "full"
    lines = [
        "# Figures",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({platform.machine()}), {form} form.",
        f"Client and servers share the machine; medians of {options.rounds} interleaved rounds.",
        "Peers: Debian's Orthanc with its DICOMweb plugin, as packaged (syncs each file) and tuned (does not);",
        "DCMTK storescp, which keeps no index, is the floor.",
        "",
        ledger.table(),
    ]
    if failures:
        lines += ["", "Not measured:", "", *failures]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
