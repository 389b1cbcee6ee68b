"""What an archive's row tells of a patient, and what becomes of a record when another study tells of it again."""

from typing import Any, Final

import msgspec

from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.viewer.model.federation import Json
from sixfold.viewer.model.identity import Demographics, Identifier, Record
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.identity.dates import read_date
from sixfold.viewer.rules.identity.decide import contradiction
from sixfold.viewer.rules.identity.names import read_name

LONGEST, MOST = 192, 12
"""Characters of a value, and values of a list, that are kept."""
_SEXES: Final = {"m": "M", "male": "M", "f": "F", "female": "F", "o": "O", "other": "O"}
_JUDGED_BY: Final = (
    tags.STUDY_INSTANCE_UID,
    tags.PATIENT_ID,
    tags.ISSUER_OF_PATIENT_ID,
    tags.MODALITIES_IN_STUDY,
    tags.INSTITUTION_NAME,
    tags.INSTITUTIONAL_DEPARTMENT_NAME,
    tags.STATION_AE_TITLE,
    tags.STUDY_DESCRIPTION,
    tags.BODY_PART_EXAMINED,
    tags.CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION,
)


def told_by(row: Json) -> Demographics:
    """What a row of DICOM JSON tells of the patient; values of a bounded size, whatever was sent."""
    names = (*_texts(row, tags.OTHER_PATIENT_NAMES), *_texts(row, tags.PATIENT_BIRTH_NAME))
    return Demographics(
        name=_text(row, tags.PATIENT_NAME),
        birth_date=_text(row, tags.PATIENT_BIRTH_DATE)[:16],
        sex=_SEXES.get(_text(row, tags.PATIENT_SEX).casefold(), ""),
        other_ids=tuple(sorted({one for item in _items(row) if (one := _identifier(item)) is not None}))[:MOST],
        other_names=names[:MOST],
        address=_text(row, tags.PATIENT_ADDRESS),
        phones=_texts(row, tags.PATIENT_TELEPHONE_NUMBERS),
    )


def record_of(row: Json) -> Record:
    """A row's patient as a record that has no number yet."""
    identity = reading.identity_of(row)
    return Record(0, reading.patient_key(row), identity.patient_id, identity.issuer, told_by(row))


def judged_by(row: Json) -> Json:
    """Of a study's row what policies judge it by."""
    return {text: row[text] for text in map(tag_text, _JUDGED_BY) if text in row}


def told_again(record: Record, told: Demographics) -> Record:
    """The record with what a further study tells: gaps filled, other names and numbers added, what contradicts kept aside."""
    if told == record.told or told in record.variants:
        return record
    if contradiction(record.told, told):
        if len(record.variants) >= MOST:
            return record
        return msgspec.structs.replace(record, variants=(*record.variants, told))
    return msgspec.structs.replace(record, told=_filled(record.told, told))


def _filled(before: Demographics, told: Demographics) -> Demographics:
    name, other_names = before.name, before.other_names
    if read_name(told.name) != read_name(name):
        if not read_name(name).whole and read_name(told.name).whole:
            name, told = told.name, msgspec.structs.replace(told, name=name)
        if read_name(told.name).whole and told.name not in other_names:
            other_names = (*other_names, told.name)
    return Demographics(
        name=name,
        birth_date=told.birth_date if read_date(before.birth_date) is None and told.birth_date else before.birth_date,
        sex=before.sex if before.sex in ("M", "F") else told.sex or before.sex,
        other_ids=tuple(dict.fromkeys((*before.other_ids, *told.other_ids)))[:MOST],
        other_names=tuple(dict.fromkeys((*other_names, *told.other_names)))[:MOST],
        address=before.address or told.address,
        phones=tuple(dict.fromkeys((*before.phones, *told.phones)))[:MOST],
    )


def _items(row: Json) -> list[Any]:
    return [item for item in reading.values(row, tags.OTHER_PATIENT_IDS_SEQUENCE) if isinstance(item, dict)]


def _identifier(item: Json) -> Identifier | None:
    value, issuer = _text(item, tags.PATIENT_ID), _text(item, tags.ISSUER_OF_PATIENT_ID)
    return Identifier(value, issuer) if value and issuer else None


def _text(row: Json, tag: int) -> str:
    return _bounded(reading.text(row, tag))


def _texts(row: Json, tag: int) -> tuple[str, ...]:
    names = [
        "=".join(reading.name_groups(value)).rstrip("=") if isinstance(value, dict) else str(value)
        for value in reading.values(row, tag)[:MOST]
    ]
    return tuple(text for name in names if (text := _bounded(name)))


def _bounded(text: str) -> str:
    """Text that both databases keep: no surrogates, no NUL, of a bounded length."""
    return text[:LONGEST].encode("utf-8", "replace").decode().replace("\0", "").strip()
