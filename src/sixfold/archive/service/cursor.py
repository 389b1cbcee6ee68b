"""Cursors: a place in the order of answers as text that a client gives back, without looking into it."""

import base64
import binascii

import msgspec

from sixfold.kernel.errors import InvalidInput


class BadCursor(InvalidInput):
    """The text is no cursor that this archive gave out."""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The study that was last given, and below it the series and instance."""

    sort_key: str
    ref: int
    within: tuple[int, ...] = ()


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Cursor).decode


def to_text(cursor: Cursor) -> str:
    """The cursor as text that may stand in a URL."""
    return base64.urlsafe_b64encode(_encode(cursor)).decode().rstrip("=")


def from_text(text: str) -> Cursor:
    """The inverse; raises `BadCursor`."""
    try:
        cursor = _decode(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise BadCursor(f"'{text[:80]}' is no cursor of ours") from error
    numbers = (cursor.ref, *cursor.within)
    if len(cursor.within) not in (0, 2, 4) or not all(abs(number) < 1 << 62 for number in numbers) or "\0" in cursor.sort_key:
        raise BadCursor(f"'{text[:80]}' is no cursor of ours")
    return cursor
