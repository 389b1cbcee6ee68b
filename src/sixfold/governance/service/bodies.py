"""Bodies and their seats: the one of a new house, and what an administrator gives before a body can decide for itself."""

import msgspec

from sixfold.governance.model import SYSTEM, Principal
from sixfold.governance.model.decisions import STEERING, Body, BodyChange, Constitution, NewSeat, NotDecidable, Seat
from sixfold.governance.rules.assembly import Assembly
from sixfold.governance.rules.decisions import FOUNDING
from sixfold.governance.service.assembly import assembly_of, write_change
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.store import decisions as store
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_key


class BodyView(msgspec.Struct, frozen=True):
    """A body, the seats that are held in it, and why it cannot decide, empty when it can."""

    body: Body
    seats: list[Seat]
    chair: str
    unable: str


class Bodies:
    """Who decides."""

    def __init__(self, database: Database, clock: Clock, policies: PolicyBook) -> None:
        self._database = database
        self._clock = clock
        self._policies = policies

    def seed(self) -> None:
        """Make the body that every house has, where there is none."""
        with self._database.write() as transaction:
            before = assembly_of(transaction.connection, self._policies)
            if STEERING not in before.bodies:
                after = before.changed(BodyChange(STEERING, FOUNDING), to_text(self._clock()), new_key)
                write_change(transaction, before, after, STEERING, SYSTEM)

    def list_bodies(self) -> list[BodyView]:
        """Every body."""
        with self._database.read() as connection:
            assembly = assembly_of(connection, self._policies)
        return [self._view(assembly, key) for key in sorted(assembly.bodies)]

    @staticmethod
    def _view(assembly: Assembly, key: str) -> BodyView:
        return BodyView(assembly.body(key), assembly.held(key), assembly.chair(key), assembly.why_unable(key))

    def constitute(self, key: str, constitution: Constitution, *, by: Principal) -> BodyView:
        """Make or change a body before the house can decide for itself; raises `NotDecidable`, `BadEntry`."""
        return self._change(BodyChange(key, constitution), by)

    def give_seats(self, key: str, seats: list[NewSeat], *, by: Principal) -> BodyView:
        """Give seats before the house can decide for itself; those whose person can no longer sign in end.

        Raises `NotDecidable` when it can, `BadEntry` for somebody unknown, or with a seat, or who may not govern.
        """
        return self._change(BodyChange(key, given=tuple(seats)), by)

    def _change(self, change: BodyChange, by: Principal) -> BodyView:
        with self._database.write() as transaction:
            store.lock(transaction.connection)
            before = assembly_of(transaction.connection, self._policies)
            if STEERING in before.bodies and not before.why_unable(STEERING):
                raise NotDecidable("the steering body can decide: propose this to it")
            if change.given:
                present = {seat.key for seat in before.in_office(change.body)}
                vacant = tuple(seat.key for seat in before.held(change.body) if seat.key not in present)
                change = msgspec.structs.replace(change, ended=vacant)
            after = before.changed(change, to_text(self._clock()), new_key)
            write_change(transaction, before, after, change.body, by)
        return self._view(after, change.body)
