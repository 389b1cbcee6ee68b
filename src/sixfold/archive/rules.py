"""The archive's decisions, as pure functions: what an object says of itself, and what becomes of it."""

import re
from collections.abc import Mapping
from datetime import timedelta

import msgspec
import orjson

from sixfold.archive.model import (
    Described,
    InstanceRecord,
    PatientIdentity,
    PatientRecord,
    Provenance,
    Refused,
    SeriesRecord,
    StudyRecord,
    Verdict,
)
from sixfold.dicom import tags
from sixfold.dicom.charset import charsets_of, decode, printable
from sixfold.dicom.dictionary import vr_of
from sixfold.dicom.json import values_json
from sixfold.dicom.scan import Scan
from sixfold.dicom.uids import MEDIA_STORAGE_DIRECTORY, TransferSyntax
from sixfold.governance.model.sorting import FACTS, StudyFacts

PATIENT_TAGS = frozenset(
    {
        tags.PATIENT_NAME,
        tags.PATIENT_ID,
        tags.ISSUER_OF_PATIENT_ID,
        tags.TYPE_OF_PATIENT_ID,
        tags.ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE,
        tags.PATIENT_BIRTH_DATE,
        tags.PATIENT_BIRTH_TIME,
        tags.PATIENT_SEX,
        tags.OTHER_PATIENT_IDS_SEQUENCE,
        tags.PATIENT_COMMENTS,
    }
)
STUDY_TAGS = frozenset(
    {
        tags.STUDY_INSTANCE_UID,
        tags.STUDY_DATE,
        tags.STUDY_TIME,
        tags.TIMEZONE_OFFSET_FROM_UTC,
        tags.ACCESSION_NUMBER,
        tags.ISSUER_OF_ACCESSION_NUMBER_SEQUENCE,
        tags.STUDY_ID,
        tags.STUDY_DESCRIPTION,
        tags.REFERRING_PHYSICIAN_NAME,
        tags.NAME_OF_PHYSICIANS_READING_STUDY,
        tags.INSTITUTION_NAME,
        tags.INSTITUTIONAL_DEPARTMENT_NAME,
        tags.PROCEDURE_CODE_SEQUENCE,
        tags.PATIENT_AGE,
        tags.PATIENT_SIZE,
        tags.PATIENT_WEIGHT,
        tags.ADMISSION_ID,
    }
)
SERIES_TAGS = frozenset(
    {
        tags.SERIES_INSTANCE_UID,
        tags.MODALITY,
        tags.SERIES_NUMBER,
        tags.SERIES_DESCRIPTION,
        tags.SERIES_DATE,
        tags.SERIES_TIME,
        tags.BODY_PART_EXAMINED,
        tags.LATERALITY,
        tags.PROTOCOL_NAME,
        tags.STATION_NAME,
        tags.MANUFACTURER,
        tags.MANUFACTURER_MODEL_NAME,
        tags.PERFORMING_PHYSICIAN_NAME,
        tags.OPERATORS_NAME,
        tags.PATIENT_POSITION,
        tags.FRAME_OF_REFERENCE_UID,
        tags.PERFORMED_PROCEDURE_STEP_START_DATE,
        tags.PERFORMED_PROCEDURE_STEP_START_TIME,
        tags.PERFORMED_PROCEDURE_STEP_ID,
        tags.PERFORMED_PROCEDURE_STEP_DESCRIPTION,
        tags.REQUEST_ATTRIBUTES_SEQUENCE,
    }
)
INSTANCE_TAGS = frozenset(
    {
        tags.SOP_CLASS_UID,
        tags.SOP_INSTANCE_UID,
        tags.INSTANCE_NUMBER,
        tags.ROWS,
        tags.COLUMNS,
        tags.BITS_ALLOCATED,
        tags.NUMBER_OF_FRAMES,
    }
)
INDEX_TAGS = frozenset({tags.SPECIFIC_CHARACTER_SET}) | PATIENT_TAGS | STUDY_TAGS | SERIES_TAGS | INSTANCE_TAGS

SCANNED_TAGS = INDEX_TAGS | {tags.STATION_AE_TITLE, tags.CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION}
"""What is read of each object: the index, and what studies are sorted by besides."""

LONGEST = 192
"""Characters kept of a value in a column: more than the standard allows of these, and within what an index takes."""

_PLAIN_UID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_WHOLE = re.compile(rb"[+-]?[0-9]{1,12}")  # PS3.5 6.2, IS
_CLASS_NOT_SUPPORTED = 0x0122
_NOT_UNDERSTOOD = 0xC000
_MISMATCH = 0xA900


def describe(scan: Scan, syntax: TransferSyntax) -> Described:
    """Identify an object by its index tags; raises `Refused` when it lacks what an archive must know of it."""
    values = scan.values
    sop_class = _uid(values, tags.SOP_CLASS_UID)
    admit(sop_class)
    study_uid = _uid(values, tags.STUDY_INSTANCE_UID)
    return Described(
        identity=_identity(scan),
        study_uid=study_uid,
        series_uid=_uid(values, tags.SERIES_INSTANCE_UID),
        instance=InstanceRecord(
            sop_uid=_uid(values, tags.SOP_INSTANCE_UID),
            sop_class=sop_class,
            number=_number(values, tags.INSTANCE_NUMBER),
            rows=_short(scan, tags.ROWS, syntax),
            columns=_short(scan, tags.COLUMNS, syntax),
            bits=_short(scan, tags.BITS_ALLOCATED, syntax),
            frames=_number(values, tags.NUMBER_OF_FRAMES),
        ),
    )


def _identity(scan: Scan) -> PatientIdentity:
    """Whose object it is; raises `Refused` for an ID that nothing could tell from another by its beginning alone."""
    identity = PatientIdentity(_text(scan, tags.PATIENT_ID), _text(scan, tags.ISSUER_OF_PATIENT_ID))
    if max(len(identity.patient_id), len(identity.issuer)) > LONGEST:
        raise Refused(f"its patient ID or the issuer is longer than {LONGEST} characters", _NOT_UNDERSTOOD)
    return identity


def admit(sop_class: str) -> None:
    """Let in what is an object: any SOP class but a DICOMDIR's (PS3.3 F.3), known or not; raises `Refused`.

    A DICOMDIR has its SOP class in the file meta information alone (PS3.10 8.6), so that its data set cannot tell.
    """
    if sop_class == MEDIA_STORAGE_DIRECTORY:
        raise Refused("a DICOMDIR lists objects and is none: send the files that it names", _CLASS_NOT_SUPPORTED)


def agree(described: Described, sop_class: str, sop_uid: str) -> None:
    """Hold the data set against what the request said of it (PS3.4 B.2.3); raises `Refused`."""
    if described.instance.sop_class != sop_class or described.instance.sop_uid != sop_uid:
        raise Refused("the SOP class or instance UID of the request is not that of the data set", _MISMATCH)


def patient_record(scan: Scan, identity: PatientIdentity) -> PatientRecord:
    """The patient level of an object."""
    return PatientRecord(
        identity,
        _text(scan, tags.PATIENT_NAME),
        _date(scan, tags.PATIENT_BIRTH_DATE),
        _text(scan, tags.PATIENT_SEX),
        _attributes(scan, PATIENT_TAGS),
    )


def study_record(scan: Scan, study_uid: str) -> StudyRecord:
    """The study level of an object."""
    return StudyRecord(
        study_uid,
        _date(scan, tags.STUDY_DATE),
        _text(scan, tags.STUDY_TIME),
        _text(scan, tags.ACCESSION_NUMBER),
        _text(scan, tags.STUDY_ID),
        _text(scan, tags.STUDY_DESCRIPTION),
        _text(scan, tags.REFERRING_PHYSICIAN_NAME),
        _text(scan, tags.INSTITUTION_NAME),
        _attributes(scan, STUDY_TAGS),
    )


def series_record(scan: Scan, series_uid: str) -> SeriesRecord:
    """The series level of an object."""
    return SeriesRecord(
        series_uid,
        _text(scan, tags.MODALITY),
        _number(scan.values, tags.SERIES_NUMBER),
        _text(scan, tags.SERIES_DESCRIPTION),
        _text(scan, tags.BODY_PART_EXAMINED),
        _attributes(scan, SERIES_TAGS),
    )


def study_facts(scan: Scan, came: Provenance) -> StudyFacts:
    """What governance sorts a study by, as the first of its objects tells it."""
    modality = _text(scan, tags.MODALITY)
    told = StudyFacts(
        modalities=(modality,) if modality else (),
        institution=_text(scan, tags.INSTITUTION_NAME),
        department=_text(scan, tags.INSTITUTIONAL_DEPARTMENT_NAME),
        station_ae=_text(scan, tags.STATION_AE_TITLE),
        calling_ae=came.source.partition("@")[0] if came.edge == "dimse" else "",
        description=_text(scan, tags.STUDY_DESCRIPTION),
        body_part=_text(scan, tags.BODY_PART_EXAMINED),
        confidentiality=_text(scan, tags.CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION),
    )
    return msgspec.structs.replace(told, **{name: getattr(told, name)[:LONGEST] for name in FACTS if name != "modalities"})


def sort_key(study_date: str, study_time: str) -> str:
    """The moment of a study as text whose order is time's; an unknown date comes before all others."""
    digits = study_time.replace(":", "")[:6]
    return (study_date if len(study_date) == 8 else "00000000") + (digits if _is_digits(digits) else "").ljust(6, "0")


class Existing(msgspec.Struct, frozen=True):
    """The instance that already bears the UID of a newcomer."""

    study_uid: str
    series_uid: str
    digest: bytes
    rejected: bool = False


def judge(newcomer: Described, digest: bytes, existing: Existing | None, study_patient: str) -> tuple[Verdict, str]:
    """Decide what becomes of an object, and why (design section 3: nothing is ever overwritten).

    `study_patient` is the key of the patient that the study belongs to.
    """
    if existing is None:
        if newcomer.identity.key(newcomer.study_uid) != study_patient:
            return Verdict.QUARANTINED, "its study belongs to another patient"
        return Verdict.STORED, ""
    if existing.digest == digest:
        return Verdict.DUPLICATE, ""
    if (existing.study_uid, existing.series_uid) != (newcomer.study_uid, newcomer.series_uid):
        return Verdict.QUARANTINED, "its SOP instance UID is in use in another series"
    return Verdict.QUARANTINED, "its SOP instance UID is in use with other content"


def _uid(values: Mapping[int, bytes], tag: int) -> str:
    text = values.get(tag, b"").rstrip(b"\0 ").decode("ascii", "replace").strip()
    if not _PLAIN_UID.fullmatch(text):
        name = {tags.SOP_CLASS_UID: "SOP class", tags.SOP_INSTANCE_UID: "SOP instance", tags.STUDY_INSTANCE_UID: "study"}
        what = f"its {name.get(tag, 'series')} UID"
        raise Refused(f"{what} is '{text[:70]}', which is no UID" if text else f"{what} is missing", _NOT_UNDERSTOOD)
    return text


def _text(scan: Scan, tag: int) -> str:
    """The value as answers show it, without its padding; several values stay joined by backslashes.

    A NUL within it, which some senders take for the end of a text, is left out: no database keeps one in text.
    """
    value = scan.values.get(tag)
    if not value:
        return ""
    charsets = charsets_of(scan.values.get(tags.SPECIFIC_CHARACTER_SET, b""))
    return printable(decode(value, charsets, vr_of(tag))).replace("\0", "").strip(" ")


def _date(scan: Scan, tag: int) -> str:
    """A date as YYYYMMDD; also of the old form with dots; empty when it is none."""
    text = _text(scan, tag).replace(".", "")[:8]
    return text if len(text) == 8 and _is_digits(text) else ""


def _is_digits(text: str) -> bool:
    """Whether it is digits of ASCII alone: a value in another character set may hold others, which are no DA or TM."""
    return text.isascii() and text.isdigit()


def _number(values: Mapping[int, bytes], tag: int) -> int | None:
    text = values.get(tag, b"").strip(b"\0 ").split(b"\\")[0].strip()
    number = int(text) if _WHOLE.fullmatch(text) else None
    return number if number is not None and abs(number) < 2**31 else None


def _short(scan: Scan, tag: int, syntax: TransferSyntax) -> int | None:
    value = scan.values.get(tag)
    if not value or len(value) < 2:
        return None
    return int.from_bytes(value[:2], "little" if syntax.little_endian else "big")


def _attributes(scan: Scan, wanted: frozenset[int]) -> bytes:
    chosen = {tag: value for tag, value in scan.values.items() if tag in wanted}
    charsets = charsets_of(scan.values.get(tags.SPECIFIC_CHARACTER_SET, b""))
    return orjson.dumps(values_json(chosen, scan.vrs, charsets))


COMMITMENT_HOLD = timedelta(minutes=5)
"""How long a request for commitment is left to who works at it before another may take it for abandoned."""
COMMITMENT_LIFE = timedelta(days=7)
"""How long after its request a commitment result is worth an attempt to tell it."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)


def pause_after(attempts: int, chance: float) -> timedelta:
    """The pause after so many vain attempts: doubled each time up to half an hour; `chance`, 0 to 1, takes up to half off."""
    whole = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(max(attempts - 1, 0), 10)))
    return whole * (1 - chance / 2)
