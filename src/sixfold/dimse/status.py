"""DIMSE statuses: the table of PS3.7 annex C and of the service classes of PS3.4, and how our errors map to them."""

import errno
from enum import Enum

import msgspec

from sixfold.dimse.errors import DimseFailure
from sixfold.kernel.errors import (
    Conflict,
    Damaged,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Unavailable,
    Unsupported,
)

MAX_COMMENT = 64
"""Characters of an Error Comment, VR LO (PS3.7 table E.1-1)."""

SUCCESS = 0x0000
PENDING = 0xFF00
PENDING_WITH_WARNING = 0xFF01
CANCELLED = 0xFE00
ATTRIBUTE_LIST_ERROR = 0x0107
PROCESSING_FAILURE = 0x0110
DUPLICATE_SOP_INSTANCE = 0x0111
NO_SUCH_INSTANCE = 0x0112
INVALID_ARGUMENT = 0x0115
NO_SUCH_SOP_CLASS = 0x0118
CLASS_INSTANCE_CONFLICT = 0x0119
SOP_CLASS_NOT_SUPPORTED = 0x0122
NO_SUCH_ACTION = 0x0123
NOT_AUTHORIZED = 0x0124
DUPLICATE_INVOCATION = 0x0210
UNRECOGNIZED_OPERATION = 0x0211
MISTYPED_ARGUMENT = 0x0212
RESOURCE_LIMITATION = 0x0213
OUT_OF_RESOURCES = 0xA700
UNABLE_TO_COUNT = 0xA701
UNABLE_TO_SEND = 0xA702
MOVE_DESTINATION_UNKNOWN = 0xA801
DOES_NOT_MATCH_SOP_CLASS = 0xA900
SUB_OPERATIONS_FAILED = 0xB000
COERCED = 0xB000
CANNOT_UNDERSTAND = 0xC000


class Category(Enum):
    """Status types of PS3.7 annex C."""

    SUCCESS = "success"
    PENDING = "pending"
    CANCEL = "cancel"
    WARNING = "warning"
    FAILURE = "failure"


class Meaning(msgspec.Struct, frozen=True):
    """One status: its type, what it says and where the standard says so."""

    category: Category
    text: str
    clause: str


_F, _W = Category.FAILURE, Category.WARNING
MEANINGS: dict[int, Meaning] = {
    0x0000: Meaning(Category.SUCCESS, "Success", "PS3.7 C.1.1"),
    0xFF00: Meaning(Category.PENDING, "Pending", "PS3.4 C.4.1.1.4"),
    0xFF01: Meaning(Category.PENDING, "Pending, optional keys not supported", "PS3.4 C.4.1.1.4"),
    0xFE00: Meaning(Category.CANCEL, "Cancelled", "PS3.7 C.3.1"),
    0x0105: Meaning(_F, "No such attribute", "PS3.7 C.5.14"),
    0x0106: Meaning(_F, "Invalid attribute value", "PS3.7 C.5.8"),
    0x0107: Meaning(_W, "Attribute list error", "PS3.7 C.4.2"),
    0x0110: Meaning(_F, "Processing failure", "PS3.7 C.5.21"),
    0x0111: Meaning(_F, "Duplicate SOP instance", "PS3.7 C.5.6"),
    0x0112: Meaning(_F, "No such SOP instance", "PS3.7 C.5.16"),
    0x0113: Meaning(_F, "No such event type", "PS3.7 C.5.15"),
    0x0114: Meaning(_F, "No such argument", "PS3.7 C.5.13"),
    0x0115: Meaning(_F, "Invalid argument value", "PS3.7 C.5.7"),
    0x0116: Meaning(_W, "Attribute value out of range", "PS3.7 C.4.3"),
    0x0117: Meaning(_F, "Invalid SOP instance", "PS3.7 C.5.9"),
    0x0118: Meaning(_F, "No such SOP class", "PS3.7 C.5.17"),
    0x0119: Meaning(_F, "Class-instance conflict", "PS3.7 C.5.5"),
    0x0120: Meaning(_F, "Missing attribute", "PS3.7 C.5.10"),
    0x0121: Meaning(_F, "Missing attribute value", "PS3.7 C.5.11"),
    0x0122: Meaning(_F, "SOP class not supported", "PS3.7 C.5.20"),
    0x0123: Meaning(_F, "No such action", "PS3.7 C.5.12"),
    0x0124: Meaning(_F, "Not authorized", "PS3.7 C.5.24"),
    0x0210: Meaning(_F, "Duplicate invocation", "PS3.7 C.5.4"),
    0x0211: Meaning(_F, "Unrecognized operation", "PS3.7 C.5.23"),
    0x0212: Meaning(_F, "Mistyped argument", "PS3.7 C.5.3"),
    0x0213: Meaning(_F, "Resource limitation", "PS3.7 C.5.22"),
    0xA700: Meaning(_F, "Out of resources", "PS3.4 B.2.3, C.4.1.1.4"),
    0xA701: Meaning(_F, "Out of resources: unable to calculate number of matches", "PS3.4 C.4.2.1.5"),
    0xA702: Meaning(_F, "Out of resources: unable to perform sub-operations", "PS3.4 C.4.2.1.5"),
    0xA801: Meaning(_F, "Move destination unknown", "PS3.4 C.4.2.1.5"),
    0xA900: Meaning(_F, "Data set does not match SOP class", "PS3.4 B.2.3, C.4.1.1.4"),
    0xB000: Meaning(_W, "Coercion of elements, or sub-operations complete with failures", "PS3.4 B.2.3, C.4.2.1.5"),
    0xB006: Meaning(_W, "Elements discarded", "PS3.4 B.2.3"),
    0xB007: Meaning(_W, "Data set does not match SOP class", "PS3.4 B.2.3"),
    0xC000: Meaning(_F, "Cannot understand, or unable to process", "PS3.4 B.2.3, C.4.1.1.4"),
}
"""Each status that we send or that is worth a name in a log."""

_WARNINGS = frozenset((0x0001, 0x0107, 0x0116))


class Operation(Enum):
    """The families of operations whose failures are told by different codes."""

    STORE = "store"
    FIND = "find"
    RETRIEVE = "retrieve"
    NORMALIZED = "normalized"


_GENERAL: tuple[tuple[type[Exception], int], ...] = (
    (NotAllowed, NOT_AUTHORIZED),
    (NotSignedIn, NOT_AUTHORIZED),
    (Unsupported, SOP_CLASS_NOT_SUPPORTED),
    (NotFound, NO_SUCH_INSTANCE),
    (Damaged, PROCESSING_FAILURE),
)
_BY_OPERATION: dict[Operation, tuple[tuple[type[Exception], int], ...]] = {
    Operation.STORE: (
        (InvalidInput, CANNOT_UNDERSTAND),
        (Conflict, DOES_NOT_MATCH_SOP_CLASS),
        (Unavailable, OUT_OF_RESOURCES),
    ),
    Operation.FIND: (
        (InvalidInput, DOES_NOT_MATCH_SOP_CLASS),
        (Unsupported, CANNOT_UNDERSTAND),
        (Unavailable, OUT_OF_RESOURCES),
    ),
    Operation.RETRIEVE: (
        (InvalidInput, DOES_NOT_MATCH_SOP_CLASS),
        (Unsupported, CANNOT_UNDERSTAND),
        (Unavailable, UNABLE_TO_COUNT),
    ),
    Operation.NORMALIZED: (
        (InvalidInput, INVALID_ARGUMENT),
        (Conflict, CLASS_INSTANCE_CONFLICT),
        (Unavailable, RESOURCE_LIMITATION),
    ),
}
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE))


def category(status: int) -> Category:
    """Return the type of any status, also of one that the table does not name (PS3.7 annex C)."""
    known = MEANINGS.get(status)
    if known is not None:
        return known.category
    warning = status in _WARNINGS or status >> 12 == 0xB
    return Category.WARNING if warning else Category.FAILURE


def status_of(error: BaseException, operation: Operation) -> tuple[int, str]:
    """Return the status and the comment that tell an error to the peer; what is no error of ours says nothing inside."""
    if isinstance(error, DimseFailure):
        return error.status, error.comment[:MAX_COMMENT]
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _FULL):
        full = UNABLE_TO_SEND if operation is Operation.RETRIEVE else OUT_OF_RESOURCES
        return full, "no room left"
    for kind, status in (*_BY_OPERATION[operation], *_GENERAL):
        if isinstance(error, kind):
            return status, comment(str(error))
    return PROCESSING_FAILURE, "internal error"


def comment(text: str) -> str:
    """Return the text as an Error Comment: printable ASCII without backslash, at most 64 characters (VR LO)."""
    printable = "".join(char if " " <= char <= "~" and char != "\\" else " " for char in text)
    return " ".join(printable.split())[:MAX_COMMENT]
