"""The real files with pixels, read by pydicom where it is the judge and by our own scan where only offsets are needed."""

import io
import logging
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from tests.unit.dicom.samples import DATA

from sixfold.dicom.codecs import Decoded, decode_frame
from sixfold.dicom.frames import FrameTable, frame_bytes, frame_table
from sixfold.dicom.image import Image, NotAnImage
from sixfold.dicom.part10 import NotDicom, parse_file_meta
from sixfold.dicom.scan import scan
from sixfold.dicom.structure import Malformed, inflate
from sixfold.dicom.uids import EXPLICIT_LE, TransferSyntax, transfer_syntax

ROOT = DATA / "dicom"


class Instance:
    """One file: its data set, its image, and its frames."""

    def __init__(self, name: str) -> None:
        raw = (ROOT / name).read_bytes()
        meta = parse_file_meta(raw)
        assert meta is not None, f"{name} has no readable head"
        self.name = name
        self.raw = raw
        self.ts: TransferSyntax = transfer_syntax(meta.transfer_syntax_uid)
        self.data = raw[meta.data_set_offset :]
        if self.ts.uid == "1.2.840.10008.1.2.1.99":
            self.data = bytes(inflate(self.data))
        self.plain_ts = EXPLICIT_LE if self.ts.uid == "1.2.840.10008.1.2.1.99" else self.ts
        self.offset = scan(self.data, self.plain_ts, frozenset(), whole=True).pixel_data_offset

    @property
    def dataset(self) -> Any:
        """The same file as pydicom reads it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pydicom.dcmread(io.BytesIO(self.raw), force=True)

    @property
    def image(self) -> Image:
        """The image by way of pydicom's JSON."""
        values: list[bytes] = []

        def keep(element: Any) -> str:
            values.append(element.value if isinstance(element.value, bytes) else b"")
            return str(len(values) - 1)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            attributes = self.dataset.to_json_dict(bulk_data_element_handler=keep, suppress_invalid_tags=True)
        return Image.from_json(attributes, lambda uri: values[int(uri)])

    def read_at(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]

    def table(self, image: Image) -> FrameTable:
        assert self.offset is not None
        return frame_table(self.read_at, self.offset, len(self.data), self.plain_ts, image)

    def frame(self, table: FrameTable, index: int) -> bytes:
        frame = table[index]
        return frame_bytes(self.read_at(frame.offset, frame.length), frame)

    def decoded(self, image: Image, table: FrameTable, index: int, *, rgb: bool = False) -> Decoded:
        return decode_frame(self.frame(table, index), image, self.plain_ts, rgb=rgb, index=index)


@lru_cache(maxsize=4)
def instance(name: str) -> Instance:
    """The instance of a path below the corpus."""
    return Instance(name)


def first_frame(name: str, *, rgb: bool = False) -> tuple[Decoded, Image]:
    """The first frame of a file and its image."""
    found = instance(name)
    image = found.image
    return found.decoded(image, found.table(image), 0, rgb=rgb), image


def names() -> list[str]:
    """Every file of the corpus, as a path below it; empty where the corpus is absent."""
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file())


@lru_cache(maxsize=1)
def image_names() -> list[str]:
    """The files that hold a pixel data element, whatever becomes of it."""
    return [name for name in names() if _has_pixels(ROOT / name)]


def _has_pixels(path: Path) -> bool:
    try:
        return Instance(str(path.relative_to(ROOT))).offset is not None
    except (NotDicom, Malformed, AssertionError):
        return False


def reference(found: Instance) -> Iterator[tuple["np.ndarray[Any, Any]", str]] | None:
    """Frames of stored values by pydicom with what they mean, None where pydicom cannot decode the file."""
    from pydicom.pixels import get_decoder

    dataset = found.dataset
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            arrays, meta = get_decoder(dataset.file_meta.TransferSyntaxUID).as_array(dataset, raw=True)
        except (RuntimeError, ValueError, AttributeError, NotImplementedError):
            return None
    frames = arrays if meta["number_of_frames"] > 1 else [arrays]
    return ((frame, meta["photometric_interpretation"]) for frame in frames)


__all__ = ["Instance", "NotAnImage", "first_frame", "image_names", "instance", "names", "reference"]
