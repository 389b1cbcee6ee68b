"""The provable audit: leaves, signed heads, proofs, and what a verifier found."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from sixfold.governance.model.access import PART
from sixfold.kernel.errors import InvalidInput, NotFound
from sixfold.kernel.kinds import Event, EventKind


class Leaf(msgspec.Struct, frozen=True):
    """One event's place in the log: the leaf at `index` is the salted digest of event `seq`."""

    index: int
    seq: int
    salt: bytes
    hash: bytes


class Head(msgspec.Struct, frozen=True):
    """A signed tree head: at moment `at` the log had `size` leaves and this root (hexadecimal).

    `key` names the signer: the SHA-256 of the public key; `signature` is Ed25519 over `rules.evidence.signed_text`, in
    hexadecimal.
    """

    size: int
    root: str
    at: str
    key: str
    signature: str


class SigningKey(msgspec.Struct, frozen=True):
    """A public key that heads are signed with (Ed25519, RFC 8032); `public` is its 32 bytes in hexadecimal."""

    key: str
    public: str
    made_at: str


class Proof(msgspec.Struct, frozen=True):
    """That an event is in the log: hashes from its leaf up to the root of `head` (RFC 9162 2.1.3), in hexadecimal.

    Who has the event and its `salt` computes the leaf; nobody can tell the event from the leaf.
    """

    seq: int
    index: int
    salt: str
    leaf: str
    path: list[str]
    head: Head


class Consistency(msgspec.Struct, frozen=True):
    """That the log of `second` leaves is the log of `first` with further ones (RFC 9162 2.1.4), in hexadecimal."""

    first: int
    first_root: str
    second: int
    second_root: str
    path: list[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Damage: what is wrong, and at which event or leaf."""

    text: str
    seq: int | None = None
    leaf: int | None = None

    def __str__(self) -> str:
        places = (("event", self.seq), ("leaf", self.leaf))
        where = ", ".join(f"{name} {number}" for name, number in places if number is not None)
        return f"{where}: {self.text}" if where else self.text


@dataclass(frozen=True, slots=True)
class Report:
    """What a verifier saw: the log's size and root, how much of it a trusted head vouches for, and all damage."""

    size: int
    root: str
    covered: int
    pending: int
    findings: list[Finding]
    more: int = 0
    """Further findings that are not listed."""
    heads: int = 0
    """How many heads of trusted keys were compared."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who saw a patient's data, when, what, for which purpose (45 CFR 164.528; Regulation (EU) 2025/327, article 9)."""

    seq: int
    at: str
    recipient: str
    belongs_to: str
    address: str
    what: str
    study_uid: str
    detail: str
    purpose: str
    basis: str
    times: int


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events a listing is asked for; what is empty does not narrow it. Moments are those of `kernel.clock.to_text`."""

    subject: str = ""
    actor: str = ""
    kind: str = ""
    study: str = ""
    patient: str = ""
    since: str = ""
    until: str = ""
    action: str = ""
    denied: bool = False
    """Refusals of every door only."""
    changes: bool = False
    """Only what is neither an access nor an association."""


@dataclass(frozen=True, slots=True)
class AuditPaging:
    """A page of a listing: up to `limit` events above `after` oldest first, or below `before` newest first."""

    limit: int
    after: int = 0
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event together with its leaf, either of which may be lost."""

    leaf: Leaf | None
    event: Event | None


class NotInLog(NotFound):
    """There is no such event, leaf or head in the log, or not yet."""


class KeyUnusable(InvalidInput):
    """The file of the signing key cannot be used; the message says why."""


class BadExport(InvalidInput):
    """A file is not an export of the audit."""


_HEAD: Mapping[str, str] = {
    "size": "how many leaves the log had",
    "root": "its root, hexadecimal",
    "at": "when it was signed",
    "key": "SHA-256 of the public key",
    "signature": "Ed25519, hexadecimal",
}

AUDIT_KEY_MADE = EventKind(
    PART,
    "audit.key_made",
    "a key was made that signs heads of the audit's log",
    "SHA-256 of the public key",
    {"public": "the public key, Ed25519, hexadecimal"},
)

AUDIT_HEAD_SIGNED = EventKind(PART, "audit.head_signed", "a head of the audit's log was signed", "the size of the log", _HEAD)
