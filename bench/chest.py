"""A CT of a chest as a scanner would send it: places in the patient, window, and pixels with the noise of a real one."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bench.corpus import CT_IMAGE, EXPLICIT_LE, Instance, encoded, full_header, uid

SIDE = 512
STUDY, SERIES = uid(1, 900), uid(2, 900, 1)
_NOISE_HU = 14.0
_THICKNESS_MM = 0.75


def chest(count: int) -> Iterator[Instance]:
    """`count` axial images from the feet upwards, 512 x 512, 12 bits stored, uncompressed."""
    header = full_header(CT_IMAGE, "CT", SIDE)
    header.StudyInstanceUID, header.SeriesInstanceUID, header.FrameOfReferenceUID = STUDY, SERIES, STUDY + ".1"
    header.PatientName, header.PatientID, header.AccessionNumber = "CHEST^ADA", "CHEST1", "CHEST1"
    header.StudyDate = header.SeriesDate = header.AcquisitionDate = header.ContentDate = "20260901"
    header.SliceThickness = _THICKNESS_MM
    for number in range(1, count + 1):
        sop = uid(3, 900, 1, number)
        header.SOPInstanceUID, header.InstanceNumber = sop, number
        header.ImagePositionPatient = [-180, -180, number * _THICKNESS_MM]
        raw = image(number, count).tobytes()
        pixels = b"\xe0\x7f\x10\x00OW\0\0" + len(raw).to_bytes(4, "little") + raw
        yield Instance(CT_IMAGE, sop, SERIES, STUDY, EXPLICIT_LE, encoded(header) + pixels)


def image(number: int, count: int) -> NDArray[np.uint16]:
    """One slice in stored values (HU + 1024): a body with lungs, spine and air around it."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    grow = 0.75 + 0.25 * np.sin(np.pi * number / count)
    hounsfield = np.full((SIDE, SIDE), -1000.0)
    hounsfield[(x / 0.9) ** 2 + (y / 0.62) ** 2 < grow**2] = 45.0
    for side in (-0.38, 0.38):
        hounsfield[((x - side) / 0.28) ** 2 + ((y + 0.03) / 0.42) ** 2 < (grow - 0.25) ** 2 * 2] = -850.0
    hounsfield[(x / 0.1) ** 2 + ((y - 0.42) / 0.1) ** 2 < 1] = 650.0
    noise = np.random.default_rng(number).normal(0, _NOISE_HU, hounsfield.shape)
    stored: NDArray[np.uint16] = np.clip(hounsfield + noise + 1024, 0, 4095).astype(np.uint16)
    return stored
