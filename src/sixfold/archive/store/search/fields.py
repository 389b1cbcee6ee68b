"""Which attributes stand in columns, at which level and how they are compared (PS3.4 C.6.1.1, PS3.18 table 10.6.1-5)."""

from enum import IntEnum, StrEnum

import msgspec

from sixfold.dicom import tags


class Level(IntEnum):
    """The levels of the query models, top down (PS3.4 C.6.1.1)."""

    PATIENT = 0
    STUDY = 1
    SERIES = 2
    INSTANCE = 3


class Kind(StrEnum):
    """How the values of a column compare."""

    TEXT = "text"
    """As it is written: case counts (PS3.4 C.2.2.2.1)."""
    NAME = "name"
    """A person's name by its normalised form."""
    NUMBER = "number"
    DAY = "day"
    """The date that a study is sorted by."""
    MODALITIES = "modalities"
    SOP_CLASSES = "sop classes"


class Field(msgspec.Struct, frozen=True):
    """Where an attribute stands; `index` finds it (`unique`: by its constraint), `covered`: the newest-first index has it."""

    level: Level
    column: str
    kind: Kind = Kind.TEXT
    index: str = ""
    covered: bool = False


_PATIENT, _STUDY, _SERIES, _INSTANCE = Level

FIELDS: dict[int, Field] = {
    tags.PATIENT_NAME: Field(_PATIENT, "name_key", Kind.NAME, "study_by_name", covered=True),
    tags.PATIENT_ID: Field(_PATIENT, "patient_id", index="study_by_patient_id"),
    tags.ISSUER_OF_PATIENT_ID: Field(_PATIENT, "issuer"),
    tags.PATIENT_BIRTH_DATE: Field(_PATIENT, "birth_date", index="study_by_birth_date"),
    tags.PATIENT_SEX: Field(_PATIENT, "sex"),
    tags.STUDY_INSTANCE_UID: Field(_STUDY, "study_uid", index="unique"),
    tags.STUDY_DATE: Field(_STUDY, "sort_key", Kind.DAY, covered=True),
    tags.STUDY_TIME: Field(_STUDY, "study_time"),
    tags.ACCESSION_NUMBER: Field(_STUDY, "accession", index="study_by_accession"),
    tags.STUDY_ID: Field(_STUDY, "study_id", index="study_by_study_id"),
    tags.STUDY_DESCRIPTION: Field(_STUDY, "description", covered=True),
    tags.INSTITUTION_NAME: Field(_STUDY, "institution", index="study_by_institution"),
    tags.REFERRING_PHYSICIAN_NAME: Field(_STUDY, "referring_key", Kind.NAME, "study_by_referring"),
    tags.MODALITIES_IN_STUDY: Field(_STUDY, "modality", Kind.MODALITIES),
    tags.SOP_CLASSES_IN_STUDY: Field(_STUDY, "sop_class", Kind.SOP_CLASSES),
    tags.SERIES_INSTANCE_UID: Field(_SERIES, "series_uid"),
    tags.MODALITY: Field(_SERIES, "modality"),
    tags.SERIES_NUMBER: Field(_SERIES, "number", Kind.NUMBER),
    tags.SERIES_DESCRIPTION: Field(_SERIES, "description"),
    tags.BODY_PART_EXAMINED: Field(_SERIES, "body_part"),
    tags.SOP_INSTANCE_UID: Field(_INSTANCE, "sop_uid"),
    tags.SOP_CLASS_UID: Field(_INSTANCE, "sop_class"),
    tags.INSTANCE_NUMBER: Field(_INSTANCE, "number", Kind.NUMBER),
    tags.ROWS: Field(_INSTANCE, "rows", Kind.NUMBER),
    tags.COLUMNS: Field(_INSTANCE, "columns", Kind.NUMBER),
    tags.BITS_ALLOCATED: Field(_INSTANCE, "bits", Kind.NUMBER),
    tags.NUMBER_OF_FRAMES: Field(_INSTANCE, "frames", Kind.NUMBER),
}

NAME_GROUPS = (
    FIELDS[tags.PATIENT_NAME],
    Field(_PATIENT, "name_ideographic", Kind.NAME, "study_by_ideographic"),
    Field(_PATIENT, "name_phonetic", Kind.NAME, "study_by_phonetic"),
)
"""The columns of a patient's name by component group: alphabetic, ideographic, phonetic (PS3.5 6.2.1.2)."""
