"""Signed heads of the log: the key, the signing each minute when there is news, and witnesses outside the house."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from sixfold.governance.model import SYSTEM
from sixfold.governance.model.audit import AUDIT_HEAD_SIGNED, AUDIT_KEY_MADE, BadExport, Head, KeyUnusable, SigningKey
from sixfold.governance.rules.evidence import key_name, signed_text
from sixfold.governance.service.merkle import root_at
from sixfold.governance.store import merkle as store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Unavailable
from sixfold.kernel.events import Event, Relay

WITNESS_FILE = "audit-heads.jsonl"


def key_file(home: Path) -> Path:
    """Where the signing key of a house stands."""
    return home / "keys" / "audit.pem"


class Signer:
    """A private key; it never leaves its file and this object."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()
        self.name = key_name(self.public)

    @classmethod
    def kept(cls, file: Path) -> "Signer":
        """The key of a file, which is made when it is not there, for its owner alone; raises `KeyUnusable`."""
        if not file.exists():
            _make_key(file)
        if file.stat().st_mode & 0o077:
            raise KeyUnusable(f"{file} can be read by others than its owner: set its mode to 600")
        try:
            key = load_pem_private_key(file.read_bytes(), None)
        except (ValueError, TypeError) as error:
            raise KeyUnusable(f"{file} is no private key: {error}") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnusable(f"{file} is no Ed25519 key")
        return cls(key)

    def sign(self, size: int, root: str, at: str) -> Head:
        """A head of the log."""
        return Head(size, root, at, self.name, self._key.sign(signed_text(size, root, at, self.name)).hex())


def _make_key(file: Path) -> None:
    """Write a new key whole under another name first: of several who do, all use the one that was there first."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as made:
        made.write(text)
        made.flush()
        os.fsync(made.fileno())
    with suppress(FileExistsError):
        file.hardlink_to(draft)
    draft.unlink()


class Heads:
    """Signs in the worker, which alone has the key."""

    def __init__(self, database: Database, signer: Signer, clock: Clock) -> None:
        self._database = database
        self._signer = signer
        self._clock = clock

    def sign(self) -> Head | None:
        """Sign the log as it stands; None when nothing but heads came to it since the last one."""
        self._introduce()
        with self._database.read() as connection:
            before = store.newest_head(connection)
            size = store.log_size(connection)
            if not store.is_news(connection, before.size if before is not None else 0, AUDIT_HEAD_SIGNED.name):
                return None
            root = root_at(connection, size)
        head = self._signer.sign(size, root, to_text(self._clock()))
        with self._database.write() as transaction:
            if not store.add_head(transaction.connection, head):
                return None
            payload = msgspec.structs.asdict(head)
            events.record(transaction, AUDIT_HEAD_SIGNED, subject=str(size), actor=SYSTEM.actor, payload=payload)
        return head

    def _introduce(self) -> None:
        """Keep the public key, once."""
        key = SigningKey(self._signer.name, self._signer.public.hex(), to_text(self._clock()))
        with self._database.read() as connection:
            if any(known.key == key.key for known in store.list_keys(connection)):
                return
        with self._database.write() as transaction:
            if store.add_key(transaction.connection, key):
                payload = {"public": key.public}
                events.record(transaction, AUDIT_KEY_MADE, subject=key.key, actor=SYSTEM.actor, payload=payload)


class Witness:
    """Writes every head to a file elsewhere, where who changes the store cannot reach it."""

    def __init__(self, database: Database, place: Path) -> None:
        self._file = witness_file(place)
        self._relay = Relay(database, "audit-witness", self._write)

    def advance(self, limit: int = 1000) -> int:
        """Write the heads among up to `limit` further events; returns how many events; raises `Unavailable`."""
        return self._relay.advance(limit)

    def _write(self, batch: Sequence[Event]) -> None:
        lines = [b"\n" + msgspec.json.encode(event.payload) + b"\n" for event in batch if event.kind == AUDIT_HEAD_SIGNED.name]
        if not lines:
            return
        try:
            with self._file.open("ab") as file:
                file.write(b"".join(lines))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unavailable(f"the witness {self._file} does not take heads: {error.strerror}") from error


def witness_file(place: Path) -> Path:
    """The file that a setting means: itself, or the one within a folder."""
    return place / WITNESS_FILE if place.is_dir() else place


def read_heads(lines: Iterable[bytes]) -> list[Head]:
    """Heads of a witness, one JSON object a line; raises `BadExport` when there are lines and none is a head.

    A line that was torn when the machine stopped stands there whole a second time.
    """
    found, torn = [], False
    for line in lines:
        if line.strip():
            try:
                found.append(msgspec.json.decode(line, type=Head))
            except msgspec.DecodeError:
                torn = True
    if torn and not found:
        raise BadExport("the witness holds no head of the audit")
    return found
