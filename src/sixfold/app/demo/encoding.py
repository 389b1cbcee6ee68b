"""Pixels into data sets, and data sets into Part 10 files."""

import struct
from collections.abc import Callable, Sequence
from io import BytesIO

import imagecodecs
import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

EXPLICIT_LE = "1.2.840.10008.1.2.1"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
HTJ2K = "1.2.840.10008.1.2.4.201"
RLE = "1.2.840.10008.1.2.5"

IMPLEMENTATION_CLASS = "2.25.233610470912438160917386284935158871990"

Pixels = np.ndarray


def _jpeg_baseline(frame: Pixels) -> bytes:
    if frame.ndim == 2:
        return bytes(imagecodecs.jpeg8_encode(frame, level=88))
    return bytes(imagecodecs.jpeg8_encode(frame, level=90, subsampling="422"))


def rle_lossless(frame: Pixels) -> bytes:
    """One grey frame as RLE Lossless (PS3.5 G): a segment a byte plane, most significant first, each row packed alone."""
    planes = frame.astype(frame.dtype.newbyteorder(">")).view(np.uint8).reshape(*frame.shape, frame.dtype.itemsize)
    segments = []
    for plane in range(frame.dtype.itemsize):
        packed = b"".join(imagecodecs.packbits_encode(row.tobytes()) for row in planes[..., plane])
        segments.append(packed + b"\0" * (len(packed) % 2))
    offsets = [64 + sum(map(len, segments[:number])) for number in range(len(segments))]
    header = struct.pack("<16L", len(segments), *offsets, *(0 for _ in range(15 - len(segments))))
    return header + b"".join(segments)


_ENCODERS: dict[str, Callable[[Pixels], bytes]] = {
    JPEG_BASELINE: _jpeg_baseline,
    JPEG_LS: lambda frame: bytes(imagecodecs.jpegls_encode(frame)),
    JPEG_2000: lambda frame: bytes(imagecodecs.jpeg2k_encode(frame, codecformat="j2k", reversible=True, level=0)),
    HTJ2K: lambda frame: bytes(imagecodecs.htj2k_encode(frame, reversible=True)),
    RLE: rle_lossless,
}


def add_pixels(data: Dataset, frames: Sequence[Pixels], bits: int, syntax: str = EXPLICIT_LE) -> Dataset:
    """Fill the Image Pixel module (PS3.3 C.7.6.3) from equally sized frames and note the transfer syntax.

    Frames are rows x columns (grey) or rows x columns x 3 (RGB); signed types make signed pixels.
    """
    first = frames[0]
    data.Rows, data.Columns = first.shape[:2]
    colour = first.ndim == 3
    data.SamplesPerPixel = 3 if colour else 1
    data.PhotometricInterpretation = ("YBR_FULL_422" if syntax == JPEG_BASELINE else "RGB") if colour else "MONOCHROME2"
    if colour:
        data.PlanarConfiguration = 0
    data.BitsAllocated = first.dtype.itemsize * 8
    data.BitsStored, data.HighBit = bits, bits - 1
    data.PixelRepresentation = int(first.dtype.kind == "i")
    if len(frames) > 1:
        data.NumberOfFrames = len(frames)
    if syntax == JPEG_BASELINE:
        data.LossyImageCompression = "01"
        data.LossyImageCompressionMethod = "ISO_10918_1"
    encoder = _ENCODERS.get(syntax)
    if encoder is None:
        data.PixelData = b"".join(frame.tobytes() for frame in frames)
        if len(data.PixelData) % 2:
            data.PixelData += b"\0"
        data["PixelData"].VR = "OW" if data.BitsAllocated > 8 else "OB"
    else:
        encoded = [encoder(frame) for frame in frames]
        if syntax == JPEG_BASELINE:
            plain = sum(frame.nbytes for frame in frames)
            data.LossyImageCompressionRatio = round(plain / sum(map(len, encoded)), 2)
        data.PixelData = encapsulate(encoded)
        data["PixelData"].VR = "OB"
        data["PixelData"].is_undefined_length = True
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = UID(syntax)
    return data


def part10(data: Dataset) -> bytes:
    """The data set as a Part 10 file (PS3.10 7), explicit little endian where no other syntax was noted."""
    meta: FileMetaDataset = getattr(data, "file_meta", FileMetaDataset())
    if "TransferSyntaxUID" not in meta:
        meta.TransferSyntaxUID = UID(EXPLICIT_LE)
    meta.MediaStorageSOPClassUID = data.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS)
    meta.ImplementationVersionName = "SIXFOLD_DEMO"
    stream = BytesIO()
    dcmwrite(stream, FileDataset(stream, data, file_meta=meta, preamble=b"\0" * 128), enforce_file_format=True)
    return stream.getvalue()
