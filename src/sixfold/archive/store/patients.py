"""What studies tell of their patients, and how many of a patient's studies somebody may see."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.archive.store.locate import some_at_once
from sixfold.archive.store.search.sight import Sight, sight_sql
from sixfold.archive.store.standing import NOWHERE

_OF_PATIENT = t.study.join(t.patient, t.patient.c.id == t.study.c.patient_ref)


class PatientTold(msgspec.Struct, frozen=True):
    """A study's patient: `attributes` is the DICOM JSON object of study and patient level; `ref` orders studies."""

    ref: int
    study_uid: str
    patient_key: str
    attributes: bytes


def told_by(connection: sa.Connection, study_uids: Sequence[str]) -> list[PatientTold]:
    """What these studies tell, those that there are."""
    found = []
    for some in some_at_once(study_uids):
        found += _told(connection, _query().where(t.study.c.study_uid.in_(some)))
    return found


def told_after(connection: sa.Connection, ref: int, limit: int) -> list[PatientTold]:
    """What the studies behind a place tell, in the order in which they came."""
    return _told(connection, _query().where(t.study.c.id > ref).order_by(t.study.c.id).limit(limit))


def count_seen(connection: sa.Connection, patient_keys: Sequence[str], sight: Sight) -> dict[str, int]:
    """How many studies of each of these patients are in sight; who has none is left out."""
    condition = sight_sql(sight, "study.traits_ref", "study.id")
    found: dict[str, int] = {}
    for some in some_at_once(patient_keys):
        query = sa.select(t.patient.c.patient_key, sa.func.count()).select_from(_OF_PATIENT)
        query = query.where(t.patient.c.patient_key.in_(some), t.study.c.sort_key != NOWHERE)
        if condition:
            query = query.where(sa.text(condition))
        found |= {row[0]: row[1] for row in connection.execute(query.group_by(t.patient.c.patient_key))}
    return found


def _query() -> sa.Select[Any]:
    columns = (t.study.c.id, t.study.c.study_uid, t.patient.c.patient_key, t.study.c.attributes)
    return sa.select(*columns).select_from(_OF_PATIENT)


def _told(connection: sa.Connection, query: sa.Select[Any]) -> list[PatientTold]:
    return [PatientTold(row[0], row[1], row[2], bytes(row[3])) for row in connection.execute(query)]
