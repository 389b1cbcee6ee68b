"""Application entities: who may associate, and whom we call."""

from dataclasses import dataclass

from sixfold.kernel.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class PeerRule:
    """Which AE may associate, and in which role; all its conditions must hold, and the roles of all matching rules add up.

    `title` may hold `*` and `?`; `host` is an address, a network in CIDR form or `*`; `certificate_sha256` is the digest of the
    client certificate's DER form in hexadecimal, or empty. Service lines add up too; a rule without facility is for every one.
    """

    title: str
    host: str
    role: str
    certificate_sha256: str = ""
    note: str = ""
    enabled: bool = True
    service_lines: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Peer:
    """A stored `PeerRule`."""

    key: str
    rule: PeerRule


@dataclass(frozen=True, slots=True)
class Destination:
    """A remote AE that a C-MOVE may name, and where it listens."""

    ae_title: str
    host: str
    port: int
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Calling:
    """Who asks for an association: the titles of the A-ASSOCIATE-RQ, the peer's address and its certificate's digest."""

    calling_ae: str
    called_ae: str
    host: str
    certificate_sha256: str = ""


class NotAdmitted(NotAllowed):
    """An association is rejected; the fields are those of the A-ASSOCIATE-RJ PDU (PS3.8 9.3.4)."""

    def __init__(self, message: str, reason: int) -> None:
        super().__init__(message)
        self.result = 1  # rejected-permanent
        self.source = 1  # DICOM UL service-user
        self.reason = reason


CALLING_AE_NOT_RECOGNISED = 3
"""PS3.8 table 9-21, source 1."""


CALLED_AE_NOT_RECOGNISED = 7
"""PS3.8 table 9-21, source 1."""
