"""A server on loopback with a fake archive behind it, and what the tests send to it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sixfold.dicom.uids import EXPLICIT_LE, IMPLICIT_LE, VERIFICATION
from sixfold.dimse import uids
from sixfold.dimse.client import ClientAssociation, ClientSettings, Proposal, associate
from sixfold.dimse.fakes import FakeArchive, FakeInstance
from sixfold.dimse.negotiation import UNCOMPRESSED
from sixfold.dimse.pdu import RoleSelection
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.services import Caller, CommitResult, Remote
from sixfold.dimse.settings import DimseSettings, Hooks

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT, IMPLICIT = EXPLICIT_LE.uid, IMPLICIT_LE.uid
PROPOSALS = [
    Proposal(VERIFICATION, UNCOMPRESSED),
    Proposal(CT, (EXPLICIT,)),
    *(
        Proposal(uid, UNCOMPRESSED)
        for uid in (uids.STUDY_ROOT_FIND, uids.STUDY_ROOT_MOVE, uids.STUDY_ROOT_GET, uids.STORAGE_COMMITMENT)
    ),
]
BOTH_ROLES = [RoleSelection(CT, scu=True, scp=True)]


class CountingMetrics:
    """Remembers what was counted."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed: list[str] = []
        self.refused: list[str] = []
        self.operations: list[tuple[str, int]] = []
        self.bytes = 0

    def association_opened(self) -> None:
        self.opened += 1

    def association_closed(self, outcome: str) -> None:
        self.closed.append(outcome)

    def association_refused(self, reason: str) -> None:
        self.refused.append(reason)

    def operation(self, name: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        self.operations.append((name, status))

    def received(self, size: int) -> None:
        self.bytes += size


@dataclass
class House:
    """A running server and all that can be seen of it."""

    server: DimseServer
    archive: FakeArchive
    remote: Remote
    metrics: CountingMetrics
    log: list[tuple[str, dict[str, object]]]

    @property
    def undelivered(self) -> list[tuple[Caller, CommitResult]]:
        """The commitment results that could not be told."""
        return self.archive.undelivered

    def associate(self, proposals: list[Proposal] | None = None, **settings: Any) -> ClientAssociation:
        """Associate with it, by default with a context for every service and both storage roles."""
        offers = PROPOSALS if proposals is None else proposals
        return associate(self.remote, offers, ClientSettings("TESTER", **settings), roles=BOTH_ROLES)


@dataclass
class Street:
    """Builds houses and tears them down."""

    houses: list[House] = field(default_factory=list)

    def __call__(self, archive: FakeArchive | None = None, **settings: Any) -> House:
        chosen = DimseSettings(**{"ae_titles": ("HOUSE",), "artim": 5.0, "network_timeout": 10.0} | settings)
        behind, metrics = archive or FakeArchive(), CountingMetrics()
        log: list[tuple[str, dict[str, object]]] = []
        hooks = Hooks(metrics, lambda event, /, **fields: log.append((event, fields)))
        server = DimseServer(behind, chosen, [bind("127.0.0.1", 0)], hooks)
        server.start()
        remote = Remote(chosen.ae_title, *server.address)
        self.houses.append(House(server, behind, remote, metrics, log))
        return self.houses[-1]


@pytest.fixture
def serve() -> Iterator[Street]:
    """A factory of running servers; after the test each must stop clean and leave no thread."""
    before = set(threading.enumerate())
    street = Street()
    yield street
    for house in street.houses:
        assert house.server.stop(5.0) == 0
    eventually(lambda: not set(threading.enumerate()) - before)


@pytest.fixture
def house(serve: Street) -> House:
    """One running server with the usual settings."""
    return serve()


def eventually(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until a condition holds that another thread brings about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)


def instance(number: int = 1, size: int = 1000, *, sop_class: str = CT, **encodings: bytes) -> FakeInstance:
    """An instance whose bytes tell its number."""
    data = bytes((number + at) % 256 for at in range(256)) * (size // 256 + 1)
    return FakeInstance(sop_class, f"1.2.3.{number}", encodings or {EXPLICIT: data[: size & ~1]})
