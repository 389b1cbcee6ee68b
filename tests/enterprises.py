"""Other archives of an enterprise, as the viewer sees them: houses of their own that answer at once."""

import threading
from pathlib import Path

from tests.houses import TestHouse, open_house

from sixfold.archive.model import Located
from sixfold.kernel.database import Database, metadata
from sixfold.kernel.errors import NotFound
from sixfold.viewer.model.retrieval import Delivered, Holding, RemoteStudy
from sixfold.viewer.service.fetching import LEFT, Into


class Others:
    """Archives of the enterprise that answer at once; one that is `dead` says so, and what is `held_back` does not come.

    A series of an archive in `gates` goes on by one instance each time that its gate is released; single instances do not wait.
    """

    def __init__(self, houses: dict[str, TestHouse]) -> None:
        self.houses = houses
        self.dead: set[str] = set()
        self.fetched: list[tuple[str, str]] = []
        self.fetched_alone: list[str] = []
        self.held_back: dict[str, int] = {}
        self.gates: dict[str, threading.Semaphore] = {}

    def find(self, study_uid: str, *but: str) -> RemoteStudy:
        """Who holds the study, but for archives that somebody may not see."""
        found = []
        for key, house in self.houses.items():
            try:
                instances = house.archive.reader.locate(study_uid)
            except NotFound:
                continue
            uids = [instance.series_uid for instance in instances]
            if key not in but:
                found.append(Holding(key, {uid: uids.count(uid) for uid in uids}))
        return RemoteStudy(study_uid, "|P1", tuple(found))

    def fetch(self, source: str, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Copy from the house, but for what is held back."""
        self.fetched.append((source, series_uid))
        if source in self.dead:
            return Delivered(why="it does not answer")
        instances = self.houses[source].archive.reader.locate(study_uid, series_uid)
        given = instances[: len(instances) - self.held_back.get(source, 0)]
        size = 0
        for instance in given:
            if source in self.gates:
                assert self.gates[source].acquire(timeout=10)
            if not into.goes_on(instance.place.length):
                return Delivered(bytes=size, why=LEFT, left=True)
            self._give(source, instance, into)
            size += instance.place.length
        why = "" if len(given) == len(instances) else "it ended early"
        return Delivered(frozenset(instance.sop_uid for instance in given), size, why)

    def fetch_one(self, source: str, names: tuple[str, str, str], into: Into) -> Delivered | None:
        """Copy one instance from the house."""
        self.fetched_alone.append(names[2])
        (instance,) = self.houses[source].archive.reader.locate(*names)
        self._give(source, instance, into)
        return Delivered(frozenset({instance.sop_uid}), instance.place.length)

    def _give(self, source: str, instance: Located, into: Into) -> None:
        reception = into.intake.receive(instance.transfer_syntax, instance.sop_class, instance.sop_uid, into.came)
        for piece in self.houses[source].archive.reader.data_set(instance):
            reception.write(piece)
        reception.finish()


def house_of(folder: Path) -> TestHouse:
    database = Database(f"sqlite:///{folder / 'index.sqlite'}")
    with database.write() as transaction:
        metadata.create_all(transaction.connection)
    made = open_house(folder, database)
    made.governance.start()
    return made
