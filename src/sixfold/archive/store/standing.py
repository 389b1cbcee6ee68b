"""Where a study stands in the order of answers, in each table that searches read.

A study of which nothing is visible has no place: its sort key is empty, and every search begins above that. So an index alone
tells what there is, and counts are exact without a look into the rows.
"""

from collections.abc import Collection

import sqlalchemy as sa

from sixfold.archive import rules
from sixfold.archive.store import tables as t
from sixfold.archive.store import words

NOWHERE = ""
"""The sort key of a study of which nothing is visible."""


def appear(connection: sa.Connection, ref: int, modality: str) -> None:
    """A series of a study, of this modality or of none that is known, got its first visible instance."""
    present = _modalities(connection, ref)
    stand(connection, ref, present | {modality} if modality else present)


def _modalities(connection: sa.Connection, ref: int) -> set[str]:
    joined = connection.execute(sa.select(t.study.c.modalities).where(t.study.c.id == ref)).scalar_one()
    return {part for part in joined.split("\\") if part}


def hide_if_empty(connection: sa.Connection, ref: int) -> None:
    """Take a study out of the order when it has no visible instance: its first one was put aside."""
    if connection.execute(sa.select(t.study.c.instances).where(t.study.c.id == ref)).scalar_one() == 0:
        stand(connection, ref, set(), visible=False)


def stand(connection: sa.Connection, ref: int, modalities: Collection[str], *, visible: bool = True) -> None:
    """Bring a study's modalities and its place up to date; changes nothing that is right already."""
    study = t.study.c
    columns = (study.study_date, study.study_time, study.sort_key, study.modalities, study.words)
    row = connection.execute(sa.select(*columns).where(study.id == ref)).one()
    key = rules.sort_key(row.study_date, row.study_time) if visible else NOWHERE
    joined = "\\" + "\\".join(sorted(modalities)) + "\\" if modalities else ""
    if (key, joined) == (row.sort_key, row.modalities):
        return
    connection.execute(sa.update(t.study).where(study.id == ref).values(sort_key=key, modalities=joined))
    was = {(one, row.sort_key) for one in row.modalities.split("\\") if one}
    _set_modalities(connection, ref, was, {(one, key) for one in modalities})
    if key != row.sort_key:
        _move_words(connection, words.entries(row.words.split()), ref, row.sort_key, key)


def _set_modalities(connection: sa.Connection, ref: int, was: set[tuple[str, str]], will: set[tuple[str, str]]) -> None:
    """Change a study's pairs of modality and sort key."""
    entry = t.study_modality.c
    for modality, key in sorted(was - will):
        mine = (entry.modality == modality) & (entry.sort_key == key) & (entry.study_ref == ref)
        connection.execute(sa.delete(t.study_modality).where(mine))
    added = [{"modality": modality, "sort_key": key, "study_ref": ref} for modality, key in sorted(will - was)]
    if added:
        connection.execute(sa.insert(t.study_modality), added)


def _move_words(connection: sa.Connection, moved: Collection[str], ref: int, old: str, new: str) -> None:
    entry = t.study_word.c
    for word in moved:
        mine = (entry.word == word) & (entry.sort_key == old) & (entry.study_ref == ref)
        connection.execute(sa.update(t.study_word).where(mine).values(sort_key=new))
