"""The archive's duties: seal what is quiet, recover and free the landing, tell commitment results that were not told yet."""

from sixfold.archive.service.archive import Archive, make_recovery
from sixfold.archive.service.commitments import Tell
from sixfold.archive.service.seal import make_seal
from sixfold.archive.service.sorting import Sorting
from sixfold.governance import Governance
from sixfold.kernel.duties import Duty


def duties(archive: Archive, governance: Governance, stable_after: float, tell: Tell) -> list[Duty]:
    """What a worker does for the archive; a series is sealed `stable_after` seconds after its last instance.

    Studies are sorted as `governance` has it; `tell` calls an AE with a commitment result.
    """
    seal = make_seal(archive)
    recovery = make_recovery(archive)
    sorting = Sorting(archive.database, governance)
    every = max(0.2, min(5.0, stable_after / 4))
    return [
        Duty("archive.seal", lambda: seal.run(stable_after), every=every, lease=600.0),
        Duty("archive.landing", recovery.run, every=every),
        Duty("archive.commitments", lambda: archive.commitments.tell_next(tell), every=5.0, lease=600.0),
        Duty("archive.sorting", sorting.run, every=5.0),
        Duty("archive.closed", sorting.close, every=60.0),
    ]
