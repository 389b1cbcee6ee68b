"""Values to bytes: every PDU of PS3.8 9.3 except P-DATA-TF."""

import struct
from collections.abc import Iterator

from sixfold.dimse.errors import PduError
from sixfold.dimse.pdu.model import (
    Abort,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    CommonExtended,
    ContextResult,
    ItemType,
    OfferedContext,
    Pdu,
    PduType,
    ReleaseRequest,
    UserIdentity,
    UserInformation,
)

_PDU = struct.Struct(">BxI")
_ITEM = struct.Struct(">BxH")
_CONTEXT = struct.Struct(">BxBx")
_SHORT = struct.Struct(">H")
_WINDOW = struct.Struct(">HH")
_LONG = struct.Struct(">I")


def encode(pdu: Pdu) -> bytes:
    """Return the bytes of a PDU; raise `PduError` where a value does not fit its field."""
    match pdu:
        case AssociateRequest():
            return _associate(PduType.ASSOCIATE_RQ, pdu, b"".join(map(_offered, pdu.contexts)))
        case AssociateAccept():
            return _associate(PduType.ASSOCIATE_AC, pdu, b"".join(map(_answered, pdu.contexts)))
        case AssociateReject():
            return _pdu(PduType.ASSOCIATE_RJ, bytes((0, pdu.result, pdu.source, pdu.reason)))
        case Abort():
            return _pdu(PduType.ABORT, bytes((0, 0, pdu.source, pdu.reason)))
        case ReleaseRequest():
            return _pdu(PduType.RELEASE_RQ, bytes(4))
        case _:
            return _pdu(PduType.RELEASE_RP, bytes(4))


def _pdu(kind: PduType, body: bytes) -> bytes:
    return _PDU.pack(kind, len(body)) + body


def _item(kind: ItemType, body: bytes) -> bytes:
    if len(body) > 0xFFFF:
        raise PduError(f"item {kind.name} of {len(body)} bytes does not fit its 16-bit length")
    return _ITEM.pack(kind, len(body)) + body


def _uid(kind: ItemType, uid: str) -> bytes:
    return _item(kind, uid.encode("ascii"))


def _title(title: str) -> bytes:
    encoded = title.encode("latin-1", "replace")
    if not 0 < len(encoded) <= 16:
        raise PduError(f"AE title {title!r} is not 1 to 16 characters long")
    return encoded.ljust(16)


def _associate(kind: PduType, pdu: AssociateRequest | AssociateAccept, contexts: bytes) -> bytes:
    head = _SHORT.pack(pdu.protocol_version) + bytes(2) + _title(pdu.called_ae) + _title(pdu.calling_ae)
    name = _uid(ItemType.APPLICATION_CONTEXT, pdu.application_context)
    user = _item(ItemType.USER_INFORMATION, b"".join(_user_items(pdu.user)))
    return _pdu(kind, head + bytes(32) + name + contexts + user)


def _offered(context: OfferedContext) -> bytes:
    syntaxes = b"".join(_uid(ItemType.TRANSFER_SYNTAX, uid) for uid in context.transfer_syntaxes)
    abstract = _uid(ItemType.ABSTRACT_SYNTAX, context.abstract_syntax)
    return _item(ItemType.CONTEXT_RQ, _CONTEXT.pack(context.id, 0) + abstract + syntaxes)


def _answered(context: ContextResult) -> bytes:
    syntax = _uid(ItemType.TRANSFER_SYNTAX, context.transfer_syntax)
    return _item(ItemType.CONTEXT_AC, _CONTEXT.pack(context.id, context.result) + syntax)


def _user_items(user: UserInformation) -> Iterator[bytes]:
    yield _item(ItemType.MAXIMUM_LENGTH, _LONG.pack(user.max_length))
    if user.implementation_class_uid:
        yield _uid(ItemType.IMPLEMENTATION_CLASS_UID, user.implementation_class_uid)
    if user.async_window is not None:
        window = user.async_window
        yield _item(ItemType.ASYNC_WINDOW, _WINDOW.pack(window.invoked, window.performed))
    for role in user.roles:
        yield _item(ItemType.ROLE_SELECTION, _prefixed(role.sop_class_uid) + bytes((role.scu, role.scp)))
    if user.implementation_version:
        yield _item(ItemType.IMPLEMENTATION_VERSION, user.implementation_version.encode("ascii"))
    for extended in user.extended:
        yield _item(ItemType.EXTENDED_NEGOTIATION, _prefixed(extended.sop_class_uid) + extended.information)
    for common in user.common_extended:
        yield _item(ItemType.COMMON_EXTENDED, _common(common))
    if user.identity is not None:
        yield _item(ItemType.USER_IDENTITY_RQ, _identity(user.identity))
    if user.identity_response is not None:
        response = user.identity_response
        yield _item(ItemType.USER_IDENTITY_AC, _SHORT.pack(len(response)) + response)


def _prefixed(uid: str) -> bytes:
    encoded = uid.encode("ascii")
    return _SHORT.pack(len(encoded)) + encoded


def _common(common: CommonExtended) -> bytes:
    related = b"".join(map(_prefixed, common.related))
    return _prefixed(common.sop_class_uid) + _prefixed(common.service_class_uid) + _SHORT.pack(len(related)) + related


def _identity(identity: UserIdentity) -> bytes:
    return (
        bytes((identity.type, identity.response_requested))
        + _SHORT.pack(len(identity.primary))
        + identity.primary
        + _SHORT.pack(len(identity.secondary))
        + identity.secondary
    )
