"""Deterministic images for the bench: headers like a scanner's, pixels that do not compress away, UIDs by number.

One header is built with pydicom as a template; every further instance is that template with fixed-width fields replaced, so
that thousands of objects are made in a second.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import dictionary_VR
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

CT_IMAGE, MR_IMAGE, XA_IMAGE = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.12.1"
EXPLICIT_LE = "1.2.840.10008.1.2.1"
JPEG_LS, JPEG_2000, HTJ2K = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"
OUT = Path(__file__).parent / "out"
HEADER_ELEMENTS = 156

_STUDY, _SERIES, _SOP = ("2.25.%s" % (str(digit) * 30) for digit in (7, 8, 9))
_NUMBER, _NAME, _PATIENT, _DATE = "0000000001", "TEMPLATENAMEXXXXXXXX", "TEMPLATEPATIENT0", "19000101"
_ACCESSION = "TEMPLATEACCESSIO"


@dataclass(frozen=True, slots=True)
class Instance:
    """One object: identity, transfer syntax and its encoded data set (explicit little endian header)."""

    sop_class: str
    uid: str
    series: str
    study: str
    syntax: str
    dataset: bytes

    def part10(self) -> bytes:
        """The object as a Part 10 file (PS3.10 7)."""
        return file_meta(self.sop_class, self.uid, self.syntax) + self.dataset


@dataclass(frozen=True, slots=True)
class Study:
    """What identifies a study in the search corpora; widths are fixed by the template."""

    number: int
    patient: str
    name: str
    date: str
    accession: str


def file_meta(sop_class: str, uid: str, syntax: str) -> bytes:
    """Preamble, prefix and File Meta Information."""
    elements = b"\x02\x00\x01\x00OB\x00\x00\x02\x00\x00\x00\x00\x01"
    for element, value in ((2, sop_class), (3, uid), (0x10, syntax), (0x12, "2.25.60000000000000000000000000006")):
        text = value.encode() + b"\0" * (len(value) % 2)
        elements += b"\x02\x00" + bytes([element, 0]) + b"UI" + len(text).to_bytes(2, "little") + text
    group_length = b"\x02\x00\x00\x00UL\x04\x00" + len(elements).to_bytes(4, "little")
    return b"\0" * 128 + b"DICM" + group_length + elements


def uid(kind: int, *numbers: int) -> str:
    """A UID below 2.25 of constant length from a kind (1 to 9) and up to three numbers below a billion."""
    digits = str(kind) + "".join(f"{number:09d}" for number in numbers)
    return "2.25." + digits.ljust(30, "1")


def _base(sop_class: str, modality: str, side: int) -> Dataset:
    data = Dataset()
    data.SpecificCharacterSet, data.ImageType = "ISO_IR 100", ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.SOPClassUID, data.SOPInstanceUID = sop_class, _SOP
    data.StudyInstanceUID, data.SeriesInstanceUID = _STUDY, _SERIES
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = data.ContentDate = _DATE
    data.StudyTime = data.SeriesTime = data.AcquisitionTime = data.ContentTime = "101500.000000"
    data.AccessionNumber, data.Modality, data.StudyID = _ACCESSION, modality, "1"
    data.Manufacturer, data.InstitutionName, data.StationName = "Bench", "Bench Hospital", "BENCH1"
    data.StudyDescription, data.SeriesDescription = "BENCH STUDY", "BENCH SERIES"
    data.PatientName, data.PatientID = _NAME, _PATIENT
    data.PatientBirthDate, data.PatientSex, data.PatientAge = "19600102", "O", "060Y"
    data.InstanceNumber, data.SeriesNumber, data.AcquisitionNumber = _NUMBER, "1", "1"
    data.ImagePositionPatient, data.ImageOrientationPatient = [-180, -180, 0], [1, 0, 0, 0, 1, 0]
    data.FrameOfReferenceUID = _STUDY + "1"
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows = data.Columns = side
    data.PixelSpacing, data.SliceThickness = [0.7, 0.7], 1
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.RescaleIntercept, data.RescaleSlope = -1024, 1
    data.WindowCenter, data.WindowWidth = [40, -600], [400, 1500]
    data.ReferencedStudySequence = [_code("1"), _code("2")]
    data.ProcedureCodeSequence = [_code("3")]
    return data


def _code(value: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "99BENCH", f"Meaning {value}"
    return item


_FILLER = {"LO": "Some text value", "SH": "Short text", "CS": "CODED", "DS": "12.5", "IS": "42", "FD": 1.25, "US": 7, "ST": "T"}


def full_header(sop_class: str, modality: str, side: int) -> Dataset:
    """A template of exactly HEADER_ELEMENTS top-level elements before Pixel Data."""
    data = _base(sop_class, modality, side)
    candidates = sorted(tag for tag, entry in DicomDictionary.items() if 0x00180000 < tag < 0x00190000 and not entry[3])
    for tag in candidates:
        if len(data) == HEADER_ELEMENTS:
            return data
        if tag not in data and dictionary_VR(tag) in _FILLER:
            data.add_new(tag, dictionary_VR(tag), _FILLER[dictionary_VR(tag)])
    raise AssertionError("not enough attributes to fill a header")


def encoded(data: Dataset) -> bytes:
    """The data set in explicit little endian."""
    stream = DicomBytesIO()
    stream.is_little_endian, stream.is_implicit_VR = True, False
    write_dataset(stream, data)
    return bytes(stream.getvalue())


class Scanner:
    """Makes instances of one modality; the pixels of every instance differ."""

    def __init__(self, modality: str, side: int, frames: int = 1, full: bool = True) -> None:
        self.sop_class = {"CT": CT_IMAGE, "MR": MR_IMAGE, "XA": XA_IMAGE}[modality]
        self.side, self.frames = side, frames
        header = full_header(self.sop_class, modality, side) if full else _base(self.sop_class, modality, side)
        if frames > 1:
            header.NumberOfFrames = frames
        self._header = encoded(header)
        self._pixels = grain(side)

    def header(self, study: Study, series: int, number: int) -> bytes:
        """The encoded header of one instance, without Pixel Data."""
        header = self._header
        for old, new in (
            (_SOP, uid(3, study.number, series, number)),
            (_SERIES, uid(2, study.number, series)),
            (_STUDY, uid(1, study.number)),
            (_NUMBER, f"{number:010d}"),
            (_NAME, study.name.ljust(20)),
            (_PATIENT, study.patient.ljust(16)),
            (_DATE, study.date),
            (_ACCESSION, study.accession.ljust(16)),
        ):
            header = header.replace(old.encode("latin-1"), new.encode("latin-1"))
        return header

    def pixels(self, number: int) -> bytes:
        """The raw pixels of one frame."""
        size = self.side * self.side * 2
        start = number * 9973 * 2 % (len(self._pixels) - size)
        return self._pixels[start : start + size]

    def instance(self, study: Study, series: int, number: int, syntax: str = EXPLICIT_LE) -> Instance:
        """One instance, native or compressed losslessly."""
        if syntax == EXPLICIT_LE:
            raw = b"".join(self.pixels(number + frame) for frame in range(self.frames))
            tail = b"\xe0\x7f\x10\x00OW\0\0" + len(raw).to_bytes(4, "little") + raw
        else:
            tail = self._compressed(number, syntax)
        identity = (uid(3, study.number, series, number), uid(2, study.number, series), uid(1, study.number))
        return Instance(self.sop_class, *identity, syntax, self.header(study, series, number) + tail)

    def _compressed(self, number: int, syntax: str) -> bytes:
        import imagecodecs

        frame = np.frombuffer(self.pixels(number), np.uint16).reshape(self.side, self.side)
        if syntax == JPEG_LS:
            stream = bytes(imagecodecs.jpegls_encode(frame))
        elif syntax == HTJ2K:
            stream = bytes(imagecodecs.htj2k_encode(frame, reversible=True))
        else:
            stream = bytes(imagecodecs.jpeg2k_encode(frame, codecformat="j2k", reversible=True, level=0))
        stream += b"\0" * (len(stream) % 2)
        item = b"\xfe\xff\x00\xe0" + len(stream).to_bytes(4, "little") + stream
        opening = b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\0\0\0\0"
        return opening + item + b"\xfe\xff\xdd\xe0\0\0\0\0"


def grain(side: int) -> bytes:
    """A strip of 12-bit body-like noise a little longer than four frames of side x side."""
    rng = np.random.default_rng(side)
    shade = np.abs(np.sin(np.arange(side * (4 * side + 64)) / side * np.pi)) * 1100
    return bytes(np.clip(shade + rng.normal(300, 12, shade.size), 0, 4095).astype(np.uint16).tobytes())


_SURNAMES = ("ADAMS", "BAKER", "CLARK", "DAVIS", "EVANS", "FRANK", "GREEN", "HARRIS", "IRWIN", "JONES", "KELLY", "LEWIS",
             "MASON", "NOLAN", "OWENS", "PERRY", "QUINN", "REYES", "SMITH", "TURNER", "UNGER", "VANCE", "WHITE", "XU",
             "YOUNG", "ZIMMER", "LARSEN", "BERG", "COSTA", "DUBOIS")  # fmt: skip


def study(number: int) -> Study:
    """The identity of study `number`: 30 surnames in turn, dates over 1,800 days, one patient in two studies."""
    day = np.datetime64("2021-01-01") + (number * 7919) % 1800
    name = f"{_SURNAMES[number % 30]}^{number // 30:06d}"
    date = str(day).replace("-", "")
    return Study(number, f"P{number // 2:08d}", name, date, f"A{number:09d}")


def series_of(scanner: Scanner, study_number: int, count: int, syntax: str = EXPLICIT_LE) -> list[Instance]:
    """`count` instances of one series."""
    return [scanner.instance(study(study_number), 1, number, syntax) for number in range(1, count + 1)]


def search_instances(count: int, first: int = 1) -> Iterator[Instance]:
    """One small instance (16 x 16) for each of `count` studies."""
    scanner = Scanner("CT", 16, full=False)
    for number in range(first, first + count):
        yield scanner.instance(study(number), 1, 1)


def main() -> None:
    """Write a corpus as Part 10 files to bench/out."""
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description=main.__doc__)
    parser.add_argument("kind", choices=["ct", "mr", "multiframe", "jpegls", "htj2k", "j2k", "search"])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--frames", type=int, default=400, help="frames of 512 x 512 in a multiframe (400 = 210 MB)")
    given = parser.parse_args()
    folder = OUT / "corpus" / given.kind
    folder.mkdir(parents=True, exist_ok=True)
    for number, instance in enumerate(_made(given.kind, given.count, given.frames), 1):
        (folder / f"{number:06d}.dcm").write_bytes(instance.part10())
    print(f"{number} objects in {folder}")


def _made(kind: str, count: int, frames: int) -> Iterator[Instance]:
    if kind == "search":
        yield from search_instances(count)
    elif kind == "multiframe":
        yield Scanner("XA", 512, frames).instance(study(1), 1, 1)
    else:
        syntax = {"jpegls": JPEG_LS, "htj2k": HTJ2K, "j2k": JPEG_2000}.get(kind, EXPLICIT_LE)
        scanner = Scanner("MR", 256) if kind == "mr" else Scanner("CT", 512)
        yield from series_of(scanner, 1, count, syntax)


if __name__ == "__main__":
    main()
