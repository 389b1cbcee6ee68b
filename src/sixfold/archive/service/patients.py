"""The archive's patients for parts above it: what their studies tell of them, and how many of these somebody may see."""

from collections.abc import Sequence

from sixfold.archive.store import patients as store
from sixfold.archive.store.patients import PatientTold
from sixfold.archive.store.search.sight import Sight
from sixfold.kernel.database import Database

__all__ = ["PatientTold", "Patients"]


class Patients:
    """Reads only; rejected studies are told of too, since the patient is there all the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def told_by(self, study_uids: Sequence[str]) -> list[PatientTold]:
        """What these studies tell of their patients, those that there are."""
        with self._database.read() as connection:
            return store.told_by(connection, study_uids)

    def told_after(self, ref: int, limit: int) -> list[PatientTold]:
        """What the next studies tell, in the order in which they came; 0 begins."""
        with self._database.read() as connection:
            return store.told_after(connection, ref, limit)

    def count_seen(self, patient_keys: Sequence[str], sight: Sight) -> dict[str, int]:
        """How many visible studies of each patient are in sight; who has none is left out."""
        with self._database.read() as connection:
            return store.count_seen(connection, patient_keys, sight)
