"""The facts that scorecards are counted from.

Each row is named by what it tells of, and keeps the earliest moment of it: taken twice or in another order, events leave the
same facts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from sixfold.governance.model.scorecards import (
    UNASSIGNED,
    Arrived,
    Asked,
    Broken,
    GlassFacts,
    Misfiled,
    Outcome,
    Reviewed,
    Sealed,
    Sorted,
    StudyFacts,
)
from sixfold.kernel.database import Prepared, metadata

studies = sa.Table(
    "score_study",
    metadata,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("patient_key", sa.Text, nullable=False),
    sa.Column("study_at", sa.Text),  # None where Study Date and Time tell no moment
    sa.Column("has_accession", sa.Boolean, nullable=False),
    sa.Column("identified", sa.Boolean, nullable=False),
    sa.Column("arrived", sa.Text),
    sa.Column("sealed", sa.Text),
    sa.Index("score_study_by_line", "line", "arrived"),
    sa.Index("score_study_by_arrival", "arrived"),
    sa.Index("score_study_by_patient", "patient_key"),
)
requests = sa.Table(
    "score_request",
    metadata,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("outcome", sa.Text, primary_key=True),
    sa.Column("lines", sa.Text, primary_key=True),  # see `Asked.lines`
    sa.Column("at", sa.Text, nullable=False),
    sa.Index("score_request_by_day", "day"),
)
misfiled = sa.Table(
    "score_misfiled",
    metadata,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("sop_uid", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Index("score_misfiled_by_time", "at"),
)
glasses = sa.Table(
    "score_glass",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("patient_key", sa.Text, nullable=False, server_default=""),
    sa.Column("at", sa.Text),  # None while only its review has been heard of
    sa.Column("due", sa.Text, nullable=False, server_default=""),
    sa.Column("reviewed_at", sa.Text),
    sa.Index("score_glass_by_time", "at"),
)
Counts = Iterator[tuple[str, str, int]]


def forget(connection: Connection) -> None:
    """Delete every fact."""
    for table in (studies, requests, misfiled, glasses):
        connection.execute(sa.delete(table))


class Facts:
    """Writes facts, by statements that are compiled once: every access of the house becomes one."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._arrived = self._upsert(studies, "arrived", *_ATTRIBUTES)
        self._sealed = self._upsert(studies, "sealed", *_ATTRIBUTES)
        self._asked = self._upsert(requests, "at")
        self._misfiled = self._upsert(misfiled, "at")
        self._broken = self._upsert(glasses, "at", "patient_key", "due")
        self._reviewed = self._upsert(glasses, "reviewed_at")

    def _upsert(self, table: sa.Table, moment: str, *latest: str) -> Prepared:
        """Keep a row with the earliest moment of one column, and the latest values of others."""
        insert = postgresql.insert(table) if self._dialect == "postgresql" else sqlite.insert(table)
        keys = [column.name for column in table.primary_key]
        kept, came = table.c[moment], insert.excluded[moment]
        earliest = sa.case((sa.or_(kept.is_(None), came < kept), came), else_=kept)
        changes = {moment: earliest, **{name: insert.excluded[name] for name in latest}}
        statement = insert.inline().on_conflict_do_update(index_elements=keys, set_=changes)
        return Prepared(statement, self._dialect, [*keys, moment, *latest])

    def arrived(self, connection: Connection, fact: Arrived, attributes: Mapping[str, Any]) -> None:
        """Instances of a study were stored; its attributes are as they stand now."""
        self._arrived(connection, {"study_uid": fact.study_uid, "arrived": fact.at, **attributes})

    def sealed(self, connection: Connection, fact: Sealed, attributes: Mapping[str, Any]) -> None:
        """A study was sealed; its attributes are as they stand now."""
        self._sealed(connection, {"study_uid": fact.study_uid, "sealed": fact.at, **attributes})

    def sorted(self, connection: Connection, fact: Sorted, attributes: Mapping[str, Any]) -> None:
        """A study belongs elsewhere; its attributes are as they stand now. One that is not known comes with its arrival."""
        connection.execute(sa.update(studies).where(studies.c.study_uid == fact.study_uid).values(attributes))

    def asked(self, connection: Connection, fact: Asked) -> None:
        """Somebody asked for a study."""
        self._asked(connection, msgspec.structs.asdict(fact) | {"outcome": fact.outcome.value})

    def misfiled(self, connection: Connection, fact: Misfiled) -> None:
        """An instance was put aside."""
        self._misfiled(connection, msgspec.structs.asdict(fact))

    def broken(self, connection: Connection, fact: Broken) -> None:
        """A glass was broken."""
        self._broken(connection, msgspec.structs.asdict(fact))

    def reviewed(self, connection: Connection, fact: Reviewed) -> None:
        """A broken glass was reviewed."""
        self._reviewed(connection, {"key": fact.key, "reviewed_at": fact.at})


_ATTRIBUTES = ("line", "patient_key", "study_at", "has_accession", "identified")


def _of(line: str | None, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return column == line if line is not None else sa.true()


def _outside() -> sa.ScalarSelect[str]:
    """When somebody of another line first read the study."""
    bar = sa.literal("|")
    mine = bar.concat(studies.c.line).concat(bar)
    another = sa.and_(requests.c.lines != "", sa.func.replace(requests.c.lines, mine, "") == requests.c.lines)
    read = requests.c.outcome.in_([Outcome.READ.value, Outcome.EMERGENCY.value])
    found = sa.select(sa.func.min(requests.c.at)).where(requests.c.study_uid == studies.c.study_uid, read, another)
    return found.correlate(studies).scalar_subquery()


def studies_in(connection: Connection, start: str, end: str, line: str | None = None) -> Iterator[StudyFacts]:
    """The studies that arrived in a period, of one line or of all."""
    columns = (studies.c.study_uid, studies.c.line, studies.c.study_at, studies.c.arrived, studies.c.sealed)
    flags = (studies.c.has_accession, studies.c.identified)
    query = sa.select(*columns, *flags, _outside()).where(studies.c.arrived >= start, studies.c.arrived < end)
    for row in connection.execute(query.where(_of(line, studies.c.line))):
        yield StudyFacts(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])


def outcomes_in(connection: Connection, start: str, end: str, line: str | None = None) -> Counts:
    """(line, outcome, how many) of the requests in a period: one for each actor, study, day and outcome."""
    one = sa.select(requests.c.study_uid, requests.c.actor, requests.c.day, requests.c.outcome).distinct()
    found = one.where(requests.c.day >= start[:10], requests.c.day < end[:10]).subquery()
    known = sa.and_(studies.c.study_uid == found.c.study_uid, studies.c.arrived.is_not(None))
    query = sa.select(studies.c.line, found.c.outcome, sa.func.count()).select_from(found.join(studies, known))
    for row in connection.execute(query.where(_of(line, studies.c.line)).group_by(studies.c.line, found.c.outcome)):
        yield row[0], row[1], row[2]


def requests_in(connection: Connection, start: str, end: str, line: str, outcomes: list[str]) -> list[tuple[str, str, str]]:
    """(study UID, first moment, outcome) of a line's requests of these outcomes in a period, the newest first."""
    columns = (requests.c.study_uid, requests.c.actor, requests.c.day, requests.c.outcome)
    first = sa.func.min(requests.c.at)
    known = sa.and_(studies.c.study_uid == requests.c.study_uid, studies.c.arrived.is_not(None), studies.c.line == line)
    query = (
        sa.select(requests.c.study_uid, first, requests.c.outcome)
        .select_from(requests.join(studies, known))
        .where(requests.c.day >= start[:10], requests.c.day < end[:10], requests.c.outcome.in_(outcomes))
        .group_by(*columns)
        .order_by(first.desc(), requests.c.study_uid)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


_LINE_OF_MISFILED = sa.func.coalesce(studies.c.line, UNASSIGNED)
_MISFILED = misfiled.outerjoin(studies, sa.and_(studies.c.study_uid == misfiled.c.study_uid, studies.c.arrived.is_not(None)))


def misfiled_in(connection: Connection, start: str, end: str, line: str | None = None) -> Iterator[tuple[str, str, str]]:
    """(line, study UID, moment) of each instance that was put aside in a period because of its patient."""
    query = sa.select(_LINE_OF_MISFILED, misfiled.c.study_uid, misfiled.c.at).select_from(_MISFILED)
    query = query.where(misfiled.c.at >= start, misfiled.c.at < end, _of(line, _LINE_OF_MISFILED))
    for row in connection.execute(query.order_by(misfiled.c.at.desc(), misfiled.c.sop_uid)):
        yield row[0], row[1], row[2]


def glasses_until(connection: Connection, until: str, line: str | None = None) -> Iterator[GlassFacts]:
    """Glasses broken before a moment, once for each line that had a study of the patient by then; the newest first."""
    had = sa.and_(
        studies.c.patient_key == glasses.c.patient_key,
        studies.c.patient_key != "",
        studies.c.arrived <= glasses.c.at,
    )
    named = sa.func.coalesce(studies.c.line, UNASSIGNED)
    columns = (named, glasses.c.key, glasses.c.at, glasses.c.due, glasses.c.reviewed_at)
    query = sa.select(*columns).distinct().select_from(glasses.outerjoin(studies, had)).where(glasses.c.at < until)
    for row in connection.execute(query.where(_of(line, named)).order_by(glasses.c.at.desc(), glasses.c.key)):
        yield GlassFacts(*row)
