"""Facilities, service lines and groups: made, renamed, deleted when nobody names them; who belongs where is checked here."""

from sqlalchemy import Connection

from sixfold.governance.model import BadEntry, NoSuchEntry, Principal
from sixfold.governance.model.places import PLACE_PUT, PLACE_REMOVED, Belonging, Place, PlaceInUse, PlaceKind
from sixfold.governance.rules import places as rules
from sixfold.governance.store import places as store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database


class Places:
    """The registries of the house."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def seed(self) -> None:
        """Make the service lines of a new house; one that somebody removed does not come back."""
        with self._database.write() as transaction:
            for line in rules.SERVICE_LINES:
                store.add_place(transaction.connection, PlaceKind.SERVICE_LINE, line)

    def all_of(self, kind: PlaceKind) -> list[Place]:
        """Every facility, service line or group by its code."""
        with self._database.read() as connection:
            return store.list_places(connection, kind)

    def put(self, kind: PlaceKind, code: str, name: str, *, by: Principal) -> Place:
        """Make or rename one; raises `BadEntry`."""
        place = rules.check_place(code, name)
        with self._database.write() as transaction:
            store.put_place(transaction.connection, kind, place)
            told = {"name": place.name}
            events.record(transaction, PLACE_PUT, subject=f"{kind}:{place.code}", actor=by.actor, payload=told)
        return place

    def remove(self, kind: PlaceKind, code: str, *, by: Principal) -> None:
        """Delete one; raises `NoSuchEntry`, and `PlaceInUse` with the names of those who would be left without."""
        with self._database.write() as transaction:
            if not store.remove_place(transaction.connection, kind, code, to_text(self._clock())):
                raise NoSuchEntry(f"there is no {kind} {code}")
            if users := store.users_of(transaction.connection, kind, code):
                raise PlaceInUse(f"{kind} {code} is still named by: {', '.join(users)}")
            events.record(transaction, PLACE_REMOVED, subject=f"{kind}:{code}", actor=by.actor, payload={})


def check_belonging(connection: Connection, belonging: Belonging) -> Belonging:
    """The belonging in normal form, when everything it names exists; raises `BadEntry`."""
    return Belonging(
        _existing(connection, PlaceKind.GROUP, belonging.groups),
        _existing(connection, PlaceKind.SERVICE_LINE, belonging.service_lines),
        _existing(connection, PlaceKind.FACILITY, belonging.facilities),
    )


def _existing(connection: Connection, kind: PlaceKind, codes: frozenset[str]) -> frozenset[str]:
    checked = rules.check_codes(codes)
    if checked and (missing := sorted(checked - store.existing(connection, kind, checked))):
        raise BadEntry(f"there is no {kind} {', '.join(missing)}")
    return checked
