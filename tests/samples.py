"""Objects that tests make: small, valid, and different wherever a test wants them to be."""

import io
from typing import Any

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from sixfold.kernel.ids import new_uid


def ct(**values: Any) -> Dataset:
    """A CT image of 16 x 16 pixels with every unique key; `values` are set by DICOM keyword, None takes one away."""
    data = Dataset()
    data.SOPClassUID = CTImageStorage
    data.SOPInstanceUID = new_uid()
    data.StudyInstanceUID = new_uid()
    data.SeriesInstanceUID = new_uid()
    data.PatientID = "P1"
    data.PatientName = "Weiß^Änne"
    data.SpecificCharacterSet = "ISO_IR 100"
    data.PatientBirthDate = "19700102"
    data.PatientSex = "F"
    data.StudyDate, data.StudyTime = "20260301", "101500"
    data.AccessionNumber = "A1"
    data.StudyDescription = "CT of a test"
    data.Modality = "CT"
    data.SeriesNumber = data.InstanceNumber = "1"
    data.Rows = data.Columns = 16
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = bytes(range(256)) * 2
    for keyword, value in values.items():
        if value is None:
            delattr(data, keyword)
        else:
            setattr(data, keyword, value)
    return data


def part10(data: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A data set as a file (PS3.10 7)."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = data.get("SOPClassUID", "1.2.3")
    meta.MediaStorageSOPInstanceUID = data.get("SOPInstanceUID", "1.2.3")
    meta.TransferSyntaxUID = syntax
    file = FileDataset(None, data, file_meta=meta, preamble=bytes(128))  # type: ignore[arg-type]
    buffer = io.BytesIO()
    file.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def data_set(data: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The encoded data set alone, as a C-STORE carries it."""
    from sixfold.dicom.part10 import parse_file_meta

    file = part10(data, syntax)
    meta = parse_file_meta(file)
    assert meta is not None
    return file[meta.data_set_offset :]
