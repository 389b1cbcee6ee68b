"""What codecs answer and how they fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sixfold.kernel.errors import InvalidInput, Unsupported

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sixfold.dicom.uids import TransferSyntax

    Samples = NDArray[Any]

# What the libraries below raise on a code stream they cannot follow; their own errors derive from RuntimeError.
_LIBRARY_ERRORS: Final = (RuntimeError, ValueError, TypeError, IndexError, EOFError, OSError, OverflowError, MemoryError)


class Undecodable(InvalidInput):
    """The bytes of a frame are no image of the size and kind that its description asks for."""


class NoCodec(Unsupported):
    """No codec here reads or writes this transfer syntax."""


class NotLossless(Unsupported):
    """Another encoding would not give back the very same samples, so it is refused."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One frame: stored values as (rows, columns) or (rows, columns, samples), and what the samples mean."""

    array: "Samples"
    photometric: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What a decoder is asked: the transfer syntax, whether it may convert to RGB, and for a video which frame."""

    ts: "TransferSyntax"
    rgb: bool = False
    index: int = 0


@contextmanager
def undecodable(what: str, *also: type[Exception]) -> Iterator[None]:
    """Turn what a library raises about bad bytes into `Undecodable`."""
    kinds: tuple[type[Exception], ...] = (*_LIBRARY_ERRORS, *also)
    try:
        yield
    except kinds as error:
        raise Undecodable(f"this is no readable {what} frame: {error}") from error
