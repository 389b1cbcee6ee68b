"""Other archives of an enterprise, as the viewer sees them: houses of their own that answer at once."""

from pathlib import Path

from tests.houses import TestHouse, open_house

from sixfold.archive.model import Provenance
from sixfold.archive.service.intake import Intake
from sixfold.kernel.database import Database, metadata
from sixfold.kernel.errors import NotFound
from sixfold.viewer.model.retrieval import Delivered, Holding, RemoteStudy


class Others:
    """Archives of the enterprise that answer at once; one that is `dead` says so, and what is `held_back` does not come."""

    def __init__(self, houses: dict[str, TestHouse]) -> None:
        self.houses = houses
        self.dead: set[str] = set()
        self.fetched: list[tuple[str, str]] = []
        self.held_back: dict[str, int] = {}

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

    def fetch(self, source: str, study_uid: str, series_uid: str, into: Intake, came: Provenance) -> Delivered:
        """Copy from the house, but for what is held back."""
        self.fetched.append((source, series_uid))
        if source in self.dead:
            return Delivered(why="it does not answer")
        reader = self.houses[source].archive.reader
        instances = reader.locate(study_uid, series_uid)
        given = instances[: len(instances) - self.held_back.get(source, 0)]
        for instance in given:
            reception = into.receive(instance.transfer_syntax, instance.sop_class, instance.sop_uid, came)
            for piece in reader.data_set(instance):
                reception.write(piece)
            reception.finish()
        size = sum(instance.place.length for instance in given)
        why = "" if len(given) == len(instances) else "it ended early"
        return Delivered(frozenset(instance.sop_uid for instance in given), size, why)


def house_of(folder: Path) -> TestHouse:
    database = Database(f"sqlite:///{folder / 'index.sqlite'}")
    with database.write() as transaction:
        metadata.create_all(transaction.connection)
    made = open_house(folder, database)
    made.governance.start()
    return made
