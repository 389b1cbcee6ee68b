"""The viewer as its edges see it: its services, side by side."""

from dataclasses import dataclass
from pathlib import Path

from sixfold.archive.service.archive import Archive
from sixfold.governance import Governance
from sixfold.viewer.model.priors import Ahead
from sixfold.viewer.service.assembly import Assembly
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.federation.connectors import Caller
from sixfold.viewer.service.federation.federation import Federation
from sixfold.viewer.service.fetching.sources import Fetchers
from sixfold.viewer.service.identity.identity import Identity, make_identity


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the viewer can do. `federation` asks every archive, `assembly` brings here what is looked at,
    `identity` says whose it is."""

    federation: Federation
    assembly: Assembly
    identity: Identity
    ahead: Ahead = Ahead()
    """How much is brought before anybody asks for it."""

    @property
    def copies(self) -> Copies:
        """What was brought."""
        return self.assembly.copies

    def close(self) -> None:
        """Let go of other archives, and of the copies."""
        self.federation.close()
        self.identity.close()
        self.assembly.close()
        self.copies.close()


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where copies are kept, how many bytes of them, the AE that others move them to, and what comes unasked."""

    folder: Path
    limit: int
    ae_title: str
    ahead: Ahead = Ahead()


def make_viewer(archive: Archive, governance: Governance, federation: Federation, caller: Caller, keeping: Keeping) -> Viewer:
    """The viewer of a process, over its archive and its federation."""
    copies = Copies(keeping.folder, keeping.limit, governance)
    fetchers = Fetchers(federation.sources, caller, copies, keeping.ae_title)
    identity = make_identity(archive, governance, federation.sources)
    federation.heard = identity.notebook.note
    return Viewer(federation, Assembly(archive.database, archive, copies, fetchers), identity, keeping.ahead)
