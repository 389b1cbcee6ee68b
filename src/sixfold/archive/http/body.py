"""A request's body on its way from the socket to a thread: read ahead while the thread works, bounded, inflated there."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any, Protocol

from sixfold.archive.http.negotiation import UnsupportedMediaType
from sixfold.kernel.errors import InvalidInput

Receive = Callable[[], Awaitable[Any]]

_AHEAD = 4 << 20
_INFLATED_PIECE = 1 << 20


class BodyBroken(InvalidInput):
    """The body ended before its end; what was whole before stays."""

    kept = "What came whole before the fault was kept and stored; nothing half was."
    do = "Send the request again: what is stored already will be recognised."


class Consumer(Protocol):
    """Takes a body in pieces, each call in some thread, never two at once."""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes."""


async def pump(receive: Receive, decoder: "Decoder", consumer: Consumer, pool: Executor) -> None:
    """Hand the whole body to the consumer; at most 4 MB are held ahead of it. Raises `BodyBroken` and what it raises.

    A thread is used only while there are bytes: a slow client holds none.
    """
    loop = asyncio.get_running_loop()
    work: asyncio.Future[None] | None = None
    pending: list[bytes] = []
    size = 0
    more = True
    try:
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BodyBroken("the client went away in the middle of the body")
            pending.append(message.get("body", b""))
            size += len(pending[-1])
            more = message.get("more_body", False)
            if work is None or work.done() or size >= _AHEAD or not more:
                if work is not None:
                    await work
                work = loop.run_in_executor(pool, _consume, decoder, consumer, pending)
                pending, size = [], 0
    finally:
        if work is not None:
            await work
    await loop.run_in_executor(pool, decoder.end)


def _consume(decoder: "Decoder", consumer: Consumer, pieces: Sequence[bytes]) -> None:
    for piece in pieces:
        for plain in decoder.plain(piece):
            consumer.feed(plain)


class Decoder:
    """Takes the content coding off a body (RFC 9110 8.4.1): gzip and deflate, in bounded pieces."""

    def __init__(self, coding: str) -> None:
        plain = coding.strip().lower()
        if plain not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise UnsupportedMediaType(f"a body may be coded as gzip or deflate, not as {plain[:40]}")
        self._stream = None if plain in ("", "identity") else zlib.decompressobj(zlib.MAX_WBITS | 32)

    def plain(self, piece: bytes) -> Iterator[bytes]:
        """The bytes behind a piece of the body."""
        if self._stream is None:
            yield piece
            return
        while piece:
            try:
                inflated = self._stream.decompress(piece, _INFLATED_PIECE)
            except zlib.error as error:
                raise BodyBroken(f"the coding of the body is damaged: {error}") from error
            yield inflated
            piece = self._stream.unconsumed_tail

    def end(self) -> None:
        """The body is over; raises `BodyBroken` when its coding is not."""
        if self._stream is not None and not self._stream.eof:
            raise BodyBroken("the coded body ends too soon")
