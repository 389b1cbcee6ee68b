"""Bodies, seats, proposals, votes, and the log of decisions, to which rows are only ever added."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.governance.model.decisions import (
    Body,
    BodyChange,
    Constitution,
    Decision,
    Kind,
    Proposal,
    Review,
    Seat,
    SeatClass,
    State,
    Vote,
)
from sixfold.kernel.database import insert_if_absent, metadata

bodies = sa.Table(
    "body",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("constitution", sa.Text, nullable=False),  # JSON
    sa.Column("revision", sa.Integer, nullable=False),
)
seats = sa.Table(
    "seat",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, sa.ForeignKey("body.key"), nullable=False, index=True),
    sa.Column("seat_class", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),  # no foreign key: the seat stays on record when the account is removed
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("until", sa.Text),
)
proposals = sa.Table(
    "proposal",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, sa.ForeignKey("body.key"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("version", sa.Text, nullable=False),  # of the policies, or empty
    sa.Column("base", sa.Text, nullable=False),
    sa.Column("change", sa.Text, nullable=False),  # JSON, `null` where it is not of a charter
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("review_by", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("opened_at", sa.Text),
    sa.Column("closes_at", sa.Text),
    sa.Column("closed_at", sa.Text),
    sa.Column("why", sa.Text, nullable=False),
)
votes = sa.Table(
    "vote",
    metadata,
    sa.Column("proposal", sa.Text, sa.ForeignKey("proposal.key"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("seat", sa.Text, sa.ForeignKey("seat.key"), primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)
decisions = sa.Table(
    "decision",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("proposal", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("accountable", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("review_by", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),  # JSON: the votes, the standing, the change
)
reviews = sa.Table(
    "decision_review",
    metadata,
    sa.Column("decision", sa.Integer, sa.ForeignKey("decision.number"), primary_key=True),
    sa.Column("at", sa.Text, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("review_by", sa.Text, nullable=False),
)


def lock(connection: Connection) -> None:
    """Let one transaction at a time decide (SQLite has one writer anyway), and let no account change meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE proposal, account IN SHARE ROW EXCLUSIVE MODE")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _body(row: Any) -> Body:
    return Body(row.key, msgspec.json.decode(row.constitution, type=Constitution), row.revision)


def add_body(connection: Connection, key: str, constitution: Constitution) -> bool:
    """Insert a body; False when there is one of that key."""
    return insert_if_absent(connection, bodies, key=key, constitution=_json(constitution), revision=1)


def find_body(connection: Connection, key: str) -> Body | None:
    """One body, or None."""
    row = connection.execute(sa.select(bodies).where(bodies.c.key == key)).first()
    return _body(row) if row else None


def list_bodies(connection: Connection) -> list[Body]:
    """Every body by key."""
    return [_body(row) for row in connection.execute(sa.select(bodies).order_by(bodies.c.key))]


def change_body(connection: Connection, key: str, constitution: Constitution) -> None:
    """Give a body another constitution, and the next revision."""
    values = {"constitution": _json(constitution), "revision": bodies.c.revision + 1}
    connection.execute(sa.update(bodies).where(bodies.c.key == key).values(**values))


def add_seat(connection: Connection, seat: Seat) -> None:
    """Insert a seat."""
    connection.execute(sa.insert(seats).values(**msgspec.to_builtins(seat)))


def end_seat(connection: Connection, key: str, now: str) -> None:
    """End a seat that is held."""
    connection.execute(sa.update(seats).where(seats.c.key == key, seats.c.until.is_(None)).values(until=now))


def list_seats(connection: Connection, body: str | None = None) -> list[Seat]:
    """Every seat that there ever was, of one body if given, the oldest first."""
    query = sa.select(seats).order_by(seats.c.since, seats.c.key)
    if body is not None:
        query = query.where(seats.c.body == body)
    return [Seat(**{**row, "seat_class": SeatClass(row["seat_class"])}) for row in connection.execute(query).mappings()]


def any_seat(connection: Connection) -> bool:
    """Whether any seat was ever given."""
    return connection.execute(sa.select(seats.c.key).limit(1)).first() is not None


def _proposal(row: Any) -> Proposal:
    change = msgspec.json.decode(row["change"], type=BodyChange | None)
    return Proposal(**{**row, "kind": Kind(row["kind"]), "state": State(row["state"]), "change": change})


def put_proposal(connection: Connection, proposal: Proposal) -> None:
    """Insert a proposal, or replace the one of its key."""
    row = {**msgspec.to_builtins(proposal), "change": _json(proposal.change)}
    if not insert_if_absent(connection, proposals, **row):
        connection.execute(sa.update(proposals).where(proposals.c.key == proposal.key).values(**row))


def find_proposal(connection: Connection, key: str) -> Proposal | None:
    """One proposal, or None."""
    row = connection.execute(sa.select(proposals).where(proposals.c.key == key)).mappings().first()
    return _proposal(row) if row else None


def list_proposals(connection: Connection, states: Sequence[str] = (), limit: int = 500) -> list[Proposal]:
    """Proposals, the newest first, of some states if given."""
    query = sa.select(proposals).order_by(proposals.c.key.desc()).limit(limit)
    if states:
        query = query.where(proposals.c.state.in_(states))
    return [_proposal(row) for row in connection.execute(query).mappings()]


def put_vote(connection: Connection, proposal: Proposal, vote: Vote) -> None:
    """Insert a vote, or replace that of the seat in the proposal's round."""
    row = {"choice": vote.choice, "comment": vote.comment, "at": vote.at}
    if not insert_if_absent(connection, votes, proposal=proposal.key, round=proposal.round, seat=vote.seat, **row):
        mine = (votes.c.proposal == proposal.key) & (votes.c.round == proposal.round) & (votes.c.seat == vote.seat)
        connection.execute(sa.update(votes).where(mine).values(**row))


def list_votes(connection: Connection, proposal: Proposal) -> list[Vote]:
    """The votes of the proposal's round, the oldest first."""
    mine = (votes.c.proposal == proposal.key) & (votes.c.round == proposal.round)
    joined = sa.select(votes, seats.c.account, seats.c.seat_class).join(seats, seats.c.key == votes.c.seat)
    rows = connection.execute(joined.where(mine).order_by(votes.c.at, votes.c.seat))
    return [Vote(row.seat, row.account, SeatClass(row.seat_class), row.choice, row.comment, row.at) for row in rows]


def next_number(connection: Connection) -> int:
    """The number of the next decision; under `lock`."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(decisions.c.number), 0) + 1)).scalar_one())


def add_decision(connection: Connection, decision: Decision) -> None:
    """Add an entry to the log."""
    row = {**msgspec.to_builtins(decision), "record": _json(decision.record)}
    connection.execute(sa.insert(decisions).values(**row))


def _decision(row: Any) -> Decision:
    return Decision(**{**row, "kind": Kind(row["kind"]), "record": msgspec.json.decode(row["record"])})


def find_decision(connection: Connection, number: int) -> Decision | None:
    """One entry of the log, or None."""
    row = connection.execute(sa.select(decisions).where(decisions.c.number == number)).mappings().first()
    return _decision(row) if row else None


def list_decisions(connection: Connection, before: int | None = None, limit: int = 200) -> list[Decision]:
    """The log, the newest first, below a number if given."""
    query = sa.select(decisions).order_by(decisions.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(decisions.c.number < before)
    return [_decision(row) for row in connection.execute(query).mappings()]


def decisions_in_effect(connection: Connection) -> list[Decision]:
    """Every decision that passed or was founding, the newest first."""
    query = sa.select(decisions).where(decisions.c.outcome.in_(["passed", "founding"]))
    return [_decision(row) for row in connection.execute(query.order_by(decisions.c.number.desc())).mappings()]


def add_review(connection: Connection, review: Review) -> bool:
    """Add a review; False when there is one of that very moment."""
    return insert_if_absent(connection, reviews, **msgspec.to_builtins(review))


def list_reviews(connection: Connection) -> list[Review]:
    """Every review, the oldest first."""
    query = sa.select(reviews).order_by(reviews.c.at)
    return [Review(**row) for row in connection.execute(query).mappings()]
