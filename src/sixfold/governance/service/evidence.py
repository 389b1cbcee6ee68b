"""The audit taken out of the house, and the verifier of the store or of what was taken out.

An export is JSON lines: first `{"audit": 1, ...}`, then every `key` and `head`, then every `leaf` with its `event`, at last
`end`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import IO, Any

import msgspec
from sqlalchemy import Connection

from sixfold.governance.model.audit import BadExport, Head, Leaf, Report, Sealed, SigningKey
from sixfold.governance.rules.evidence import Verifier, key_name
from sixfold.governance.store import merkle as store
from sixfold.kernel.events import Event

_LONGEST_LINE = 1 << 26
_FORM = 1


class _Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    index: int
    seq: int
    salt: str
    hash: str


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    audit: int | None = None
    at: str | None = None
    key: SigningKey | None = None
    head: Head | None = None
    leaf: _Leaf | None = None
    event: Event | None = None
    end: int | None = None
    """How many events were not in the log yet."""


def export_lines(connection: Connection, now: str) -> Iterator[bytes]:
    """The whole log with its events, heads and public keys, one JSON object a line."""
    yield _written(_Line(audit=_FORM, at=now))
    for key in store.list_keys(connection):
        yield _written(_Line(key=key))
    for head in store.list_heads(connection):
        yield _written(_Line(head=head))
    for sealed in store.walk_log(connection):
        leaf = sealed.leaf
        told = _Leaf(leaf.index, leaf.seq, leaf.salt.hex(), leaf.hash.hex()) if leaf is not None else None
        yield _written(_Line(leaf=told, event=sealed.event))
    yield _written(_Line(end=store.count_pending(connection)))


def _written(line: _Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def verify_store(connection: Connection, trusted: Mapping[str, bytes], witnessed: Iterable[Head] = ()) -> Report:
    """Compare the store's log with its events, its nodes and every head that a trusted key signed.

    `trusted` are public keys by their names; without any, the store's own are believed.
    """
    keys = trusted or _named(store.list_keys(connection))
    with closing(store.walk_nodes(connection)) as nodes, closing(store.walk_log(connection)) as log:
        verifier = Verifier(keys, store.list_heads(connection), witnessed, nodes)
        for sealed in log:
            verifier.see(sealed)
        return verifier.report(store.count_pending(connection))


def verify_export(file: IO[bytes], trusted: Mapping[str, bytes], witnessed: Iterable[Head] = ()) -> Report:
    """Compare an export with itself and with heads that were kept elsewhere; without trusted keys its own are believed.

    Raises `BadExport` when it is none, or ends early.
    """
    lines = _read(file)
    first = next(lines, None)
    if first is None or first.audit != _FORM:
        raise BadExport("this is not an export of the audit")
    keys, heads, verifier = [], [], None
    for line in lines:
        if line.key is not None:
            keys.append(line.key)
        elif line.head is not None:
            heads.append(line.head)
        else:
            verifier = verifier or Verifier(trusted or _named(keys), heads, witnessed)
            if line.end is not None:
                return verifier.report(line.end)
            verifier.see(Sealed(_leaf(line.leaf), line.event))
    raise BadExport("the export ends early: its last line is missing")


def _read(file: IO[bytes]) -> Iterator[_Line]:
    decoder = msgspec.json.Decoder(_Line)
    number = 0
    while text := file.readline(_LONGEST_LINE):
        number += 1
        try:
            yield decoder.decode(text)
        except msgspec.DecodeError as error:
            raise BadExport(f"line {number} is not one of an export of the audit: {error}") from None


def _leaf(told: _Leaf | None) -> Leaf | None:
    if told is None:
        return None
    try:
        return Leaf(told.index, told.seq, bytes.fromhex(told.salt), bytes.fromhex(told.hash))
    except ValueError:
        raise BadExport(f"leaf {told.index} is not in hexadecimal") from None


def _named(keys: Iterable[SigningKey]) -> dict[str, bytes]:
    """Public keys by their true names; those that are no hexadecimal are nobody's."""
    found: dict[str, Any] = {}
    for key in keys:
        try:
            public = bytes.fromhex(key.public)
        except ValueError:
            continue
        found[key_name(public)] = public
    return found
