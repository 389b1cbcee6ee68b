"""The PDUs of PS3.8 9.3 and the user items of PS3.7 annex D.3.3, as frozen values."""

from enum import IntEnum

import msgspec

APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
"""The one DICOM application context name (PS3.7 annex A.2.1)."""

MAX_ASSOCIATE_LENGTH = 1 << 20
"""Longest A-ASSOCIATE that is read: 128 contexts with a hundred transfer syntaxes each fit; more is hostile."""


class PduType(IntEnum):
    """First byte of each PDU (PS3.8 9.3.1)."""

    ASSOCIATE_RQ = 0x01
    ASSOCIATE_AC = 0x02
    ASSOCIATE_RJ = 0x03
    DATA_TF = 0x04
    RELEASE_RQ = 0x05
    RELEASE_RP = 0x06
    ABORT = 0x07


class ItemType(IntEnum):
    """First byte of each item inside A-ASSOCIATE (PS3.8 9.3.2, PS3.7 annex D.3.3)."""

    APPLICATION_CONTEXT = 0x10
    CONTEXT_RQ = 0x20
    CONTEXT_AC = 0x21
    ABSTRACT_SYNTAX = 0x30
    TRANSFER_SYNTAX = 0x40
    USER_INFORMATION = 0x50
    MAXIMUM_LENGTH = 0x51
    IMPLEMENTATION_CLASS_UID = 0x52
    ASYNC_WINDOW = 0x53
    ROLE_SELECTION = 0x54
    IMPLEMENTATION_VERSION = 0x55
    EXTENDED_NEGOTIATION = 0x56
    COMMON_EXTENDED = 0x57
    USER_IDENTITY_RQ = 0x58
    USER_IDENTITY_AC = 0x59


class IdentityType(IntEnum):
    """How a user identifies (PS3.7 table D.3-14)."""

    USERNAME = 1
    USERNAME_PASSCODE = 2
    KERBEROS = 3
    SAML = 4
    JWT = 5


class OfferedContext(msgspec.Struct, frozen=True):
    """A presentation context as the requestor proposes it (PS3.8 9.3.2.2)."""

    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]


class ContextResult(msgspec.Struct, frozen=True):
    """The answer to one proposed context; `result` 0 is acceptance (PS3.8 table 9-18)."""

    id: int
    result: int
    transfer_syntax: str


class AsyncWindow(msgspec.Struct, frozen=True):
    """Operations that may be outstanding, as invoker and as performer; 0 is unlimited (PS3.7 D.3.3.3)."""

    invoked: int = 1
    performed: int = 1


class RoleSelection(msgspec.Struct, frozen=True):
    """Which roles the association requestor takes for one SOP class (PS3.7 D.3.3.4)."""

    sop_class_uid: str
    scu: bool
    scp: bool


class ExtendedNegotiation(msgspec.Struct, frozen=True):
    """Service class application information for one SOP class (PS3.7 D.3.3.5)."""

    sop_class_uid: str
    information: bytes


class CommonExtended(msgspec.Struct, frozen=True):
    """Service class and related general classes of one SOP class (PS3.7 D.3.3.6)."""

    sop_class_uid: str
    service_class_uid: str
    related: tuple[str, ...] = ()


class UserIdentity(msgspec.Struct, frozen=True):
    """Who the user is (PS3.7 D.3.3.7.1); secrets do not show in `repr`."""

    type: int
    primary: bytes
    secondary: bytes = b""
    response_requested: bool = False

    def __repr__(self) -> str:
        name = self.primary.decode("utf-8", "replace") if self.type in (1, 2) else "…"
        return f"UserIdentity(type={self.type}, primary={name!r})"


class UserInformation(msgspec.Struct, frozen=True):
    """The user information item (PS3.8 9.3.2.3): `max_length` 0 is unlimited, in bytes of a P-DATA-TF."""

    max_length: int = 0
    implementation_class_uid: str = ""
    implementation_version: str = ""
    async_window: AsyncWindow | None = None
    roles: tuple[RoleSelection, ...] = ()
    extended: tuple[ExtendedNegotiation, ...] = ()
    common_extended: tuple[CommonExtended, ...] = ()
    identity: UserIdentity | None = None
    identity_response: bytes | None = None


class AssociateRequest(msgspec.Struct, frozen=True):
    """A-ASSOCIATE-RQ (PS3.8 9.3.2); titles are without their padding."""

    called_ae: str
    calling_ae: str
    contexts: tuple[OfferedContext, ...]
    user: UserInformation = UserInformation()
    application_context: str = APPLICATION_CONTEXT
    protocol_version: int = 1


class AssociateAccept(msgspec.Struct, frozen=True):
    """A-ASSOCIATE-AC (PS3.8 9.3.3)."""

    called_ae: str
    calling_ae: str
    contexts: tuple[ContextResult, ...]
    user: UserInformation = UserInformation()
    application_context: str = APPLICATION_CONTEXT
    protocol_version: int = 1


class AssociateReject(msgspec.Struct, frozen=True):
    """A-ASSOCIATE-RJ (PS3.8 9.3.4, table 9-21)."""

    result: int
    source: int
    reason: int


class ReleaseRequest(msgspec.Struct, frozen=True):
    """A-RELEASE-RQ (PS3.8 9.3.6)."""


class ReleaseResponse(msgspec.Struct, frozen=True):
    """A-RELEASE-RP (PS3.8 9.3.7)."""


class Abort(msgspec.Struct, frozen=True):
    """A-ABORT (PS3.8 9.3.8): source 0 is the service user, 2 the service provider."""

    source: int
    reason: int


Pdu = AssociateRequest | AssociateAccept | AssociateReject | ReleaseRequest | ReleaseResponse | Abort
