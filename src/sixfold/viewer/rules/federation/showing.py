"""How what archives tell is shown: lines for people, objects for DICOMweb, and sentences for what is missing."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.viewer.model.federation import Conflict, Failure, Joined, Json, Location
from sixfold.viewer.rules.body import regions_of
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.federation.join import nearest

FACADE: Final = "/dicomweb/federated"
"""Where the DICOMweb facade over all archives is served."""
_SHOWN_CONFLICTS = 3


class Line(msgspec.Struct, frozen=True, tag_field="kind", tag="study"):
    """One study over all archives; dates are DICOM's own. `lead` is the archive whose copy the rest is told by.

    `regions` are the parts of the body that its description names.
    """

    study_uid: str
    patient_key: str
    patient_id: str
    issuer: str
    patient_name: str
    birth_date: str
    sex: str
    study_date: str
    study_time: str
    accession: str
    description: str
    modalities: tuple[str, ...]
    series: int | None
    instances: int | None
    referring: str
    institution: str
    lead: str
    locations: tuple[Location, ...]
    conflicts: tuple[Conflict, ...]
    regions: tuple[str, ...] = ()


def line_of(one: Joined) -> Line:
    """A study as people read it."""
    row, identity = one.row, reading.identity_of(one.row)
    return Line(
        study_uid=one.uid,
        patient_key=identity.key(one.uid),
        patient_id=identity.patient_id,
        issuer=identity.issuer,
        patient_name=reading.text(row, tags.PATIENT_NAME),
        birth_date=reading.text(row, tags.PATIENT_BIRTH_DATE),
        sex=reading.text(row, tags.PATIENT_SEX),
        study_date=reading.text(row, tags.STUDY_DATE),
        study_time=reading.text(row, tags.STUDY_TIME),
        accession=reading.text(row, tags.ACCESSION_NUMBER),
        description=reading.text(row, tags.STUDY_DESCRIPTION),
        modalities=reading.texts(row, tags.MODALITIES_IN_STUDY),
        series=one.locations[0].series,
        instances=one.locations[0].instances,
        referring=reading.text(row, tags.REFERRING_PHYSICIAN_NAME),
        institution=reading.text(row, tags.INSTITUTION_NAME),
        lead=one.lead,
        locations=one.locations,
        conflicts=one.conflicts,
        regions=regions_of((), reading.text(row, tags.STUDY_DESCRIPTION)),
    )


def object_of(level: str, one: Joined, base: str) -> Json:
    """A row as the facade gives it (PS3.18 tables 10.6.3-3 to 10.6.3-5): to be retrieved from us, whichever archive has it.

    `base` is the URL at which we are reached.
    """
    aes = list(dict.fromkeys(ae for place in one.locations for ae in place.retrieve_aes))
    own: Json = {
        tag_text(tags.SPECIFIC_CHARACTER_SET): {"vr": "CS", "Value": ["ISO_IR 192"]},
        tag_text(tags.RETRIEVE_URL): {"vr": "UR", "Value": [f"{base}{FACADE}{_path(level, one)}"]},
        tag_text(tags.RETRIEVE_AE_TITLE): {"vr": "AE", "Value": aes} if aes else {"vr": "AE"},
    }
    if availability := nearest(one.locations):
        own[tag_text(tags.INSTANCE_AVAILABILITY)] = {"vr": "CS", "Value": [availability]}
    return one.row | own


def _path(level: str, one: Joined) -> str:
    study = f"/studies/{reading.text(one.row, tags.STUDY_INSTANCE_UID)}"
    if level == "STUDY":
        return study
    series = f"{study}/series/{reading.text(one.row, tags.SERIES_INSTANCE_UID)}"
    return series if level == "SERIES" else f"{series}/instances/{one.uid}"


def missing(asked: int, failed: Sequence[tuple[str, Failure]]) -> str:
    """Which archives are not in the answer, as `2 of 3 archives answered; missing: North (timed out)`; empty when all are."""
    if not failed:
        return ""
    named = ", ".join(f"{plain(title)} ({failure.value})" for title, failure in sorted(failed))
    return f"{asked - len(failed)} of {asked} archives answered; missing: {named}"


def incomplete(titles: Iterable[str]) -> str:
    """Which archives have more than was taken of them; empty when none has."""
    named = ", ".join(sorted(map(plain, titles)))
    return f"there is more than was asked for in: {named}; narrow the search" if named else ""


def contradicted(rows: Iterable[Joined]) -> str:
    """Of which studies archives tell different patients; empty where they agree."""
    uids = [one.uid for one in rows if one.conflicts]
    shown = ", ".join(uids[:_SHOWN_CONFLICTS]) + (", ..." if len(uids) > _SHOWN_CONFLICTS else "")
    return f"archives contradict each other about the patient of {len(uids)} studies: {shown}" if uids else ""


def plain(text: str) -> str:
    """Text as a header's quoted string takes it (RFC 9110 5.6.4): ASCII, without quotes and backslashes."""
    return "".join(char if " " <= char <= "~" and char not in '"\\' else "?" for char in text)
