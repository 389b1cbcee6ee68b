"""The headers that every object of a study shares, and UIDs that a seed decides."""

import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b

import numpy as np
from pydicom.dataset import Dataset

from sixfold.app.demo.people import Patient

COMMENT = "Demonstration object: a generated picture of an invented person. Not for diagnosis."


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment: who came, how long ago, for what, and who asked for it."""

    patient: Patient
    days_ago: int
    description: str
    department: str
    referring: str
    hour: int = 10


class Study:
    """A study in the making; its generators repeat for the same seed, and its anatomy for the same patient."""

    def __init__(self, visit: Visit, number: int, seed: int, today: date) -> None:
        self.visit = visit
        self.number = number
        self.started = datetime.combine(today - timedelta(days=visit.days_ago), time(visit.hour, 7 + number % 40))
        self.born = today - timedelta(days=visit.patient.age_days)
        person = zlib.crc32(f"{visit.patient.facility.issuer}/{visit.patient.number}".encode())
        self._anatomy = (seed, person)
        self.rng = np.random.default_rng((seed, person, number))
        self._root = f"{seed}/{number}"
        self.uid = self.make_uid("study")

    def anatomy(self, region: str) -> np.random.Generator:
        """A generator that is the same in all studies of one patient."""
        return np.random.default_rng((*self._anatomy, zlib.crc32(region.encode())))

    def make_uid(self, *path: object) -> str:
        """A UID below 2.25 (PS3.5 B.2) decided by seed, study and `path`."""
        text = "/".join((self._root, *map(str, path)))
        value = int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")
        version_4 = (value & ~(0xF << 76) & ~(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
        return f"2.25.{version_4}"

    def series(self, number: int, modality: str, description: str, maker: tuple[str, str]) -> "Series":
        """Begin a series; `maker` is the manufacturer's and the model's name."""
        return Series(self, number, modality, description, maker)


@dataclass(frozen=True, slots=True)
class Series:
    """A series in the making."""

    study: Study
    number: int
    modality: str
    description: str
    maker: tuple[str, str]

    @property
    def uid(self) -> str:
        """Series Instance UID."""
        return self.study.make_uid("series", self.number)

    @property
    def frame_of_reference(self) -> str:
        """Frame of Reference UID, shared by all series of the study."""
        return self.study.make_uid("frame of reference")

    def instance(self, number: int, sop_class: str) -> Dataset:
        """A data set with its patient, study, series, equipment and SOP common modules filled in."""
        data = Dataset()
        charset = self.study.visit.patient.charset.split("\\")
        data.SpecificCharacterSet = charset if len(charset) > 1 else charset[0]
        data.SOPClassUID = sop_class
        data.SOPInstanceUID = self.study.make_uid("instance", self.number, number)
        data.InstanceNumber = number
        self._add_patient(data)
        self._add_study(data)
        self._add_series(data, number)
        return data

    def _add_patient(self, data: Dataset) -> None:
        patient, study = self.study.visit.patient, self.study
        data.PatientName = patient.name
        data.PatientID = patient.number
        data.IssuerOfPatientID = patient.facility.issuer
        data.PatientBirthDate = f"{study.born:%Y%m%d}"
        data.PatientSex = patient.sex
        data.PatientAge = _age((study.started.date() - study.born).days)
        data.PatientSize = patient.size
        data.PatientWeight = patient.weight
        data.PatientComments = COMMENT
        if patient.other_number:
            other = Dataset()
            other.PatientID, other.IssuerOfPatientID = patient.other_number
            other.TypeOfPatientID = "TEXT"
            data.OtherPatientIDsSequence = [other]

    def _add_study(self, data: Dataset) -> None:
        study, visit = self.study, self.study.visit
        data.StudyInstanceUID = study.uid
        data.StudyDate, data.StudyTime = f"{study.started:%Y%m%d}", f"{study.started:%H%M%S}"
        data.StudyID = f"{study.number:04d}"
        data.AccessionNumber = f"{visit.patient.facility.station}{study.started:%y}{study.number:05d}"
        data.StudyDescription = visit.description
        data.ReferringPhysicianName = visit.referring
        data.InstitutionName = visit.patient.facility.name
        data.InstitutionAddress = visit.patient.facility.address
        data.InstitutionalDepartmentName = visit.department

    def _add_series(self, data: Dataset, number: int) -> None:
        begun = self.study.started + timedelta(minutes=2 * self.number)
        taken = begun + timedelta(seconds=number)
        data.SeriesInstanceUID = self.uid
        data.SeriesNumber = self.number
        data.SeriesDescription = self.description
        data.Modality = self.modality
        data.Manufacturer, data.ManufacturerModelName = self.maker
        data.StationName = f"{self.study.visit.patient.facility.station}_{self.modality}1"
        data.SoftwareVersions = "demonstration 1"
        data.DeviceSerialNumber = f"{zlib.crc32(self.maker[1].encode()) % 100000:05d}"
        data.SeriesDate, data.SeriesTime = f"{begun:%Y%m%d}", f"{begun:%H%M%S}"
        data.ContentDate, data.ContentTime = f"{taken:%Y%m%d}", f"{taken:%H%M%S}"
        data.InstanceCreationDate, data.InstanceCreationTime = data.ContentDate, data.ContentTime


def _age(days: int) -> str:
    """Age String (PS3.5 6.2): years, or months below two years."""
    return f"{days // 365:03d}Y" if days >= 730 else f"{max(days, 0) // 30:03d}M"
