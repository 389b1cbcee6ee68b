"""Composition: from settings to services, in one place. Nothing is built at import."""

from dataclasses import dataclass

from sixfold.archive.service.archive import Archive, make_archive
from sixfold.archive.service.intake import Intake
from sixfold.archive.service.sight import placing
from sixfold.archive.store.index import new_segment
from sixfold.archive.store.landing import Landing
from sixfold.archive.store.vault import Vault
from sixfold.governance.service import Governance
from sixfold.kernel.database import Database
from sixfold.kernel.objects import open_objects
from sixfold.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """The services of one process."""

    settings: Settings
    database: Database
    governance: Governance
    archive: Archive

    def close(self) -> None:
        """Let go of segments, flush the audit trail, close the database: in this order."""
        self.archive.close()
        self.governance.close()
        self.database.close()


def build(settings: Settings) -> House:
    """Build a process's services; the schema must be in place (`schema.migrate`)."""
    database = Database(settings.database)
    landing_folder = settings.home / "landing"
    landing = Landing(
        landing_folder,
        lambda name: new_segment(database, name),
        sync=settings.durability == "fsync",
        segment_bytes=settings.segment_bytes,
    )
    vault = Vault(database, landing_folder, open_objects(settings.objects))
    governance = Governance(database)
    archive = make_archive(database, Intake(database, landing, placing(governance)), vault, governance)
    return House(settings, database, governance, archive)
