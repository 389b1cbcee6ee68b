"""What every object that we make begins with: patient and study as the image has them, equipment, series, references."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sixfold.viewer.model.objects import Code, ImageRef
from sixfold.viewer.model.saving import Occasion, Person, Source
from sixfold.viewer.rules.objects.attributes import Attributes, Json, coded, copied, key_of, made
from sixfold.viewer.rules.objects.origin import LOGIN_SCHEME

_PATIENT: Final = (
    *("PatientName", "PatientID", "IssuerOfPatientID", "IssuerOfPatientIDQualifiersSequence", "TypeOfPatientID"),
    *("PatientBirthDate", "PatientBirthTime", "PatientSex", "OtherPatientIDsSequence", "OtherPatientNames"),
    *("EthnicGroup", "PatientComments", "PatientSpeciesDescription", "PatientSpeciesCodeSequence", "PatientBreedDescription"),
    *("PatientBreedCodeSequence", "BreedRegistrationSequence", "ResponsiblePerson", "ResponsiblePersonRole"),
    *("ResponsibleOrganization", "QualityControlSubject", "PatientIdentityRemoved", "DeidentificationMethod"),
    *("DeidentificationMethodCodeSequence", "ReferencedPatientSequence"),
)
_STUDY: Final = (
    *("StudyInstanceUID", "StudyDate", "StudyTime", "AccessionNumber", "IssuerOfAccessionNumberSequence"),
    *("ReferringPhysicianName", "ReferringPhysicianIdentificationSequence", "StudyID", "StudyDescription"),
    *("PhysiciansOfRecord", "NameOfPhysiciansReadingStudy", "ProcedureCodeSequence", "ReferencedStudySequence"),
    *("AdmittingDiagnosesDescription", "PatientAge", "PatientSize", "PatientWeight", "AdditionalPatientHistory"),
    *("AdmissionID", "IssuerOfAdmissionIDSequence", "ServiceEpisodeID", "PatientSexNeutered", "Occupation"),
    *("ClinicalTrialSponsorName", "ClinicalTrialProtocolID", "ClinicalTrialProtocolName", "ClinicalTrialSiteID"),
    *("ClinicalTrialSiteName", "ClinicalTrialSubjectID", "ClinicalTrialSubjectReadingID", "ClinicalTrialTimePointID"),
    *("ClinicalTrialTimePointDescription", "TimezoneOffsetFromUTC", "InstitutionName", "InstitutionalDepartmentName"),
)
_ALWAYS: Final = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "StudyID"),
)
"""Of type 2: there, if empty."""
_MAKER, _VERSION = "Sixfold", "0.1"
_FIRST_NUMBER: Final = {"SR": 9101, "KO": 9102, "PR": 9103, "SEG": 9104}
_DESCRIPTIONS: Final = {"SR": "Measurements", "KO": "Key images", "PR": "Presentation states", "SEG": "Segmentations"}


def uid_from(*words: str) -> str:
    """The same UID for the same words, under the UUID root (PS3.5 B.2)."""
    digest = hashlib.sha256("\0".join(words).encode()).digest()[:16]
    return f"2.25.{int.from_bytes(digest, 'big')}"


DEVICE: Final = uid_from("sixfold", "device")
"""The UID that stands for Sixfold as an observer."""


def head(occasion: Occasion, source: Source, sop_class: str, modality: str) -> Json:
    """Patient, study, series, equipment and the object's own identity (PS3.3 C.7.1 to C.7.5, C.12.1)."""
    day, time = moment(occasion.at, source)
    return {
        **made(**dict.fromkeys(_ALWAYS, "")),
        **copied(source.attributes, (*_PATIENT, *_STUDY)),
        **made(
            SOPClassUID=sop_class,
            SOPInstanceUID=occasion.sop_uid,
            InstanceCreationDate=day,
            InstanceCreationTime=time,
            Modality=modality,
            SeriesInstanceUID=occasion.series_uid,
            SeriesNumber=_FIRST_NUMBER[modality],
            SeriesDescription=_DESCRIPTIONS[modality],
            InstanceNumber=occasion.number,
            Manufacturer=_MAKER,
            ManufacturerModelName=_MAKER,
            DeviceSerialNumber="1",
            SoftwareVersions=_VERSION,
        ),
    }


def moment(at: str, source: Source) -> tuple[str, str]:
    """Date and time in the offset that the study's own times are in; in UTC's where it names none and ours must be some."""
    told = Attributes(source.attributes).text("TimezoneOffsetFromUTC")
    local = datetime.fromisoformat(at)
    if told:
        try:
            local = local.astimezone(datetime.strptime(told, "%z").tzinfo)
        except ValueError:
            return f"{local:%Y%m%d}", f"{local:%H%M%S}"
    else:
        local = local.astimezone()
    return f"{local:%Y%m%d}", f"{local:%H%M%S}"


def exact_moment(at: str) -> str:
    """A DT with its offset (PS3.5 6.2)."""
    return f"{datetime.fromisoformat(at):%Y%m%d%H%M%S}+0000"


def person_name(name: str) -> str:
    """A name as one component of a PN, without what would split it."""
    plain = "".join(" " if one in "^=\\" or not one.isprintable() else one for one in name)
    return " ".join(plain.split())[:64]


def creator(by: Person, source: Source) -> Json:
    """Content Creator's Name and login (PS3.3 table 10-12)."""
    found = made(ContentCreatorName=person_name(by.name))
    if not by.is_person or not by.login:
        return found
    login = coded(Code(by.login[:64], LOGIN_SCHEME, "login"))
    where = Attributes(source.attributes).text("InstitutionName") or _MAKER
    item = {**made(InstitutionName=where[:64]), key_of("PersonIdentificationCodeSequence"): {"vr": "SQ", "Value": [login]}}
    return {**found, **made(ContentCreatorIdentificationCodeSequence=[item])}


def sop(source: Source, frames: tuple[int, ...] = (), **more: object) -> Json:
    """A reference to an image, and to frames of one that has several (PS3.3 table 10-3)."""
    numbers = list(frames) if source.frames > 1 and frames else None
    return made(
        ReferencedSOPClassUID=source.sop_class,
        ReferencedSOPInstanceUID=source.sop_uid,
        ReferencedFrameNumber=numbers,
        **more,
    )


def by_series(sources: Iterable[Source]) -> dict[str, list[Source]]:
    """Each image once, by its series."""
    found: dict[str, dict[str, Source]] = {}
    for source in sources:
        found.setdefault(source.series_uid, {})[source.sop_uid] = source
    return {uid: list(images.values()) for uid, images in found.items()}


def evidence(sources: Iterable[Source], study_uid: str) -> Json:
    """The item of an evidence sequence that names every image referred to (PS3.3 table C.17-3)."""
    series = [
        made(SeriesInstanceUID=uid, ReferencedSOPSequence=[sop(one) for one in images])
        for uid, images in by_series(sources).items()
    ]
    return made(StudyInstanceUID=study_uid, ReferencedSeriesSequence=series)


def predecessor(replaced: ImageRef, sop_class: str, study_uid: str) -> Json:
    """The item of Predecessor Documents Sequence (PS3.3 C.17.2.2)."""
    one = made(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=replaced.sop_uid)
    series = made(SeriesInstanceUID=replaced.series_uid, ReferencedSOPSequence=[one])
    return made(StudyInstanceUID=study_uid, ReferencedSeriesSequence=[series])
