"""MPEG-2, MPEG-4 AVC/H.264 and HEVC/H.265 (PS3.5 A.4.5 to A.4.7) by FFmpeg: one stream holds all frames."""

import io
from collections.abc import Iterator
from typing import Final

from sixfold.dicom.codecs.model import Ask, Decoded, Undecodable, undecodable
from sixfold.dicom.image import Image
from sixfold.dicom.uids import TransferSyntax

_HEVC_UIDS: Final = frozenset({"1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.108"})
_TS_PACKET: Final = 188


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read the frame at `ask.index` of the stream, as RGB; frames before it are decoded on the way."""
    for index, decoded in enumerate(decode_all(data, image, ask.ts)):
        if index == ask.index:
            return decoded
    raise Undecodable(f"the stream ends before frame {ask.index}")


def decode_all(data: bytes, image: Image, ts: TransferSyntax) -> Iterator[Decoded]:
    """Yield the frames of the stream one after another, as RGB of 8 bits."""
    import av

    with undecodable("video", av.FFmpegError), av.open(io.BytesIO(data), "r", container(data, ts)) as stream:
        if not stream.streams.video:
            raise Undecodable("the stream holds no video")
        for frame in stream.decode(stream.streams.video[0]):
            if (frame.height, frame.width) != (image.rows, image.columns):
                raise Undecodable(f"the stream is {(frame.height, frame.width)}, the image is {(image.rows, image.columns)}")
            yield Decoded(frame.to_ndarray(format="rgb24"), "RGB")


def container(data: bytes, ts: TransferSyntax) -> str:
    """Return FFmpeg's name for the container.

    It is never left to FFmpeg to guess: playlist formats would let a hostile object name files and hosts to read from.
    """
    if data[4:8] == b"ftyp":
        return "mp4"
    if data[:1] == b"\x47" and data[_TS_PACKET : _TS_PACKET + 1] in {b"\x47", b""}:
        return "mpegts"
    if data[:4] == b"\x00\x00\x01\xba":
        return "mpeg"
    if data[:4] == b"\x00\x00\x01\xb3":
        return "mpegvideo"
    if data[:3] == b"\x00\x00\x01" or data[:4] == b"\x00\x00\x00\x01":
        return "hevc" if ts.uid in _HEVC_UIDS else "h264"
    raise Undecodable("the stream is in no container that DICOM video may use")
