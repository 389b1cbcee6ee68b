"""Index rows of what was received: the one place that writes them, for many objects in one transaction."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sixfold.archive import rules
from sixfold.archive.model import (
    INSTANCE_QUARANTINED,
    INSTANCES_STORED,
    Described,
    Outcome,
    PatientRecord,
    Place,
    Provenance,
    StudyRecord,
    Verdict,
)
from sixfold.archive.rules import Existing
from sixfold.archive.store import tables as t
from sixfold.archive.store import words
from sixfold.archive.store.seams import SERIES_SEAMS, STUDY_SEAMS, sew
from sixfold.archive.store.standing import appear, hide_if_empty
from sixfold.dicom.matching import normalise_name
from sixfold.dicom.scan import Scan
from sixfold.governance.model.sorting import StudyFacts
from sixfold.kernel import events
from sixfold.kernel.clock import to_text, utc_now
from sixfold.kernel.database import Database, Prepared, Transaction

_REMEMBERED = 20_000


class Arrival(msgspec.Struct, frozen=True):
    """An object whose bytes stand in a container and that awaits its row."""

    described: Described
    scan: Scan
    place: Place
    digest: bytes
    transfer_syntax: str
    provenance: Provenance


Placing = Callable[[sa.Connection, StudyFacts, str], int]
"""Says within the transaction which traits a study has, by its facts and its patient's key; their number."""


class _Memory(OrderedDict[Any, Any]):
    """The most recent keys of a level, so that a busy series costs no look-ups."""

    def keep(self, key: Any, value: Any) -> Any:
        self[key] = value
        if len(self) > _REMEMBERED:
            self.popitem(last=False)
        return value


class _Study(msgspec.Struct, frozen=True):
    ref: int
    patient_key: str


class _Touched:
    """What one transaction adds to a series."""

    def __init__(self) -> None:
        self.instances: list[str] = []
        self.last = ""


class Index:
    """Writes index rows; remembers keys of committed levels only."""

    def __init__(self, database: Database, place: Placing) -> None:
        self._place = place
        self._insert = postgresql.insert if database.dialect == "postgresql" else sqlite.insert
        self._insert_row = _insert_new(database, t.instance, ["sop_uid"])
        self._insert_aside = _insert_new(database, t.quarantine, ["sop_uid", "digest"])
        self._count_series = Prepared(_COUNT_SERIES, database.dialect)
        self._count_study = Prepared(_COUNT_STUDY, database.dialect)
        self._patients = _Memory()
        self._studies = _Memory()
        self._series = _Memory()

    def forget(self) -> None:
        """Drop what is remembered: after a roll-back it may speak of rows that never were."""
        for memory in (self._patients, self._studies, self._series):
            memory.clear()

    def add(self, transaction: Transaction, arrivals: list[Arrival]) -> list[Outcome]:
        """Give each arrival its row, or judge it against the one that is there; outcomes are in the arrivals' order.

        Rows are written in order of UID, so that two writers never wait for each other in a ring.
        """
        outcomes: list[Outcome | None] = [None] * len(arrivals)
        touched: dict[tuple[str, str, str, str], _Touched] = defaultdict(_Touched)
        aside: set[str] = set()
        order = sorted(range(len(arrivals)), key=lambda i: _order(arrivals[i].described))
        for i in order:
            arrival = arrivals[i]
            outcomes[i] = outcome = self._add(transaction.connection, arrival)
            came = arrival.provenance
            if outcome.verdict is Verdict.STORED:
                entry = touched[outcome.study_uid, outcome.series_uid, came.actor, came.source]
                entry.instances.append(outcome.sop_uid)
                entry.last = came.received_at
            elif outcome.verdict is Verdict.QUARANTINED:
                _tell_quarantined(transaction, outcome, came)
                aside.add(outcome.study_uid)
        for (study_uid, series_uid, actor, source), entry in touched.items():
            self._count(transaction, study_uid, series_uid, entry)
            _tell_stored(transaction, study_uid, series_uid, Provenance("", actor, source, entry.last), entry.instances)
        for study_uid in sorted(aside):
            hide_if_empty(transaction.connection, self._studies[study_uid].ref)
        return [outcome for outcome in outcomes if outcome is not None]

    def _add(self, connection: sa.Connection, arrival: Arrival) -> Outcome:
        described = arrival.described
        study = self._study(connection, arrival)
        patient_key = described.identity.key(described.study_uid)
        if study.patient_key == patient_key:
            series_ref = self._series_ref(connection, arrival, study.ref)
            if self._insert_instance(connection, arrival, series_ref):
                return _outcome(described, Verdict.STORED)
        existing = _existing(connection, described.instance.sop_uid)
        verdict, reason = rules.judge(described, arrival.digest, existing, study.patient_key)
        if verdict is Verdict.QUARANTINED:
            verdict = self._quarantine(connection, arrival, reason, patient_key)
        hidden = existing is not None and existing.rejected and not reason
        return _outcome(described, verdict, reason, hidden=hidden)

    def _study(self, connection: sa.Connection, arrival: Arrival) -> _Study:
        uid = arrival.described.study_uid
        known: _Study | None = self._studies.get(uid)
        return known or self._studies.keep(uid, _find_study(connection, uid) or self._new_study(connection, arrival))

    def _new_study(self, connection: sa.Connection, arrival: Arrival) -> _Study:
        described = arrival.described
        key = described.identity.key(described.study_uid)
        patient = rules.patient_record(arrival.scan, described.identity)
        patient_ref = self._patients.get(key) or self._patients.keep(key, self._patient_ref(connection, key, patient))
        record = rules.study_record(arrival.scan, described.study_uid)
        row = study_row(record, patient)
        row |= {"patient_ref": patient_ref, "first_received": arrival.provenance.received_at}
        query = self._insert(t.study).values(row).on_conflict_do_nothing(index_elements=["study_uid"])
        ref = connection.execute(query.returning(t.study.c.id)).scalar()
        if ref is None:
            found = _find_study(connection, described.study_uid)
            assert found is not None
            return found
        if row["words"]:
            connection.execute(sa.insert(t.study_word), word_rows(int(ref), row))
        self._sort(connection, int(ref), key, rules.study_facts(arrival.scan, arrival.provenance))
        return _Study(int(ref), key)

    def _sort(self, connection: sa.Connection, ref: int, patient_key: str, facts: StudyFacts) -> None:
        values = {"facts": msgspec.json.encode(facts), "traits_ref": self._place(connection, facts, patient_key)}
        connection.execute(sa.update(t.study).where(t.study.c.id == ref).values(values))

    def _sort_anew(self, connection: sa.Connection, study: _Study, modality: str) -> None:
        """A series of the study told its modality: where it is not among the study's facts, the study may belong elsewhere."""
        kept = connection.execute(sa.select(t.study.c.facts).where(t.study.c.id == study.ref)).scalar_one()
        facts = msgspec.json.decode(bytes(kept), type=StudyFacts)
        if modality and modality not in facts.modalities:
            modalities = tuple(sorted((*facts.modalities, modality)))
            self._sort(connection, study.ref, study.patient_key, msgspec.structs.replace(facts, modalities=modalities))

    def _patient_ref(self, connection: sa.Connection, key: str, patient: Any) -> int:
        row = {
            "patient_key": key,
            "patient_id": patient.identity.patient_id,
            "issuer": patient.identity.issuer,
            "name": patient.name,
            "birth_date": patient.birth_date,
            "sex": patient.sex,
            "attributes": patient.attributes,
        }
        query = self._insert(t.patient).values(row).on_conflict_do_nothing(index_elements=["patient_key"])
        ref = connection.execute(query.returning(t.patient.c.id)).scalar()
        if ref is None:
            ref = connection.execute(sa.select(t.patient.c.id).where(t.patient.c.patient_key == key)).scalar_one()
        return int(ref)

    def _series_ref(self, connection: sa.Connection, arrival: Arrival, study_ref: int) -> int:
        uid = arrival.described.series_uid
        known: int | None = self._series.get((study_ref, uid))
        return known or self._series.keep((study_ref, uid), self._find_series(connection, arrival, study_ref))

    def _find_series(self, connection: sa.Connection, arrival: Arrival, study_ref: int) -> int:
        uid = arrival.described.series_uid
        mine = (t.series.c.study_ref == study_ref) & (t.series.c.series_uid == uid)
        ref = connection.execute(sa.select(t.series.c.id).where(mine)).scalar()
        if ref is not None:
            return int(ref)
        record = rules.series_record(arrival.scan, uid)
        row = {
            "study_ref": study_ref,
            "series_uid": uid,
            "modality": record.modality[: rules.LONGEST],
            "number": record.number,
            "description": record.description,
            "body_part": record.body_part,
            "attributes": sew([record.attributes], SERIES_SEAMS),
        }
        query = self._insert(t.series).values(row).on_conflict_do_nothing(index_elements=["study_ref", "series_uid"])
        ref = connection.execute(query.returning(t.series.c.id)).scalar()
        if ref is None:
            return int(connection.execute(sa.select(t.series.c.id).where(mine)).scalar_one())
        return int(ref)

    def _insert_instance(self, connection: sa.Connection, arrival: Arrival, series_ref: int) -> bool:
        record = arrival.described.instance
        row = _bytes_row(arrival) | {
            "series_ref": series_ref,
            "sop_uid": record.sop_uid,
            "sop_class": record.sop_class,
            "number": record.number,
            "rows": record.rows,
            "columns": record.columns,
            "bits": record.bits,
            "frames": record.frames,
        }
        return self._insert_row(connection, row).rowcount == 1

    def _quarantine(self, connection: sa.Connection, arrival: Arrival, reason: str, patient_key: str) -> Verdict:
        """Keep it aside; one that is aside already with the same bytes is a duplicate."""
        row = _bytes_row(arrival) | {
            "sop_uid": arrival.described.instance.sop_uid,
            "study_uid": arrival.described.study_uid,
            "series_uid": arrival.described.series_uid,
            "patient_key": patient_key,
            "reason": reason,
        }
        new = self._insert_aside(connection, row).rowcount == 1
        return Verdict.QUARANTINED if new else Verdict.DUPLICATE

    def _count(self, transaction: Transaction, study_uid: str, series_uid: str, entry: _Touched) -> None:
        connection = transaction.connection
        study: _Study = self._studies[study_uid]
        series_ref: int = self._series[study.ref, series_uid]
        added = len(entry.instances)
        change = {"ref": series_ref, "added": added, "last": entry.last}
        ((total, modality),) = self._count_series(connection, change).fetchall()
        first = total == added
        change = {"ref": study.ref, "added": added, "series": int(first), "last": entry.last}
        self._count_study(connection, change)
        if first:
            appear(connection, study.ref, modality)
            self._sort_anew(connection, study, modality)


_COUNT_SERIES = (
    sa.update(t.series)
    .where(t.series.c.id == sa.bindparam("ref"))
    .values(
        instances=t.series.c.instances + sa.bindparam("added"),
        landed=t.series.c.landed + sa.bindparam("added"),
        last_received=sa.bindparam("last"),
    )
    .returning(t.series.c.instances, t.series.c.modality)
)
_COUNT_STUDY = (
    sa.update(t.study)
    .where(t.study.c.id == sa.bindparam("ref"))
    .values(
        instances=t.study.c.instances + sa.bindparam("added"),
        series=t.study.c.series + sa.bindparam("series"),
        last_received=sa.bindparam("last"),
    )
)
_NOT_INSERTED = {"id", "pack_ref", "rejected"}


def _insert_new(database: Database, table: sa.Table, unique: list[str]) -> Prepared:
    """An insert that does nothing where the unique columns are taken."""
    columns = [column.name for column in table.c if column.name not in _NOT_INSERTED]
    insert = postgresql.insert if database.dialect == "postgresql" else sqlite.insert
    return Prepared(insert(table).inline().on_conflict_do_nothing(index_elements=unique), database.dialect, columns)


def study_row(record: StudyRecord, patient: PatientRecord) -> dict[str, Any]:
    """A study's row from its own and its patient's record."""
    alphabetic, ideographic, phonetic = [*patient.name.split("="), "", ""][:3]
    row = {
        "study_uid": record.study_uid,
        "sort_key": rules.sort_key(record.study_date, record.study_time),
        "study_date": record.study_date,
        "study_time": record.study_time.replace(":", ""),
        "accession": record.accession,
        "study_id": record.study_id,
        "description": record.description,
        "referring": record.referring,
        "institution": record.institution,
        "patient_id": patient.identity.patient_id,
        "issuer": patient.identity.issuer,
        "patient_name": patient.name,
        "name_key": normalise_name(alphabetic),
        "name_ideographic": normalise_name(ideographic),
        "name_phonetic": normalise_name(phonetic),
        "referring_key": normalise_name(record.referring.split("=")[0]),
        "birth_date": patient.birth_date,
        "sex": patient.sex,
    }
    cut = {name: value[: rules.LONGEST] for name, value in row.items()}
    cut["words"] = "".join(f" {word}" for word in words.study_words(patient.name, row["patient_id"], record.accession))
    return cut | {"attributes": sew([patient.attributes, record.attributes], STUDY_SEAMS)}


def word_rows(ref: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of `study_word` that belong to a study's row."""
    return [{"word": word, "sort_key": row["sort_key"], "study_ref": ref} for word in words.entries(row["words"].split())]


def _order(described: Described) -> tuple[str, str, str]:
    return described.study_uid, described.series_uid, described.instance.sop_uid


def _outcome(described: Described, verdict: Verdict, reason: str = "", *, hidden: bool = False) -> Outcome:
    record = described.instance
    return Outcome(verdict, record.sop_class, record.sop_uid, described.study_uid, described.series_uid, reason, hidden)


def _bytes_row(arrival: Arrival) -> dict[str, Any]:
    place, came = arrival.place, arrival.provenance
    return {
        "transfer_syntax": arrival.transfer_syntax,
        "digest": arrival.digest,
        "container_ref": place.container,
        "offset": place.offset,
        "length": place.length,
        "data_offset": place.data_offset,
        "pixel_offset": place.pixel_offset,
        "received_at": came.received_at,
        "provenance": f"{came.edge}|{came.actor}|{came.source}",
    }


def _find_study(connection: sa.Connection, uid: str) -> _Study | None:
    query = (
        sa.select(t.study.c.id, t.patient.c.patient_key)
        .join(t.patient, t.patient.c.id == t.study.c.patient_ref)
        .where(t.study.c.study_uid == uid)
    )
    row = connection.execute(query).first()
    return _Study(row[0], row[1]) if row else None


def _existing(connection: sa.Connection, sop_uid: str) -> Existing | None:
    query = (
        sa.select(t.study.c.study_uid, t.series.c.series_uid, t.instance.c.digest, t.instance.c.rejected)
        .select_from(t.instance)
        .join(t.series, t.series.c.id == t.instance.c.series_ref)
        .join(t.study, t.study.c.id == t.series.c.study_ref)
        .where(t.instance.c.sop_uid == sop_uid)
    )
    row = connection.execute(query).first()
    return Existing(row[0], row[1], bytes(row[2]), bool(row[3])) if row else None


def _tell_stored(transaction: Transaction, study_uid: str, series_uid: str, came: Provenance, instances: list[str]) -> None:
    payload = {"study_uid": study_uid, "series_uid": series_uid, "instances": instances, "source": came.source}
    events.record(transaction, INSTANCES_STORED, subject=study_uid, actor=came.actor, payload=payload)


def _tell_quarantined(transaction: Transaction, outcome: Outcome, came: Provenance) -> None:
    payload = {"sop_uid": outcome.sop_uid, "reason": outcome.reason, "source": came.source}
    subject = outcome.study_uid
    events.record(transaction, INSTANCE_QUARANTINED, subject=subject, actor=came.actor, payload=payload)


def new_segment(database: Database, name: str) -> int:
    """Register a landing segment; returns the number of its container."""
    with database.write(synced=False) as transaction:
        return add_container(transaction.connection, "segment", name)


def add_container(connection: sa.Connection, kind: str, key: str) -> int:
    """Register a container of bytes."""
    row = {"kind": kind, "key": key, "created_at": to_text(utc_now())}
    return int(connection.execute(sa.insert(t.container).values(row).returning(t.container.c.id)).scalar_one())
