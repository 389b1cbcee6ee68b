"""The columns that people read in a list of studies, and the patient above them."""

from typing import Any

import msgspec
import sqlalchemy as sa

from sixfold.archive.store.search.dialect import Dialect, run
from sixfold.archive.store.search.filters import Filter, Source
from sixfold.archive.store.search.studies import Place, StudySearch, Wanted

_COLUMNS = (
    "s.id, s.sort_key, s.study_uid, (SELECT p.patient_key FROM patient p WHERE p.id = s.patient_ref), s.series, s.instances,"
    " s.modalities, s.patient_id, s.issuer, s.patient_name, s.birth_date, s.sex, s.study_date, s.study_time, s.accession,"
    " s.description, s.referring, s.institution, s.first_received"
)


class StudyLine(msgspec.Struct, frozen=True):
    """One study as a line of a list; dates are DICOM's own, `received_at` is ISO 8601 UTC."""

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
    modalities: list[str]
    series: int
    instances: int
    referring: str
    institution: str
    received_at: str


class PatientLine(msgspec.Struct, frozen=True):
    """A patient as the first of their objects names them, with the studies that were asked for."""

    patient_key: str
    patient_id: str
    issuer: str
    patient_name: str
    birth_date: str
    sex: str
    studies: list[StudyLine] = []


def study_lines(search: StudySearch, wanted: Wanted, size: int) -> list[tuple[Place, StudyLine]]:
    """Up to `size` lines with their places."""
    return [((row[1], row[0]), _line(row)) for row in search.page(wanted, size, _COLUMNS)]


def counted_study_lines(
    search: StudySearch, wanted: Wanted, size: int, bound: int, effort: int
) -> tuple[list[tuple[Place, StudyLine]], tuple[int, bool]]:
    """Up to `size` lines with their places, and how many there are in all, as `StudySearch.count` tells it."""
    rows, count = search.page_and_count(wanted, size, bound, effort, _COLUMNS)
    return [((row[1], row[0]), _line(row)) for row in rows], count


def _line(row: Any) -> StudyLine:
    study_uid, patient_key, series, instances = row[2:6]
    patient_id, issuer, patient_name, birth_date, sex, study_date, study_time, accession = row[7:15]
    return StudyLine(
        study_uid=study_uid,
        patient_key=patient_key,
        patient_id=patient_id,
        issuer=issuer,
        patient_name=patient_name,
        birth_date=birth_date,
        sex=sex,
        study_date=study_date,
        study_time=study_time,
        accession=accession,
        description=row[15],
        modalities=[part for part in row[6].split("\\") if part],
        series=series,
        instances=instances,
        referring=row[16],
        institution=row[17],
        received_at=row[18],
    )


def find_patient(connection: sa.Connection, dialect: Dialect, key: str) -> tuple[int, PatientLine] | None:
    """A patient's row number and line by their key."""
    sql = "SELECT id, patient_key, patient_id, issuer, name, birth_date, sex FROM patient WHERE patient_key = ?"
    rows = run(connection, dialect, sql, [key])
    return (rows[0][0], PatientLine(*rows[0][1:])) if rows else None


def patient_filter(ref: int) -> Filter:
    """The study is of the patient whose row this is."""
    source = Source("study", "study_by_patient", "d.patient_ref = ?", (ref,), ordered=True)
    return Filter("{s}.patient_ref = ?", (ref,), source=source)
