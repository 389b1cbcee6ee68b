"""The words of governance: who asks, what for, on what; and every refusal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import msgspec

from sixfold.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn, Unavailable

PART = "governance"


class Action(StrEnum):
    """What can be asked for; a route, a DIMSE service and a feed subscription each need exactly one."""

    OPEN = "open"  # needs nobody: health, sign-in, the web page's own files
    OWN = "own"  # one's own account and sessions: everybody who is known
    ECHO = "echo"
    SEARCH = "search"
    READ = "read"
    STORE = "store"
    REJECT = "reject"
    SUBSCRIBE = "subscribe"
    AUDIT = "audit"
    ADMINISTER = "administer"


PrincipalKind = Literal["person", "token", "ae", "system"]


class Principal(msgspec.Struct, frozen=True):
    """Somebody or something that is known, and the roles it acts in."""

    kind: PrincipalKind
    name: str
    display_name: str
    roles: frozenset[str]

    @property
    def actor(self) -> str:
        """How events name the principal, as `person:ada`."""
        return f"{self.kind}:{self.name}"


SYSTEM = Principal("system", "sixfold", "Sixfold", frozenset({"administrator"}))
"""Sixfold itself: background duties, and commands given on the machine."""


class Resource(msgspec.Struct, frozen=True):
    """What an action is asked for.

    `kind` is `archive`, `patient`, `study`, `series`, `feed`, `governance` or a part's own word; `detail` tells what the audit
    should keep besides: the keys of a search, the series that was read.
    """

    kind: str
    study_uid: str = ""
    patient_key: str = ""
    detail: str = ""


class Via(msgspec.Struct, frozen=True):
    """By which way a request came in: the route's template or the DIMSE service, and the peer's address."""

    route: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in."""

    name: str
    display_name: str
    roles: frozenset[str]
    enabled: bool
    created_at: str


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One signed-in browser; `key` names it without being the secret."""

    key: str
    account: str
    address: str
    agent: str
    created_at: str
    used_at: str
    current: bool


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """An API token, without its secret."""

    key: str
    name: str
    role: str
    created_at: str
    created_by: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None


@dataclass(frozen=True, slots=True)
class PeerRule:
    """Which AE may associate, and in which role; all its conditions must hold, and the roles of all matching rules add up.

    `title` may hold `*` and `?`; `host` is an address, a network in CIDR form or `*`; `certificate_sha256` is the digest of the
    client certificate's DER form in hexadecimal, or empty.
    """

    title: str
    host: str
    role: str
    certificate_sha256: str = ""
    note: str = ""
    enabled: bool = True


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


class Forbidden(NotAllowed):
    """No role of the principal allows the action."""


class UnknownCaller(NotSignedIn):
    """There is no credential, or it is wrong, ended or expired."""


class BadCredentials(NotSignedIn):
    """The name and password do not belong together; which of the two is wrong is not told."""


class TooManyAttempts(Unavailable):
    """Sign-in was tried too often; `retry_after` is the number of seconds to wait."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"sign-in was tried too often: wait {retry_after:.0f} s")
        self.retry_after = retry_after


class LinkSpent(NotAllowed):
    """A one-time link was used before, has expired or never was."""


class NameTaken(Conflict):
    """Another account has the name."""


class LastAdministrator(Conflict):
    """The change would leave nobody who can administer."""


class NoSuchEntry(NotFound):
    """There is no account, token, session, AE or destination of that name."""


class BadEntry(InvalidInput):
    """A name, password, role, address or title cannot be used as given."""


class AuditUnavailable(Unavailable):
    """The audit trail cannot be written, so the request is refused rather than left without a trace."""


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
