"""What an association agrees on, as pure functions of what was offered and what is supported (PS3.8 7.1, PS3.7 annex D.3)."""

from collections.abc import Mapping

import msgspec

from sixfold.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from sixfold.dicom.uids import EXPLICIT_LE, IMPLICIT_LE, STORAGE_CLASSES, sop_class_name, valid_uid
from sixfold.dimse.message import QueryOptions
from sixfold.dimse.pdu import (
    APPLICATION_CONTEXT,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    AsyncWindow,
    CommonExtended,
    ContextResult,
    ExtendedNegotiation,
    OfferedContext,
    RoleSelection,
    UserIdentity,
    UserInformation,
)

ACCEPTED, ABSTRACT_SYNTAX_REFUSED, TRANSFER_SYNTAXES_REFUSED = 0, 3, 4
"""Results of a presentation context (PS3.8 table 9-18)."""

STORAGE_SERVICE_CLASS = "1.2.840.10008.4.2"
UNCOMPRESSED = (EXPLICIT_LE.uid, IMPLICIT_LE.uid)

_STANDARD_ROOT = "1.2.840.10008."
_STORAGE_ROOT = "1.2.840.10008.5.1.4.1.1."
_APPLICATION_CONTEXT_REFUSED = AssociateReject(1, 1, 2)
_STORAGE_SUPPORT = bytes((2, 0, 3, 0, 0, 0))
"""Level 2 (full), digital signatures kept bit for bit (level 3), no coercion: PS3.4 table B.3-1."""


class Support(msgspec.Struct, frozen=True):
    """How one SOP class that is not storage is supported by an acceptor."""

    transfer_syntaxes: tuple[str, ...] = UNCOMPRESSED
    options: QueryOptions = QueryOptions()
    requestor_scu: bool = True
    requestor_scp: bool = False


class Policy(msgspec.Struct, frozen=True):
    """What an acceptor supports.

    Every abstract syntax that may be storage is taken, in the first transfer syntax that the sender lists, unless
    `preferred_syntaxes` names better ones. `max_length` is the longest P-DATA-TF we ask for, in bytes.
    """

    sop_classes: Mapping[str, Support]
    preferred_syntaxes: tuple[str, ...] = ()
    max_length: int = 1 << 18
    async_window: AsyncWindow = AsyncWindow(64, 64)


class Context(msgspec.Struct, frozen=True):
    """An accepted presentation context: the roles are those of the association's requestor."""

    id: int
    abstract_syntax: str
    transfer_syntax: str
    requestor_scu: bool = True
    requestor_scp: bool = False
    options: QueryOptions = QueryOptions()


class Agreement(msgspec.Struct, frozen=True):
    """What both sides agreed on; `peer_max_length` 0 is unlimited, the window is the requestor's view."""

    contexts: Mapping[int, Context]
    peer_max_length: int
    async_window: AsyncWindow = AsyncWindow()


def refusal(request: AssociateRequest) -> AssociateReject | None:
    """Return the rejection that PS3.7 asks for before anything is negotiated, or None."""
    return _APPLICATION_CONTEXT_REFUSED if request.application_context != APPLICATION_CONTEXT else None


def negotiate(request: AssociateRequest, policy: Policy) -> tuple[AssociateAccept, Agreement]:
    """Answer an association request as acceptor: one result for each context, in the order offered."""
    commons = {common.sop_class_uid: common for common in request.user.common_extended}
    supports = {offer.abstract_syntax: _support(offer, policy, commons) for offer in request.contexts}
    results = tuple(_answer(offer, supports[offer.abstract_syntax], policy) for offer in request.contexts)
    roles = tuple(
        RoleSelection(role.sop_class_uid, role.scu and support.requestor_scu, role.scp and support.requestor_scp)
        for role in request.user.roles
        if (support := supports.get(role.sop_class_uid)) is not None
    )
    extended = tuple(
        agreed
        for item in request.user.extended
        if (support := supports.get(item.sop_class_uid)) is not None and (agreed := _extended_answer(item, support)) is not None
    )
    window = _window(request.user.async_window, policy.async_window)
    user = UserInformation(
        max_length=policy.max_length,
        implementation_class_uid=IMPLEMENTATION_CLASS_UID,
        implementation_version=IMPLEMENTATION_VERSION_NAME,
        async_window=window,
        roles=roles,
        extended=extended,
        identity_response=_identity_response(request.user.identity),
    )
    answer = AssociateAccept(request.called_ae, request.calling_ae, results, user)
    return answer, conclude(request, answer, request.user.max_length)


def conclude(request: AssociateRequest, answer: AssociateAccept, peer_max_length: int | None = None) -> Agreement:
    """Return the agreement that a request and its answer make; contexts accepted without having been offered are void."""
    offers = {offer.id: offer for offer in request.contexts}
    asked = {role.sop_class_uid: role for role in request.user.roles}
    roles = {role.sop_class_uid: role for role in answer.user.roles if role.sop_class_uid in asked}
    options = {item.sop_class_uid: query_options(item.information) for item in answer.user.extended}
    contexts = {}
    for result in answer.contexts:
        offer = offers.get(result.id)
        if result.result != ACCEPTED or offer is None or result.transfer_syntax not in offer.transfer_syntaxes:
            continue
        role = roles.get(offer.abstract_syntax)
        contexts[result.id] = Context(
            id=result.id,
            abstract_syntax=offer.abstract_syntax,
            transfer_syntax=result.transfer_syntax,
            requestor_scu=role is None or role.scu,
            requestor_scp=role is not None and role.scp and asked[offer.abstract_syntax].scp,
            options=options.get(offer.abstract_syntax, QueryOptions()),
        )
    limit = answer.user.max_length if peer_max_length is None else peer_max_length
    return Agreement(contexts, limit, answer.user.async_window or AsyncWindow())


def may_be_storage(uid: str, common: CommonExtended | None = None) -> bool:
    """Say whether an abstract syntax may be a storage SOP class: known, of the standard's branch, or private.

    A private class that says by common extended negotiation that it belongs to another service class is not.
    """
    if uid in STORAGE_CLASSES:
        return True
    if not valid_uid(uid) or (common is not None and common.service_class_uid != STORAGE_SERVICE_CLASS):
        return False
    known_otherwise = sop_class_name(uid) != uid
    return not known_otherwise and (uid.startswith(_STORAGE_ROOT) or not uid.startswith(_STANDARD_ROOT))


def query_options(information: bytes) -> QueryOptions:
    """Read the application information of a query or retrieve model (PS3.4 tables C.5.1-1 and C.5.2-1)."""
    flags = [byte == 1 for byte in information[:4]] + [False] * 4
    return QueryOptions(*flags[:4])


def option_bytes(options: QueryOptions, length: int = 4) -> bytes:
    """Write the application information of a query or retrieve model, `length` bytes of it."""
    flags = (options.relational, options.date_time, options.fuzzy, options.timezone)
    return bytes(flags)[:length].ljust(length, b"\0")


_STORAGE = Support(requestor_scp=True)


def _support(offer: OfferedContext, policy: Policy, commons: Mapping[str, CommonExtended]) -> Support | None:
    uid = offer.abstract_syntax
    known = policy.sop_classes.get(uid)
    if known is None and may_be_storage(uid, commons.get(uid)):
        return _STORAGE
    return known


def _answer(offer: OfferedContext, support: Support | None, policy: Policy) -> ContextResult:
    if support is None:
        return ContextResult(offer.id, ABSTRACT_SYNTAX_REFUSED, IMPLICIT_LE.uid)
    if support is _STORAGE:
        syntax = _choose_storage(offer.transfer_syntaxes, policy.preferred_syntaxes)
    else:
        syntax = next((uid for uid in offer.transfer_syntaxes if uid in support.transfer_syntaxes), None)
    if syntax is None:
        return ContextResult(offer.id, TRANSFER_SYNTAXES_REFUSED, IMPLICIT_LE.uid)
    return ContextResult(offer.id, ACCEPTED, syntax)


def _choose_storage(offered: tuple[str, ...], preferred: tuple[str, ...]) -> str | None:
    for uid in preferred:
        if uid in offered:
            return uid
    return next(filter(valid_uid, offered), None)


def _extended_answer(item: ExtendedNegotiation, support: Support) -> ExtendedNegotiation | None:
    if support is _STORAGE:
        return ExtendedNegotiation(item.sop_class_uid, _STORAGE_SUPPORT)
    if support.options == QueryOptions():
        return None  # PS3.7 D.3.3.5.2: no answer means no support of any of it
    asked, have = query_options(item.information), support.options
    agreed = QueryOptions(
        asked.relational and have.relational,
        asked.date_time and have.date_time,
        asked.fuzzy and have.fuzzy,
        asked.timezone and have.timezone,
    )
    return ExtendedNegotiation(item.sop_class_uid, option_bytes(agreed, max(1, min(len(item.information), 4))))


def _window(asked: AsyncWindow | None, ours: AsyncWindow) -> AsyncWindow | None:
    if asked is None:
        return None  # PS3.7 D.3.3.3: only an answer to a proposal, the default is 1 and 1
    return AsyncWindow(_smaller(asked.invoked, ours.performed), _smaller(asked.performed, ours.invoked))


def _smaller(first: int, second: int) -> int:
    """Return the smaller of two window sizes of which 0 is unlimited."""
    return min(first, second) if first and second else first or second


def _identity_response(identity: UserIdentity | None) -> bytes | None:
    # Only Kerberos tickets have a value to return (PS3.7 table D.3-15); for the others it is empty.
    return b"" if identity is not None and identity.response_requested else None
