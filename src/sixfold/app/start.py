"""From an empty folder to a running house: schema, first link, demonstration, supervisor."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sixfold.app.schema import migrate
from sixfold.app.supervisor import Supervisor
from sixfold.app.wiring import House, build
from sixfold.archive.model import Provenance, Verdict
from sixfold.dicom.part10 import parse_file_meta
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.errors import Conflict
from sixfold.kernel.logs import logger
from sixfold.kernel.settings import Settings


def serve(settings: Settings) -> int:
    """Prepare the home folder and supervise the processes until SIGTERM."""
    migrate(settings)
    with _only_one(settings.home):
        supervisor = Supervisor(settings)
        house = build(settings)
        house.governance.start()
        link = house.governance.accounts.first_link()
        demo_wanted = settings.demo and house.archive.is_empty()
        house.close()
        return supervisor.run(lambda: _welcome(settings, link, demo_wanted=demo_wanted))


def _welcome(settings: Settings, link: str | None, *, demo_wanted: bool) -> None:
    address = settings.public_url or f"http://{settings.http}"
    logger("serve").info("web", extra={"address": address})
    logger("serve").info("DICOM network", extra={"ae": settings.ae, "address": str(settings.dimse)})
    if link is not None:
        # Not a log line: it is a secret, and is shown to whoever starts the house for the first time, once.
        os.write(2, f"\n  Sign in for the first time (once, within 24 hours): {address}/#/welcome/{link}\n\n".encode())
    if demo_wanted:
        _demo_beside(settings)


def _demo_beside(settings: Settings) -> None:
    """Fill the demonstration while the house is open, in a process of its own so that its memory goes back."""
    import multiprocessing

    multiprocessing.get_context("spawn").Process(target=demo, args=(settings,), daemon=True, name="demo").start()


def demo(settings: Settings, clock: Clock = utc_now) -> int:
    """Put the demonstration hospital into the archive; running it twice, on whatever day, changes nothing."""
    migrate(settings)
    house = build(settings)
    counts = dict.fromkeys(Verdict, 0)
    try:
        for file in demonstration(house, clock):
            counts[take(house, file)] += 1
    finally:
        house.close()
    told = {verdict.value: count for verdict, count in counts.items()}
    logger("demo").info("the demonstration hospital is in the archive", extra=told)
    return 0


def demonstration(house: House, clock: Clock) -> Iterator[bytes]:
    """The files of the hospital: of the day on which it was first made, where part of it is in the archive, else of today."""
    from sixfold.app.demo import first_day, hospital

    return hospital(first_day(house.archive.study_date) or clock().date())


def take(house: House, file: bytes) -> Verdict:
    """Store one file of the demonstration."""
    meta = parse_file_meta(file)
    assert meta is not None
    came = Provenance("demo", "system:demo", "demonstration", to_text(utc_now()))
    names = meta.sop_class_uid, meta.sop_instance_uid
    reception = house.archive.intake.receive(meta.transfer_syntax_uid, *names, came)
    reception.write(memoryview(file)[meta.data_set_offset :])
    return reception.finish().verdict


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """One supervisor a home folder: a second start says so instead of breaking the first."""
    with (home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"Sixfold runs already on {home}: stop it first, or give another --home") from None
        yield
