"""Records: put, changed, found by their blocks; how common names are; where a record's studies were seen."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from sixfold.kernel.ids import new_key
from sixfold.viewer.model.federation import Json
from sixfold.viewer.model.identity import Demographics, Record
from sixfold.viewer.rules.identity.weights import Commonness
from sixfold.viewer.store.identity import tables as t

AT_ONCE = 400
"""Bound values of one statement."""
_VARIANTS = tuple[Demographics, ...]
_COLUMNS = (
    t.records.c.id,
    t.records.c.patient_key,
    t.records.c.patient_id,
    t.records.c.issuer,
    t.records.c.told,
    t.records.c.variants,
)


class Kept(msgspec.Struct, frozen=True):
    """A record as it is kept: with its person, and how often it changed."""

    record: Record
    person: str
    revision: int


def find(connection: Connection, patient_key: str) -> Kept | None:
    """The record of a patient's key."""
    found = _kept(connection, t.records.c.patient_key == patient_key)
    return found[0] if found else None


def by_number(connection: Connection, numbers: Collection[int]) -> dict[int, Kept]:
    """Records by their numbers; those that there are."""
    found: dict[int, Kept] = {}
    for some in batches(sorted(numbers)):
        found |= {one.record.key: one for one in _kept(connection, t.records.c.id.in_(some))}
    return found


def of_persons(connection: Connection, persons: Collection[str]) -> list[Kept]:
    """The records of these persons, the oldest first."""
    return _kept(connection, t.records.c.person.in_(sorted(persons)))


def due(connection: Connection, version: int, limit: int) -> list[Kept]:
    """Records that were not matched under this version of the policy, nor since they changed."""
    query = sa.select(*_COLUMNS, t.records.c.person, t.records.c.revision).where(t.records.c.matched < version)
    return [_read(row) for row in connection.execute(query.order_by(t.records.c.matched, t.records.c.id).limit(limit))]


def count_due(connection: Connection, version: int) -> int:
    """How many are still to be matched."""
    return int(connection.execute(sa.select(sa.func.count()).where(t.records.c.matched < version)).scalar_one())


def is_empty(connection: Connection) -> bool:
    """Whether no record is known."""
    return connection.execute(sa.select(t.records.c.id).limit(1)).first() is None


def mark_matched(connection: Connection, kept: Iterable[Kept], version: int) -> None:
    """Note that records were matched, unless they changed since they were read."""
    for one in kept:
        unchanged = (t.records.c.id == one.record.key) & (t.records.c.revision == one.revision)
        connection.execute(sa.update(t.records).where(unchanged).values(matched=version))


def insert(connection: Connection, record: Record, words: tuple[str, str], at: str) -> int:
    """Put a new record, which nobody else puts at this moment; returns its number."""
    own = new_key()
    values = _values(record, words, at) | {"own": own, "person": own, "matched": t.DUE, "revision": 1}
    values |= {"patient_key": record.patient_key, "patient_id": record.patient_id, "issuer": record.issuer}
    number: int = connection.execute(sa.insert(t.records).values(**values).returning(t.records.c.id)).scalar_one()
    count_names(connection, words, 1)
    return number


def update(connection: Connection, record: Record, words: tuple[str, str], at: str) -> None:
    """PairChange what a record tells; it is due again."""
    mine = t.records.c.id == record.key
    before = connection.execute(sa.select(t.records.c.family, t.records.c.given).where(mine)).one()
    values = _values(record, words, at) | {"matched": t.DUE, "revision": t.records.c.revision + 1}
    connection.execute(sa.update(t.records).where(mine).values(**values))
    if tuple(before) != words:
        count_names(connection, (before[0], before[1]), -1)
        count_names(connection, words, 1)


def set_person(connection: Connection, numbers: Collection[int], person: str) -> None:
    """Say whose records these are."""
    for some in batches(sorted(numbers)):
        connection.execute(sa.update(t.records).where(t.records.c.id.in_(some)).values(person=person))


def own_key(connection: Connection, number: int) -> str:
    """The key of the person that a record is alone."""
    return str(connection.execute(sa.select(t.records.c.own).where(t.records.c.id == number)).scalar_one())


def set_blocks(connection: Connection, number: int, keys: Sequence[str]) -> None:
    """Replace the blocks of a record."""
    before = set(connection.execute(sa.select(t.blocks.c.block).where(t.blocks.c.record_ref == number)).scalars())
    for some in batches(sorted(before - set(keys))):
        connection.execute(sa.delete(t.blocks).where(t.blocks.c.record_ref == number, t.blocks.c.block.in_(some)))
    added = [{"block": key, "record_ref": number} for key in sorted(set(keys) - before)]
    if added:
        connection.execute(sa.insert(t.blocks), added)


def sizes(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """How many records share each of these blocks."""
    found: dict[str, int] = {}
    for some in batches(keys):
        query = sa.select(t.blocks.c.block, sa.func.count()).where(t.blocks.c.block.in_(some)).group_by(t.blocks.c.block)
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def sharing(connection: Connection, keys: Sequence[str]) -> dict[str, list[int]]:
    """The records in each of these blocks."""
    found: dict[str, list[int]] = {}
    for some in batches(keys):
        for row in connection.execute(sa.select(t.blocks.c.block, t.blocks.c.record_ref).where(t.blocks.c.block.in_(some))):
            found.setdefault(row[0], []).append(row[1])
    return found


def commonness(connection: Connection, families: Collection[str], givens: Collection[str]) -> Commonness:
    """How common these names are among all records."""
    counted: dict[str, dict[str, int]] = {"family": {}, "given": {}, "all": {}}
    for kind, words in (("family", families), ("given", givens), ("all", {""})):
        for some in batches(sorted(words)):
            query = sa.select(t.names.c.word, t.names.c.records).where(t.names.c.kind == kind, t.names.c.word.in_(some))
            counted[kind] |= {row.word: row.records for row in connection.execute(query)}
    return Commonness(counted["all"].get("", 0), counted["family"], counted["given"])


def count_names(connection: Connection, words: tuple[str, str], by: int) -> None:
    """Count the names of a record in or out."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for kind, word in zip(("all", "family", "given"), ("", *words), strict=True):
        statement = dialect.insert(t.names).values(kind=kind, word=word, records=by)
        added = {"records": t.names.c.records + by}
        connection.execute(statement.on_conflict_do_update(index_elements=["kind", "word"], set_=added))


def put_sighting(connection: Connection, source: str, study_uid: str, number: int, row: Json) -> None:
    """Note that an archive told of a study of a record."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"record_ref": number, "row": orjson.dumps(row)}
    statement = dialect.insert(t.sightings).values(source=source, study_uid=study_uid, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["source", "study_uid"], set_=values))


def sightings(connection: Connection, numbers: Collection[int], most: int) -> dict[int, list[tuple[str, str, Json]]]:
    """Of each record the archives' keys and studies that were seen, `most` at most, with what policies judge them by."""
    found: dict[int, list[tuple[str, str, Json]]] = {}
    for number in numbers:
        query = sa.select(t.sightings.c.source, t.sightings.c.study_uid, t.sightings.c.row)
        query = query.where(t.sightings.c.record_ref == number).order_by(t.sightings.c.study_uid, t.sightings.c.source)
        found[number] = [(row[0], row[1], orjson.loads(row[2])) for row in connection.execute(query.limit(most))]
    return found


def copies(connection: Connection, study_uids: Collection[str]) -> dict[str, list[tuple[str, Json]]]:
    """Every archive's telling of these studies."""
    found: dict[str, list[tuple[str, Json]]] = {}
    for some in batches(sorted(study_uids)):
        query = sa.select(t.sightings.c.study_uid, t.sightings.c.source, t.sightings.c.row)
        for row in connection.execute(query.where(t.sightings.c.study_uid.in_(some))):
            found.setdefault(row[0], []).append((row[1], orjson.loads(row[2])))
    return found


def batches(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Some at a time, as many as a statement takes."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _kept(connection: Connection, condition: sa.ColumnElement[bool]) -> list[Kept]:
    query = sa.select(*_COLUMNS, t.records.c.person, t.records.c.revision).where(condition).order_by(t.records.c.id)
    return [_read(row) for row in connection.execute(query)]


def _read(row: Any) -> Kept:
    told = msgspec.json.decode(row.told, type=Demographics)
    variants: _VARIANTS = msgspec.json.decode(row.variants, type=_VARIANTS)
    record = Record(row.id, row.patient_key, row.patient_id, row.issuer, told, variants)
    return Kept(record, row.person, row.revision)


def _values(record: Record, words: tuple[str, str], at: str) -> dict[str, Any]:
    return {
        "told": msgspec.json.encode(record.told),
        "variants": msgspec.json.encode(record.variants),
        "family": words[0],
        "given": words[1],
        "changed_at": at,
    }
