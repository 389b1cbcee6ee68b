"""The archive as its edges see it: its services, side by side."""

from dataclasses import dataclass

from sixfold.archive.service.commitments import Commitments
from sixfold.archive.service.intake import Intake
from sixfold.archive.service.reader import Reader
from sixfold.archive.service.recovery import Recovery
from sixfold.archive.service.sight import Directory, Sights
from sixfold.archive.service.totals import Totals
from sixfold.archive.store.locate import is_empty, study_date, totals
from sixfold.archive.store.vault import Vault
from sixfold.governance import Governance
from sixfold.kernel.database import Database


@dataclass(frozen=True, slots=True)
class Archive:
    """What the archive can do. `intake` takes in, `reader` gives back, `commitments` promises, `sights` shows what is open.

    `database` is for its edges.
    """

    database: Database
    intake: Intake
    reader: Reader
    commitments: Commitments
    sights: Sights
    counted: Totals

    def totals(self) -> dict[str, int]:
        """How many studies, visible instances and bytes the archive holds; a large one, some seconds ago."""
        return self.counted.get()

    def study_date(self, study_uid: str) -> str:
        """The Study Date (YYYYMMDD) of a study, rejected ones too; empty when there is none."""
        return study_date(self.database, study_uid)

    def is_empty(self) -> bool:
        """Whether nothing was ever stored."""
        return is_empty(self.database)

    def close(self) -> None:
        """Let go of what this process holds."""
        self.intake.close()


def make_archive(database: Database, intake: Intake, vault: Vault, governance: Governance) -> Archive:
    """Build the services that every process may need, and give governance its directory of studies."""
    governance.standing.directory = Directory(database, governance)
    return make_archive_aside(database, intake, vault, governance)


def make_archive_aside(database: Database, intake: Intake, vault: Vault, governance: Governance) -> Archive:
    """Build the same services for an archive that governance does not ask what it holds: one of copies."""
    reader = Reader(database, vault)
    sights = Sights(database, governance)
    return Archive(database, intake, reader, Commitments(database, reader), sights, Totals(lambda: totals(database)))


def make_recovery(archive: Archive) -> Recovery:
    """The recovery of the worker."""
    return Recovery(archive.database, archive.intake.landing.folder, archive.intake.place)
