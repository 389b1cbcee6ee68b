"""Where studies stand with governance: their traits, and whose they are."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.archive.store.locate import some_at_once
from sixfold.kernel.database import Database, Prepared

_OF_PATIENT = t.study.join(t.patient, t.patient.c.id == t.study.c.patient_ref)
_ATTRIBUTES = (
    t.study.c.study_date,
    t.study.c.study_time,
    t.study.c.accession,
    t.patient.c.patient_id,
    t.patient.c.issuer,
    t.patient.c.patient_key,
    t.study.c.traits_ref,
)
Related = tuple[int, str, str, int]
"""A study's row number, its UID, its patient's key, the number of its traits."""


class Standings:
    """Looks studies up, one at a time, before each request that names one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        query = sa.select(t.study.c.traits_ref, t.patient.c.patient_key).select_from(_OF_PATIENT)
        named = t.study.c.study_uid == sa.bindparam("study")
        self._one = Prepared(query.where(named), database.dialect)
        self._attributes = Prepared(sa.select(*_ATTRIBUTES).select_from(_OF_PATIENT).where(named), database.dialect)

    def of(self, study_uid: str) -> tuple[int, str] | None:
        """The number of a study's traits and its patient's key; None when there is no such study."""
        for row in self._one.rows(self._database, {"study": study_uid}):
            return row[0], row[1]
        return None

    def attributes_of(self, study_uid: str) -> tuple[str, str, str, str, str, str, int] | None:
        """Study date, time, accession number, patient ID, its issuer, the patient's key and the number of the traits."""
        for row in self._attributes.rows(self._database, {"study": study_uid}):
            return row[0], row[1], row[2], row[3], row[4], row[5], row[6]
        return None


def related(connection: sa.Connection, studies: Sequence[str], patients: Sequence[str]) -> Iterable[Related]:
    """The studies among these UIDs, and those of these patients."""
    columns = (t.study.c.id, t.study.c.study_uid, t.patient.c.patient_key, t.study.c.traits_ref)
    query = sa.select(*columns).select_from(_OF_PATIENT)
    for column, keys in ((t.study.c.study_uid, studies), (t.patient.c.patient_key, patients)):
        for some in some_at_once(keys):
            for row in connection.execute(query.where(column.in_(some))):
                yield row[0], row[1], row[2], row[3]


def traits_of_patient(connection: sa.Connection, patient_key: str) -> dict[int, int]:
    """How many studies of a patient have each of the traits, by their number."""
    query = sa.select(t.study.c.traits_ref, sa.func.count()).select_from(_OF_PATIENT)
    rows = connection.execute(query.where(t.patient.c.patient_key == patient_key).group_by(t.study.c.traits_ref))
    return {row[0]: row[1] for row in rows}


def move(connection: sa.Connection, patient_key: str, numbers: Mapping[int, int]) -> None:
    """Give the patient's studies other traits: new numbers by old ones."""
    patient = sa.select(t.patient.c.id).where(t.patient.c.patient_key == patient_key).scalar_subquery()
    for old, new in numbers.items():
        mine = (t.study.c.patient_ref == patient) & (t.study.c.traits_ref == old)
        connection.execute(sa.update(t.study).where(mine).values(traits_ref=new))
