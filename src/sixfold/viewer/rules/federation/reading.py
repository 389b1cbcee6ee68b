"""What a DICOM JSON row says: text, numbers, names, and whose study it is."""

from typing import Any

from sixfold.archive.model import PatientIdentity
from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.governance.model.sorting import StudyFacts
from sixfold.viewer.model.federation import Json

_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_LONGEST_FACT = 192


def values(row: Json, tag: int) -> list[Any]:
    """The values of an attribute that say something."""
    attribute = row.get(tag_text(tag))
    if attribute is None or "Value" not in attribute:
        return []
    return [value for value in attribute["Value"] if value not in (None, "", {})]


def text(row: Json, tag: int) -> str:
    """The first value as text without padding, a name as `Alphabetic=Ideographic=Phonetic`; empty where there is none."""
    found = values(row, tag)
    if not found:
        return ""
    if isinstance(found[0], dict):
        return "=".join(name_groups(found[0])).rstrip("=")
    return str(found[0]).strip()


def name_groups(name: Any) -> tuple[str, ...]:
    """The three groups of a person's name (PS3.5 6.2.1.2)."""
    if isinstance(name, dict):
        return tuple(str(name.get(group) or "") for group in _GROUPS)
    return (str(name), "", "")


def texts(row: Json, tag: int) -> tuple[str, ...]:
    """Every value as text."""
    return tuple(str(value).strip() for value in values(row, tag))


def number(row: Json, tag: int) -> int | None:
    """The first value as a whole number that is not negative; None where it is none."""
    found = text(row, tag)
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 9 else None


def identity_of(row: Json) -> PatientIdentity:
    """Whose it is: the ID together with its issuer, which was filled in where the archive does not tell."""
    return PatientIdentity(text(row, tags.PATIENT_ID), text(row, tags.ISSUER_OF_PATIENT_ID))


def patient_key(row: Json) -> str:
    """The key of the patient, as the archive makes it."""
    return identity_of(row).key(text(row, tags.STUDY_INSTANCE_UID))


def facts_of(row: Json) -> StudyFacts:
    """What the sorting rules look at, as far as a study's row tells it."""

    def fact(tag: int) -> str:
        return text(row, tag)[:_LONGEST_FACT]

    return StudyFacts(
        modalities=texts(row, tags.MODALITIES_IN_STUDY) or texts(row, tags.MODALITY),
        institution=fact(tags.INSTITUTION_NAME),
        department=fact(tags.INSTITUTIONAL_DEPARTMENT_NAME),
        station_ae=fact(tags.STATION_AE_TITLE),
        description=fact(tags.STUDY_DESCRIPTION),
        body_part=fact(tags.BODY_PART_EXAMINED),
        confidentiality=fact(tags.CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION),
    )
