"""Byte ranges of a representation (RFC 9110 14; PS3.18 8.4)."""

import re

import msgspec

from sixfold.kernel.errors import InvalidInput

_ONE = re.compile(r"bytes\s*=\s*([0-9]{0,19})\s*-\s*([0-9]{0,19})\s*")


class RangeNotSatisfiable(InvalidInput):
    """The range lies wholly outside of what there is."""

    status = 416


class Span(msgspec.Struct, frozen=True):
    """`length` bytes from `offset` of `total`; `partial` says that a range was asked for."""

    offset: int
    length: int
    total: int
    partial: bool

    @property
    def status(self) -> int:
        """The status of the answer."""
        return 206 if self.partial else 200

    def headers(self) -> dict[str, str]:
        """The headers that tell of it."""
        base = {"Accept-Ranges": "bytes"}
        if self.partial:
            base["Content-Range"] = f"bytes {self.offset}-{self.offset + self.length - 1}/{self.total}"
        return base


def span_of(field: str, if_range: str, etag: str, total: int) -> Span:
    """The span that a Range field asks of `total` bytes; the whole for several ranges, other units or a stale If-Range.

    Raises `RangeNotSatisfiable`.
    """
    whole = Span(0, total, total, False)
    match = _ONE.fullmatch(field)
    if match is None or not (match[1] or match[2]) or (if_range and if_range != etag):
        return whole
    if match[1]:
        first = int(match[1])
        last = min(int(match[2]), total - 1) if match[2] else total - 1
        if match[2] and int(match[2]) < first:
            return whole
    else:
        first, last = max(0, total - int(match[2])), total - 1
    if first >= total or last < first:
        raise RangeNotSatisfiable(f"there are {total} bytes; {field} is outside of them")
    return Span(first, last - first + 1, total, True)
