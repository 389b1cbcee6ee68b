"""Answers as plain ASGI applications: bytes at once, or pieces that are read ahead while the last one is sent.

A client that goes away ends the reading; nothing is held for it any longer (no thread waits on a slow client).
"""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any

import msgspec

from sixfold.archive.model import Located
from sixfold.kernel.errors import SixfoldError
from sixfold.kernel.logs import logger

Headers = dict[str, str]

_HANDFUL = 1 << 20
_SMALL = 32 << 10
_MOMENT = 0.05

PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Encoding"}
"""A browser may keep it and asks each time whether it still holds: a rejected image is gone at once."""


def _raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


class Whole(msgspec.Struct, frozen=True):
    """An answer that is held whole."""

    body: bytes
    headers: Headers
    status: int = 200

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Send it."""
        headers = _raw({**self.headers, "Content-Length": str(len(self.body))} if self.status != 304 else self.headers)
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class Held(msgspec.Struct, frozen=True):
    """An answer held in pieces: large ones are not copied once more only to stand in one row."""

    pieces: Sequence[bytes]
    headers: Headers
    status: int = 200

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Send them."""
        headers = _raw({**self.headers, "Content-Length": str(sum(map(len, self.pieces)))})
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        last = len(self.pieces) - 1
        for number, piece in enumerate(self.pieces):
            await send({"type": "http.response.body", "body": piece, "more_body": number < last})


class Pieces(msgspec.Struct, frozen=True):
    """An answer made while it is sent; `pieces` is advanced in a thread of `pool`, a handful ahead of the client.

    `length` is the number of bytes of all pieces, or -1 when it is not known beforehand.
    """

    pieces: Iterator[bytes]
    headers: Headers
    pool: Executor
    length: int = -1
    status: int = 200

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send it, until its end or until the client goes away."""
        loop = asyncio.get_running_loop()
        handful = await loop.run_in_executor(self.pool, _handful, self.pieces)  # to fail here is still an honest status
        headers = {**self.headers, "Content-Length": str(self.length)} if self.length >= 0 else self.headers
        await send({"type": "http.response.start", "status": self.status, "headers": _raw(headers)})
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            while handful and not gone.done():
                following = loop.run_in_executor(self.pool, _handful, self.pieces)
                for piece in handful:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                handful = await following
        except SixfoldError as error:
            logger("http").error("an answer broke off", extra={"path": scope["path"], "error": str(error)})
            raise BrokenOff from error
        finally:
            gone.cancel()
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class BrokenOff(Exception):
    """The rest of an answer that has begun cannot be given."""


def _handful(pieces: Iterator[bytes]) -> list[bytes]:
    """The next pieces, small neighbours in one: about a megabyte, or what is made within a moment; empty at the end.

    What is sent costs by the piece, and a turn of a thread by the handful; large pieces are not copied to be sent as one.
    """
    until = time.monotonic() + _MOMENT
    found: list[bytes] = []
    small: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if len(piece) < _SMALL:
            small.append(piece)
        else:
            found += (b"".join(small), piece) if small else (piece,)
            small = []
        if size >= _HANDFUL or time.monotonic() > until:
            break
    return [*found, b"".join(small)] if small else found


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def etag_of(instances: Iterable[Located], form: str) -> str:
    """A strong entity tag: of what the instances' bytes are, and of the form in which they are given (S11)."""
    digest = hashlib.sha256(form.encode())
    for instance in instances:
        digest.update(instance.digest)
    return f'"{digest.hexdigest()[:32]}"'


def not_modified(headers: Headers) -> Whole:
    """304 with the headers that the full answer would have had."""
    return Whole(b"", headers, 304)


def etag_matches(field: str, etag: str) -> bool:
    """Whether an If-None-Match field names the entity tag, by weak comparison (RFC 9110 13.1.2)."""
    if not field:
        return False
    tags = {part.strip().removeprefix("W/") for part in field.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
