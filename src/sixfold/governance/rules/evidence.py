"""What makes the audit provable: the bytes of a leaf, the text of a head, and the verifier of both."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from hmac import digest
from itertools import pairwise

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sixfold.governance.model.audit import AUDIT_HEAD_SIGNED, Finding, Head, Report, Sealed
from sixfold.governance.rules.merkle import Frontier, Node, leaf_hash
from sixfold.kernel.kinds import Event

SALT = 16
"""Bytes of chance in each leaf: without them nobody can try which event it was made of."""

_LISTED = 1000


def canonical(event: Event) -> bytes:
    """An event as JSON in UTF-8: without white space, the keys of every object in order, as RFC 8785 has it."""
    told = {name: getattr(event, name) for name in Event.__struct_fields__}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def leaf_of(event: Event, salt: bytes) -> bytes:
    """The hash of an event's leaf: RFC 6962's leaf over HMAC-SHA256 of the canonical event under its salt."""
    return leaf_hash(digest(salt, canonical(event), "sha256"))


def key_name(public: bytes) -> str:
    """How a public key is named: its SHA-256 in hexadecimal."""
    return sha256(public).hexdigest()


def signed_text(size: int, root: str, at: str, key: str) -> bytes:
    """What is signed of a head: five lines, each ended by a line feed."""
    return f"sixfold audit head 1\n{key}\n{size}\n{root}\n{at}\n".encode()


def is_signed(head: Head, public: bytes) -> bool:
    """Whether a head bears the signature of a public key."""
    text = signed_text(head.size, head.root, head.at, head.key)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(head.signature), text)
    except (InvalidSignature, ValueError):
        return False
    return head.key == key_name(public)


class Verifier:
    """Reads the whole log once, in order, and compares it with its events and with every head that a trusted key signed.

    `heads` are those of the store, `witnessed` those that were kept elsewhere; `nodes` are the stored interior nodes in the
    order in which appending makes them, when they are to be compared too. Memory grows with the heads, not with the log.
    """

    def __init__(
        self,
        trusted: Mapping[str, bytes],
        heads: Iterable[Head],
        witnessed: Iterable[Head] = (),
        nodes: Iterable[tuple[Node, bytes]] | None = None,
    ) -> None:
        self._findings: list[Finding] = []
        self._more = 0
        self._trusted = trusted
        self._kept = {head.size: head for head in heads}
        self._due = self._judged(witnessed)
        self._compared = len(self._due)
        self._nodes: Iterator[tuple[Node, bytes]] | None = iter(nodes) if nodes is not None else None
        self._tree = Frontier()
        self._last_seq = self._covered = self._expected = 0
        self._broken = False

    def _judged(self, witnessed: Iterable[Head]) -> list[tuple[Head, str]]:
        """Every trusted head with where it comes from, the largest first; a forged one is damage."""
        found = []
        for origin, heads in (("kept here", self._kept.values()), ("witnessed", witnessed)):
            for head in heads:
                public = self._trusted.get(head.key)
                if public is None:
                    continue
                if is_signed(head, public):
                    found.append((head, origin))
                else:
                    self._find(f"the signature of the head of {head.size} leaves, {origin}, is wrong")
        found.sort(key=lambda pair: pair[0].size, reverse=True)
        for (one, _), (other, _) in pairwise(found):
            if one.size == other.size and one.root != other.root:
                self._find(f"the log was forked: two heads of {one.size} leaves are signed, at {one.at} and {other.at}")
        return found

    def _find(self, text: str, seq: int | None = None, leaf: int | None = None) -> None:
        if len(self._findings) < _LISTED:
            self._findings.append(Finding(text, seq, leaf))
        else:
            self._more += 1

    def see(self, sealed: Sealed) -> None:
        """The next leaf in the order of `index` with its event; or, in its place by `seq`, an event that has no leaf."""
        leaf, event = sealed.leaf, sealed.event
        if leaf is None:
            if event is not None:
                self._find("it has no leaf: it was inserted, or its leaf was removed", event.seq)
            return
        if leaf.index != self._expected:
            self._find(f"in its place leaf {self._expected} is expected", leaf.seq, leaf.index)
        self._expected = leaf.index + 1
        if leaf.seq <= self._last_seq:
            self._find("it stands out of order", leaf.seq, leaf.index)
        self._last_seq = max(self._last_seq, leaf.seq)
        if event is None:
            self._find("the event was deleted", leaf.seq, leaf.index)
        elif leaf_of(event, leaf.salt) != leaf.hash:
            self._find("the event is not the one that was sealed", leaf.seq, leaf.index)
        elif event.kind == AUDIT_HEAD_SIGNED.name:
            self._hear(event)
        self._append(leaf.hash)

    def _hear(self, event: Event) -> None:
        """A head that the feed tells of has to be kept too."""
        size, root = event.payload.get("size"), event.payload.get("root")
        kept = self._kept.get(size) if isinstance(size, int) else None
        if kept is None or kept.root != root:
            self._find(f"the head of {size} leaves that it tells of is not kept here", event.seq)

    def _append(self, leaf: bytes) -> None:
        made = self._tree.append(leaf)
        if self._nodes is not None:
            self._compare_nodes(self._nodes, made)
        while self._due and self._due[-1][0].size <= self._tree.size:
            self._compare(*self._due.pop())

    def _compare_nodes(self, nodes: Iterator[tuple[Node, bytes]], made: list[tuple[Node, bytes]]) -> None:
        for expected in made:
            if next(nodes, None) != expected:
                level, position = expected[0]
                span = f"leaves {position << level} to {((position + 1) << level) - 1}"
                self._find(f"the stored node over {span} is not theirs")
                self._nodes = None
                return

    def _compare(self, head: Head, origin: str) -> None:
        if self._broken:
            return
        if head.size == self._tree.size and head.root == self._tree.root().hex():
            self._covered = head.size
            return
        self._broken = True
        where = f"leaves {self._covered} to {head.size - 1}"
        self._find(f"{where} are not those of the head of {head.size} leaves signed at {head.at}, {origin}")

    def report(self, pending: int = 0) -> Report:
        """What was found, after the last leaf; `pending` events are not in the log yet."""
        for head, origin in reversed(self._due):
            self._find(f"the log was cut: the head signed at {head.at}, {origin}, has {head.size} leaves", leaf=self._tree.size)
        if self._nodes is not None and next(self._nodes, None) is not None:
            self._find("there are stored nodes over leaves that are not there")
        if self._tree.size and not self._compared:
            self._find("no head of a trusted key vouches for the log")
        root = self._tree.root().hex()
        return Report(self._tree.size, root, self._covered, pending, self._findings, self._more, self._compared)
