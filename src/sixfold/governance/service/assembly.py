"""The picture of who decides, from the database and back into it."""

import msgspec
from sqlalchemy import Connection

from sixfold.governance import store as accounts_store
from sixfold.governance.model import Principal
from sixfold.governance.model.decisions import BODY_CHANGED, SEAT_ENDED, SEAT_GIVEN, Seat
from sixfold.governance.rules.assembly import Assembly
from sixfold.governance.rules.policy import Policies, default_policies
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.store import decisions as store
from sixfold.governance.store import policies as policy_store
from sixfold.kernel import events
from sixfold.kernel.database import Transaction


def text_in_force(connection: Connection) -> str:
    """The text of the policies in force at this very moment, not five seconds ago."""
    version = policy_store.in_force(connection)
    return policy_store.text_of(connection, version) if version is not None else default_policies()


def assembly_of(connection: Connection, book: PolicyBook) -> Assembly:
    """The house as a transaction sees it."""
    text, believed = text_in_force(connection), book.active
    return Assembly(
        bodies={body.key: body for body in store.list_bodies(connection)},
        seats=tuple(store.list_seats(connection)),
        accounts=accounts_store.list_accounts(connection),
        policies=believed if believed.text == text else Policies(text),
    )


def write_change(
    transaction: Transaction, before: Assembly, after: Assembly, body: str, by: Principal, proposal: str = ""
) -> None:
    """Make the change of a body that turns one picture into the other, and tell of it."""
    connection, now = transaction.connection, after.body(body)
    if body not in before.bodies:
        store.add_body(connection, body, now.constitution)
    else:
        store.change_body(connection, body, now.constitution)
    told = {"revision": now.revision, "constitution": msgspec.to_builtins(now.constitution), "proposal": proposal}
    events.record(transaction, BODY_CHANGED, subject=body, actor=by.actor, payload=told)
    was = {seat.key: seat for seat in before.seats}
    for seat in after.seats:
        if seat.key not in was:
            store.add_seat(connection, seat)
            events.record(transaction, SEAT_GIVEN, subject=seat.key, actor=by.actor, payload=_told(seat))
        elif seat.until is not None and was[seat.key].until is None:
            store.end_seat(connection, seat.key, seat.until)
            events.record(transaction, SEAT_ENDED, subject=seat.key, actor=by.actor, payload=_told(seat))


def _told(seat: Seat) -> dict[str, str]:
    return {"body": seat.body, "account": seat.account, "class": seat.seat_class.value, "role": seat.role}
