"""The door of the family: who belongs together, over all archives."""

from dataclasses import dataclass

from sixfold.archive.service.archive import Archive
from sixfold.archive.service.patients import Patients
from sixfold.governance import Governance
from sixfold.kernel.clock import Clock, utc_now
from sixfold.viewer.service.federation.sources import Sources
from sixfold.viewer.service.identity.decisions import Decisions
from sixfold.viewer.service.identity.keeping import Keeping, Notebook
from sixfold.viewer.service.identity.matching import Matching
from sixfold.viewer.service.identity.policy import IdentityPolicies
from sixfold.viewer.service.identity.showing import Showing
from sixfold.viewer.service.identity.sight import RecordSight


@dataclass(frozen=True, slots=True)
class Identity:
    """What can be done: `keeping` and `matching` are the worker's, `notebook` is federation's, the others are for people."""

    keeping: Keeping
    notebook: Notebook
    matching: Matching
    decisions: Decisions
    policies: IdentityPolicies
    showing: Showing

    def advance(self) -> int:
        """One step of the worker: first what arrived, then what is to be matched; 0 when nothing is left."""
        return self.keeping.follow() or self.matching.step()

    def close(self) -> None:
        """Keep what is noted."""
        self.notebook.close()


def make_identity(archive: Archive, governance: Governance, sources: Sources, clock: Clock = utc_now) -> Identity:
    """The identity of a process, over its archive and the registry of the others."""
    database = archive.database
    patients = Patients(database)
    keeping = Keeping(database, patients, clock)
    matching = Matching(database, clock)

    def facilities() -> dict[str, str]:
        return {source.key: source.facility for source in sources.every() if source.enabled}

    sight = RecordSight(database, patients, archive.sights, governance, facilities)
    return Identity(
        keeping,
        Notebook(keeping),
        matching,
        Decisions(database, sight, clock, matching.left),
        IdentityPolicies(database, clock),
        Showing(database, sight),
    )
