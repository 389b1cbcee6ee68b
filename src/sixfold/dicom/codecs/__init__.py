"""Frames to stored values and back (PS3.5 8.2, annexes A, D, G): one module per kind of code stream.

`decode_frame` and `encode_frame` choose by the tables in `table`. A module and its library are loaded when a frame
first needs them, so importing this package costs a process that never looks at pixels nothing.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sixfold.dicom.codecs.model import Ask, Decoded, NoCodec, NotLossless, Undecodable
from sixfold.dicom.codecs.table import DECODABLE, ENCODABLE, ROOM
from sixfold.dicom.image import Image
from sixfold.dicom.uids import TransferSyntax

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples

__all__ = [
    "DECODABLE",
    "ENCODABLE",
    "MAX_DECODED",
    "Decoded",
    "NoCodec",
    "NotLossless",
    "Undecodable",
    "decode_frame",
    "encode_frame",
    "encoded_photometric",
]

MAX_DECODED: Final = 1 << 30  # bytes of one decoded frame

_TRANSFORMING: Final = frozenset({"jpeg2000", "htj2k"})


@cache
def _codec(name: str) -> Any:
    return import_module(f"{__name__}.{name}")


def decode_frame(
    data: bytes,
    image: Image,
    ts: TransferSyntax,
    *,
    rgb: bool = False,
    index: int = 0,
    limit: int = MAX_DECODED,
) -> Decoded:
    """Decode the bytes of one frame, as `frames.frame_bytes` gives them, to stored values.

    The array is (rows, columns) or (rows, columns, samples) with the sign of Pixel Representation and the width of Bits
    Allocated; 1-bit cells become bytes of 0 and 1. `rgb` lets a codec that can do so fast turn YBR into RGB: see
    `Decoded.photometric`. For a video, `data` is the whole stream and `index` the frame in it, counted from 0.
    Raises `Undecodable`, also for frames larger than `limit` bytes, and `NoCodec`.
    """
    name = DECODABLE.get(ts.uid)
    if name is None:
        raise NoCodec(f"frames in {ts.name} cannot be decoded here")
    if image.rows * image.columns * image.samples * max(8, image.bits_allocated) > 8 * limit:
        raise Undecodable(f"a frame of {image.rows} x {image.columns} is larger than the {limit} bytes allowed")
    decoded: Decoded = _codec(name).decode(data, image, Ask(ts, rgb, index))
    return decoded


def encode_frame(array: "Samples", image: Image, ts: TransferSyntax) -> bytes:
    """Encode stored values without loss; `image.photometric` says what the samples mean before encoding.

    The result is decoded and compared before it is given out: raises `NotLossless` unless every sample comes back, and
    `NoCodec` for transfer syntaxes not in `ENCODABLE`. See `encoded_photometric` for the attribute that belongs to it.
    """
    import numpy as np

    name = ENCODABLE.get(ts.uid)
    if name is None:
        raise NoCodec(f"frames are not written in {ts.name} here")
    if not ROOM[name].holds(image):
        raise NotLossless(f"{ts.name} has no room here for {image.samples} samples of {image.bits_stored} bits")
    try:
        encoded: bytes = _codec(name).encode(array, image)
        decoded = decode_frame(encoded, image, ts).array
    except (Undecodable, RuntimeError, ValueError) as error:
        raise NotLossless(f"the frame cannot be written in {ts.name}: {error}") from error
    if decoded.dtype != array.dtype or not np.array_equal(decoded, array, equal_nan=array.dtype.kind == "f"):
        raise NotLossless(f"the frame does not come back from {ts.name} as it was")
    return encoded


def encoded_photometric(photometric: str, ts: TransferSyntax) -> str:
    """Return the Photometric Interpretation of what `encode_frame` writes (PS3.5 8.2.4: RGB goes through the RCT)."""
    return "YBR_RCT" if photometric == "RGB" and ENCODABLE.get(ts.uid) in _TRANSFORMING else photometric
