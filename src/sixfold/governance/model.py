"""The words of governance: who asks, what for, on what; and every refusal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import msgspec

from sixfold.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn, Unavailable
from sixfold.kernel.kinds import EventKind

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


_ACCESS = {
    "action": "what was asked for",
    "resource": "the kind of what it was asked for",
    "study_uid": "Study Instance UID, where it was one study",
    "patient_key": "the patient's key, where it was one patient",
    "detail": "the keys of a search, the series that was read, or the two AE titles of a rejected association",
    "route": "the route's template, or the DIMSE service",
    "address": "the peer's address",
    "count": "how many times, all alike, within a tenth of a second",
    "first": "when the first of them was",
    "last": "when the last of them was",
}
_REACHED = "Study Instance UID, the patient's key, or the kind of resource"
_BY_ADDRESS = {"address": "the browser's address"}
_OF_ROLES = {"roles": "its roles"}
_OF_RULE = {
    "title": "calling AE titles; `*` and `?` stand for others",
    "host": "an address, a network or `*`",
    "role": "the role in which they act",
    "certificate_sha256": "digest of the client certificate, or empty",
    "enabled": "whether the rule is in force",
}
_ACCOUNT, _TOKEN, _RULE, _AE = "the account's name", "the token's name", "the rule's key", "the AE title"

ACCESS_ALLOWED = EventKind(PART, "access.allowed", "somebody asked for an action, and may", _REACHED, _ACCESS)
ACCESS_DENIED = EventKind(PART, "access.denied", "somebody asked for an action, and may not", _REACHED, _ACCESS)
ASSOCIATION_ADMITTED = EventKind(PART, "association.admitted", "an AE was let associate", "`association`", _ACCESS)
ASSOCIATION_REJECTED = EventKind(PART, "association.rejected", "an AE was not let associate", "`association`", _ACCESS)
SESSION_OPENED = EventKind(PART, "session.opened", "a person signed in", _ACCOUNT, _BY_ADDRESS)
SESSION_REFUSED = EventKind(
    PART, "session.refused", "a sign-in failed", "the account's name, `unknown` when there is none of that name", _BY_ADDRESS
)
SESSION_ENDED = EventKind(
    PART, "session.ended", "a person signed out, or ended another browser's session", _ACCOUNT, {"session": "the other's key"}
)
LINK_CREATED = EventKind(
    PART,
    "link.created",
    "a one-time link was made",
    "the account whose password it sets, else `account`",
    {**_OF_ROLES, "expires_at": "until when it is good"},
)
ACCOUNT_CREATED = EventKind(PART, "account.created", "a person made an account with a link", _ACCOUNT, _OF_ROLES)
ACCOUNT_CHANGED = EventKind(
    PART,
    "account.changed",
    "an administrator changed an account",
    _ACCOUNT,
    {**_OF_ROLES, "enabled": "whether its person may sign in"},
)
ACCOUNT_PASSWORD = EventKind(PART, "account.password", "a password was set anew", _ACCOUNT)
ACCOUNT_REMOVED = EventKind(PART, "account.removed", "an account was deleted", _ACCOUNT)
TOKEN_CREATED = EventKind(
    PART,
    "token.created",
    "an API token was made",
    _TOKEN,
    {"token": "its key", "role": "its role", "expires_at": "until when it is good, null for without end"},
)
TOKEN_REVOKED = EventKind(PART, "token.revoked", "an API token was ended", "the token's key")
AE_ADDED = EventKind(PART, "ae.added", "a rule that admits AEs was made", _RULE, _OF_RULE)
AE_CHANGED = EventKind(PART, "ae.changed", "a rule that admits AEs was replaced", _RULE, _OF_RULE)
AE_REMOVED = EventKind(PART, "ae.removed", "a rule that admits AEs was taken out of force", _RULE)
REMOTE_PUT = EventKind(
    PART,
    "remote.put",
    "a destination was added or replaced",
    _AE,
    {"host": "its host name or address", "port": "its TCP port", "tls": "whether it is called by TLS"},
)
REMOTE_REMOVED = EventKind(PART, "remote.removed", "a destination was deleted", _AE)
