"""Bytes to values: every PDU of PS3.8 9.3 except P-DATA-TF. Lengths are checked; nothing is read past its item."""

from collections.abc import Iterator
from typing import Any

from sixfold.dimse.errors import PduError
from sixfold.dimse.pdu.model import (
    Abort,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    AsyncWindow,
    CommonExtended,
    ContextResult,
    ExtendedNegotiation,
    ItemType,
    OfferedContext,
    Pdu,
    PduType,
    ReleaseRequest,
    ReleaseResponse,
    RoleSelection,
    UserIdentity,
    UserInformation,
)


class _Cursor:
    """Reads big-endian fields from one bounded run of bytes."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, count: int) -> bytes:
        end = self._position + count
        if end > len(self._data):
            raise PduError(f"a field of {count} bytes runs past the end of its item")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def prefixed(self) -> bytes:
        return self.take(self.number(2))

    def uid(self) -> str:
        return _text(self.prefixed())

    def rest(self) -> bytes:
        return self.take(len(self._data) - self._position)

    @property
    def has_more(self) -> bool:
        return self._position < len(self._data)

    def items(self) -> Iterator[tuple[int, bytes]]:
        """Yield (item type, body) until the end."""
        while self.has_more:
            kind = self.take(2)[0]
            yield kind, self.prefixed()


def decode(kind: int, body: bytes) -> Pdu:
    """Return the value of a PDU from its type and its variable field; raise `PduError` where it is not valid."""
    match kind:
        case PduType.ASSOCIATE_RQ:
            return _associate_request(body)
        case PduType.ASSOCIATE_AC:
            return _associate_accept(body)
        case PduType.ASSOCIATE_RJ:
            _exactly(4, body)
            return AssociateReject(body[1], body[2], body[3])
        case PduType.RELEASE_RQ:
            _exactly(4, body)
            return ReleaseRequest()
        case PduType.RELEASE_RP:
            _exactly(4, body)
            return ReleaseResponse()
        case PduType.ABORT:
            _exactly(4, body)
            return Abort(body[2], body[3])
        case _:
            raise PduError(f"PDU type {kind:02X} is not known", reason=1)


def _exactly(length: int, body: bytes) -> None:
    if len(body) != length:
        raise PduError(f"a PDU of {len(body)} bytes should have {length}")


def _text(raw: bytes) -> str:
    # Some senders pad UIDs and titles with NUL or space although PS3.8 annex F says they are not padded.
    return raw.decode("latin-1").strip(" \0")


def _head(cursor: _Cursor) -> dict[str, Any]:
    version = cursor.number(2)
    cursor.take(2)
    called, calling = _text(cursor.take(16)), _text(cursor.take(16))
    cursor.take(32)
    return {"called_ae": called, "calling_ae": calling, "protocol_version": version}


def _associate_request(body: bytes) -> AssociateRequest:
    cursor = _Cursor(body)
    fields, contexts = _head(cursor) | {"application_context": ""}, []
    for kind, item in cursor.items():
        if kind == ItemType.APPLICATION_CONTEXT:
            fields["application_context"] = _text(item)
        elif kind == ItemType.CONTEXT_RQ:
            contexts.append(_offered(item))
        elif kind == ItemType.USER_INFORMATION:
            fields["user"] = _user(item)
    _unique(context.id for context in contexts)
    return AssociateRequest(contexts=tuple(contexts), **fields)


def _associate_accept(body: bytes) -> AssociateAccept:
    cursor = _Cursor(body)
    fields, contexts = _head(cursor) | {"application_context": ""}, []
    for kind, item in cursor.items():
        if kind == ItemType.APPLICATION_CONTEXT:
            fields["application_context"] = _text(item)
        elif kind == ItemType.CONTEXT_AC:
            contexts.append(_answered(item))
        elif kind == ItemType.USER_INFORMATION:
            fields["user"] = _user(item)
    _unique(context.id for context in contexts)
    return AssociateAccept(contexts=tuple(contexts), **fields)


def _unique(ids: Iterator[int]) -> None:
    seen: set[int] = set()
    for identifier in ids:
        if identifier % 2 == 0 or identifier in seen:
            raise PduError(f"presentation context ID {identifier} is even or used twice")
        seen.add(identifier)


def _offered(item: bytes) -> OfferedContext:
    cursor = _Cursor(item)
    identifier = cursor.take(4)[0]
    abstract, syntaxes = "", []
    for kind, body in cursor.items():
        if kind == ItemType.ABSTRACT_SYNTAX:
            abstract = _text(body)
        elif kind == ItemType.TRANSFER_SYNTAX:
            syntaxes.append(_text(body))
    return OfferedContext(identifier, abstract, tuple(syntaxes))


def _answered(item: bytes) -> ContextResult:
    cursor = _Cursor(item)
    head = cursor.take(4)
    syntaxes = [_text(body) for kind, body in cursor.items() if kind == ItemType.TRANSFER_SYNTAX]
    return ContextResult(head[0], head[2], syntaxes[0] if syntaxes else "")


def _user(item: bytes) -> UserInformation:
    fields: dict[str, Any] = {name: [] for name in _REPEATED}
    for kind, body in _Cursor(item).items():
        known = _USER_ITEMS.get(kind)
        if known is None:
            continue  # PS3.8 9.3.1: items that are not recognised are ignored
        name, read = known
        if name in _REPEATED:
            fields[name].append(read(_Cursor(body)))
        else:
            fields[name] = read(_Cursor(body))
    return UserInformation(**fields | {name: tuple(fields[name]) for name in _REPEATED})


def _role(cursor: _Cursor) -> RoleSelection:
    return RoleSelection(cursor.uid(), cursor.number(1) == 1, cursor.number(1) == 1)


def _common(cursor: _Cursor) -> CommonExtended:
    sop_class, service_class = cursor.uid(), cursor.uid()
    inner = _Cursor(cursor.prefixed())
    related = []
    while inner.has_more:
        related.append(inner.uid())
    return CommonExtended(sop_class, service_class, tuple(related))


def _identity(cursor: _Cursor) -> UserIdentity:
    kind, wanted = cursor.number(1), cursor.number(1)
    return UserIdentity(kind, cursor.prefixed(), cursor.prefixed(), wanted == 1)


_REPEATED = ("roles", "extended", "common_extended")
_USER_ITEMS: dict[int, tuple[str, Any]] = {
    ItemType.MAXIMUM_LENGTH: ("max_length", lambda cursor: cursor.number(4)),
    ItemType.IMPLEMENTATION_CLASS_UID: ("implementation_class_uid", lambda cursor: _text(cursor.rest())),
    ItemType.IMPLEMENTATION_VERSION: ("implementation_version", lambda cursor: _text(cursor.rest())),
    ItemType.ASYNC_WINDOW: ("async_window", lambda cursor: AsyncWindow(cursor.number(2), cursor.number(2))),
    ItemType.ROLE_SELECTION: ("roles", _role),
    ItemType.EXTENDED_NEGOTIATION: (
        "extended",
        lambda cursor: ExtendedNegotiation(cursor.uid(), cursor.rest()),
    ),
    ItemType.COMMON_EXTENDED: ("common_extended", _common),
    ItemType.USER_IDENTITY_RQ: ("identity", _identity),
    ItemType.USER_IDENTITY_AC: ("identity_response", lambda cursor: cursor.prefixed()),
}
