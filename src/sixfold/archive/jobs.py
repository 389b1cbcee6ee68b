"""The archive's duties: seal what is quiet, recover and free the landing."""

from sixfold.archive.service.archive import Archive, make_recovery, make_seal
from sixfold.kernel.duties import Duty


def duties(archive: Archive, stable_after: float) -> list[Duty]:
    """What a worker does for the archive; a series is sealed `stable_after` seconds after its last instance."""
    seal = make_seal(archive)
    recovery = make_recovery(archive)
    every = max(0.2, min(5.0, stable_after / 4))
    return [
        Duty("archive.seal", lambda: seal.run(stable_after), every=every, lease=600.0),
        Duty("archive.landing", recovery.run, every=every),
    ]
