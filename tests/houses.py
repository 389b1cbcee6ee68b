"""An archive in a temporary home, as a process has it, and ways to put objects in."""

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from tests.samples import data_set

from sixfold.archive.model import Outcome, Provenance
from sixfold.archive.service.archive import Archive, make_archive
from sixfold.archive.service.intake import Intake
from sixfold.archive.service.sight import placing
from sixfold.archive.store.index import new_segment
from sixfold.archive.store.landing import Landing
from sixfold.archive.store.vault import Vault
from sixfold.governance import Governance
from sixfold.kernel.clock import to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.objects import FolderObjects, Objects


@dataclass(frozen=True)
class TestHouse:
    """An archive and its parts."""

    __test__ = False

    home: Path
    database: Database
    objects: Objects
    archive: Archive
    governance: Governance

    def store(self, data: Dataset, *, syntax: str = ExplicitVRLittleEndian) -> Outcome:
        """Take one object in, as an edge does."""
        return self.store_bytes(data_set(data, syntax), data.SOPClassUID, data.SOPInstanceUID, syntax=syntax)

    def store_bytes(self, data: bytes, sop_class: str, sop_uid: str, *, syntax: str = ExplicitVRLittleEndian) -> Outcome:
        """Take one data set in."""
        came = Provenance("dimse", "ae:TEST", "TEST@127.0.0.1", to_text(utc_now()))
        reception = self.archive.intake.receive(syntax, sop_class, sop_uid, came)
        for start in range(0, len(data), 700):
            reception.write(memoryview(data)[start : start + 700])
        return reception.finish()

    def get(self, outcome: Outcome) -> bytes:
        """The data set of a stored instance."""
        (instance,) = self.archive.reader.locate(outcome.study_uid, outcome.series_uid, outcome.sop_uid)
        return b"".join(self.archive.reader.data_set(instance))


def nowhere(*_: object) -> int:
    """Sorts no study."""
    return 0


def open_house(home: Path, database: Database, objects: Objects | None = None) -> TestHouse:
    """An archive over a database whose tables exist."""
    store = objects or FolderObjects(home / "objects")
    landing = Landing(home / "landing", lambda name: new_segment(database, name), sync=True, segment_bytes=1 << 28)
    vault = Vault(database, home / "landing", store)
    governance = Governance(database)
    archive = make_archive(database, Intake(database, landing, placing(governance)), vault, governance)
    return TestHouse(home, database, store, archive, governance)
