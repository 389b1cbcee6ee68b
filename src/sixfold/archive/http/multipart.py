"""multipart/related as a stream (RFC 2387, RFC 2046 5.1): a part's bytes are handed on as they come."""

from typing import Protocol

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from sixfold.kernel.errors import InvalidInput


class BadMultipart(InvalidInput):
    """The bytes are no multipart body with the boundary of the header, or end before the last one."""


class PartSink(Protocol):
    """Takes parts one after the other."""

    def begin(self) -> None:
        """A part begins."""

    def data(self, piece: memoryview) -> None:
        """Bytes of its body; valid during the call."""

    def end(self) -> None:
        """The part is whole."""


class Parts:
    """Feeds a body's parts to a sink, by python-multipart's tokeniser."""

    def __init__(self, boundary: bytes, sink: PartSink) -> None:
        self._sink = sink
        self._complete = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": sink.begin,
                "on_part_data": lambda data, start, end: sink.data(memoryview(data)[start:end]),
                "on_part_end": sink.end,
                "on_end": self._on_end,
            },
        )

    def _on_end(self) -> None:
        self._complete = True

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raises `BadMultipart`."""
        try:
            self._parser.write(piece)
        except MultipartParseError as error:
            raise BadMultipart(f"the body is no multipart with that boundary: {error}") from error

    def end(self) -> None:
        """The body is over; raises `BadMultipart` when its last boundary did not come."""
        if not self._complete:
            raise BadMultipart("the body ends before its last boundary: it was cut")
