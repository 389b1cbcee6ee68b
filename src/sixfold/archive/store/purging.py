"""SQL of purging: every row that speaks of a study. Only a copy that others keep may be purged."""

import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.kernel.database import Transaction


def purge(transaction: Transaction, study_uid: str) -> set[int]:
    """Delete a study's rows, those put aside too; returns the containers that they spoke of."""
    connection = transaction.connection
    found = connection.execute(sa.select(t.study.c.id, t.study.c.patient_ref).where(t.study.c.study_uid == study_uid)).first()
    aside = sa.delete(t.quarantine).where(t.quarantine.c.study_uid == study_uid).returning(t.quarantine.c.container_ref)
    containers = set(connection.scalars(aside))
    if found is None:
        return containers
    of_study = sa.select(t.series.c.id).where(t.series.c.study_ref == found.id)
    instances = sa.delete(t.instance).where(t.instance.c.series_ref.in_(of_study)).returning(t.instance.c.container_ref)
    containers |= set(connection.scalars(instances))
    for table in (t.series, t.study_word, t.study_modality):
        connection.execute(sa.delete(table).where(table.c.study_ref == found.id))
    connection.execute(sa.delete(t.study).where(t.study.c.id == found.id))
    others = sa.select(t.study.c.id).where(t.study.c.patient_ref == found.patient_ref)
    connection.execute(sa.delete(t.patient).where(t.patient.c.id == found.patient_ref, ~sa.exists(others)))
    return containers
