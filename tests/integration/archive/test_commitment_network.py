"""Storage Commitment with a real requestor, pynetdicom, that is away when its result is there (gotcha S10)."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.dimse.calling import Remotes, teller
from sixfold.archive.dimse.provider import ArchiveProvider
from sixfold.archive.service.commitments import Commitments
from sixfold.archive.store.commitments import Kept
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.services import Reference
from sixfold.dimse.settings import DimseSettings
from sixfold.governance import Governance
from sixfold.governance.model import Destination, PeerRule
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_uid
from sixfold.kernel.settings import read_settings, to_environment

MODEL = StorageCommitmentPushModel
MR = "1.2.840.10008.5.1.4.1.1.4"
AE_TITLE = "ARCHIVE"


@dataclass
class Archive:
    """An archive, who may ask it, and the worker's half of its commitments."""

    house: TestHouse
    governance: Governance
    remotes: Remotes
    port: int

    def waiting(self) -> list[Kept]:
        return self.house.archive.commitments.waiting()[1]

    def work(self, seconds_later: float) -> int:
        """What a worker does that looks so much later; returns how many steps it took."""
        clock = HandClock(utc_now() + timedelta(seconds=seconds_later))
        commitments = Commitments(self.house.database, self.house.archive.reader, clock)
        steps = 0
        while commitments.tell_next(teller(self.remotes)):
            steps += 1
        return steps

    def register(self, port: int) -> None:
        self.governance.network.put_destination(Destination("PYNET", "127.0.0.1", port))

    def told(self) -> list[str]:
        found = events.read(self.house.database, 0, 1000, parts=["archive"])
        return [one.kind for one in found if one.kind.startswith("commitment.")]


@pytest.fixture
def behind(tmp_path: Path, database: Database) -> Iterator[Archive]:
    """An archive that nobody serves yet."""
    house = open_house(tmp_path, database)
    governance = Governance(database, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    governance.start()
    yield Archive(house, governance, Remotes(governance, ssl.create_default_context()), 0)
    governance.close()
    house.archive.close()


@pytest.fixture
def archive(behind: Archive) -> Iterator[Archive]:
    """An archive on the network."""
    provider = ArchiveProvider(behind.house.archive, behind.governance, AE_TITLE, behind.remotes)
    with DimseServer(provider, DimseSettings(ae_titles=(AE_TITLE,)), [bind("127.0.0.1", 0)]) as server:
        behind.port = server.address[1]
        yield behind


@dataclass
class Receiver:
    """What a requestor heard of its results, on associations of their own."""

    port: int
    reports: list[Dataset] = field(default_factory=list)
    roles: list[tuple[bool, bool]] = field(default_factory=list)


@contextmanager
def receiver(port: int, answer: int = 0) -> Iterator[Receiver]:
    """The requestor listens: as a user of the SOP class, which leaves us the role of its provider."""
    heard = Receiver(port)

    def on_report(event: Any) -> tuple[int, None]:
        heard.reports.append(event.event_information)
        return answer, None

    def on_requested(event: Any) -> None:
        for role in event.assoc.requestor.role_selection.values():
            heard.roles.append((role.scu_role, role.scp_role))

    ae = AE("PYNET")
    ae.add_supported_context(MODEL, scu_role=True, scp_role=True)
    handlers = [(evt.EVT_N_EVENT_REPORT, on_report), (evt.EVT_REQUESTED, on_requested)]
    server = ae.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
    try:
        yield heard
    finally:
        server.shutdown()


def ask(port: int, transaction: str, *references: Reference, handlers: Any = ()) -> int:
    """N-ACTION on an association that is released at once; returns its status."""
    user = AE("PYNET")
    user.acse_timeout = user.dimse_timeout = user.network_timeout = 30
    user.add_requested_context(MODEL)
    association = user.associate("127.0.0.1", port, ae_title=AE_TITLE, evt_handlers=list(handlers))
    assert association.is_established
    request = Dataset()
    request.TransactionUID = transaction
    request.ReferencedSOPSequence = []
    for sop_class, uid in references:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
        request.ReferencedSOPSequence.append(item)
    status, _ = association.send_n_action(request, 1, MODEL, StorageCommitmentPushModelInstance)
    association.release()
    return int(status.Status)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def stored(archive: Archive) -> tuple[list[Reference], dict[str, int]]:
    """References of a kept instance, of one under another class and of none; and the reasons of those that fail."""
    here, other = archive.house.store(ct()), archive.house.store(ct())
    references = [(here.sop_class, here.sop_uid), (MR, other.sop_uid), (MR, "9.9")]
    return references, {other.sop_uid: 0x0119, "9.9": 0x0112}


def reasons(report: Dataset) -> dict[str, int]:
    return {str(item.ReferencedSOPInstanceUID): int(item.FailureReason) for item in report.FailedSOPSequence}


def test_S10_a_requestor_that_was_down_hears_its_result_when_it_is_up(archive: Archive) -> None:
    references, failed = stored(archive)
    port, transaction = free_port(), new_uid()
    archive.register(port)
    assert ask(archive.port, transaction, *references) == 0
    eventually(lambda: archive.waiting() and archive.waiting()[0].attempts == 1)
    assert archive.work(61) == 1  # it is down still
    (kept,) = archive.waiting()
    assert (kept.attempts, kept.failed) == (2, 2)
    assert "refused" in kept.error
    with receiver(port) as heard:
        assert archive.work(61) == 0  # not before its pause is over
        assert archive.work(61 + 121) == 1
        assert archive.work(1e6) == 0
    (report,) = heard.reports
    assert report.TransactionUID == transaction
    assert [str(item.ReferencedSOPInstanceUID) for item in report.ReferencedSOPSequence] == [references[0][1]]
    assert reasons(report) == failed
    assert heard.roles == [(False, True)]
    assert archive.waiting() == []
    assert archive.told() == ["commitment.kept", "commitment.delivered"]


def test_S10_a_requestor_that_is_up_hears_its_result_at_once_and_once(archive: Archive) -> None:
    references, failed = stored(archive)
    with receiver(free_port()) as heard:
        archive.register(heard.port)
        assert ask(archive.port, new_uid(), *references) == 0
        eventually(lambda: not archive.waiting())
        assert archive.work(1e6) == 0
    assert [reasons(report) for report in heard.reports] == [failed]
    assert archive.told() == ["commitment.kept", "commitment.delivered"]


def test_S10_a_requestor_that_left_hears_its_result_when_its_address_is_known(archive: Archive) -> None:
    references, failed = stored(archive)
    assert ask(archive.port, new_uid(), *references, handlers=[(evt.EVT_N_EVENT_REPORT, lambda _: (0x0110, None))]) == 0
    eventually(lambda: archive.waiting() and archive.waiting()[0].attempts == 1)
    assert archive.work(61) == 1
    assert "not known where PYNET listens" in archive.waiting()[0].error
    with receiver(free_port()) as heard:
        archive.register(heard.port)
        assert archive.work(61 + 121) == 1
    assert [reasons(report) for report in heard.reports] == [failed]


def test_S10_a_requestor_that_refuses_its_result_is_asked_again(archive: Archive) -> None:
    port = free_port()
    archive.register(port)
    with receiver(port, answer=0x0110) as heard:
        assert ask(archive.port, new_uid(), (MR, "9.9")) == 0
        eventually(lambda: archive.waiting() and archive.waiting()[0].attempts == 1)
        assert archive.waiting()[0].error.startswith("0110")
        assert archive.work(61) == 1
    assert len(heard.reports) == 2
    with receiver(port) as heard:
        assert archive.work(61 + 121) == 1
    assert len(heard.reports) == 1


def test_S10_who_may_not_store_may_not_ask(archive: Archive) -> None:
    for peer in archive.governance.network.peers():
        archive.governance.network.remove_peer(peer.key)
    archive.governance.network.add_peer(PeerRule("*", "*", "radiologist"))
    assert ask(archive.port, new_uid(), (MR, "9.9")) == 0x0124
    assert archive.told() == []


@contextmanager
def silent_listener() -> Iterator[int]:
    """It takes connections and never says a word, so that whoever calls it waits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken: list[socket.socket] = []

        def take() -> None:
            try:
                while True:
                    taken.append(listener.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        for connection in taken:
            connection.close()


@contextmanager
def dimse_process(behind: Archive, database_url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real DIMSE process over the same home and database."""
    settings = read_settings({}, home=str(behind.house.home), database_url=database_url, dimse=f"127.0.0.1:{port}", ae=AE_TITLE)
    plain = {key: value for key, value in os.environ.items() if not key.startswith("SIXFOLD_")}
    command = [sys.executable, "-m", "sixfold.app.process", "dimse", str(os.getpid())]
    process = subprocess.Popen(command, env=plain | to_environment(settings), stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: process.poll() is not None or listening(port), 60)
        yield process
    finally:
        process.kill()
        process.wait(10)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_S10_an_accepted_request_outlives_its_killed_process(behind: Archive, database_url: str) -> None:
    references, failed = stored(behind)
    port, transaction = free_port(), new_uid()
    with silent_listener() as deaf:
        behind.register(deaf)
        with dimse_process(behind, database_url, port) as process:
            assert ask(port, transaction, *references) == 0
            process.send_signal(signal.SIGKILL)
            process.wait(10)
    (kept,) = behind.waiting()
    assert (kept.transaction_uid, kept.attempts) == (transaction, 0)
    with receiver(free_port()) as heard:
        behind.register(heard.port)
        assert behind.work(0) == 0  # the process might live
        assert behind.work(301) == 1
    assert [reasons(report) for report in heard.reports] == [failed]
    assert heard.reports[0].TransactionUID == transaction
    assert behind.told() == ["commitment.kept", "commitment.delivered"]
