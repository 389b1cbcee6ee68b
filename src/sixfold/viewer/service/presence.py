"""How much of a study is here already, and how much of it is still with others: what a reader is told who waits."""

from collections import Counter
from collections.abc import Mapping

from sixfold.archive.service.archive import Archive
from sixfold.kernel.errors import NotFound
from sixfold.viewer.model.federation import OWN
from sixfold.viewer.model.retrieval import RemoteStudy, SeriesPresence
from sixfold.viewer.rules import retrieval as rules
from sixfold.viewer.service.copies import Copies


class Presence:
    """One a process; may read both indexes."""

    def __init__(self, archive: Archive, copies: Copies) -> None:
        self._archive = archive
        self._copies = copies

    def of(self, remote: RemoteStudy) -> tuple[SeriesPresence, ...]:
        """Each series of a study that somebody may read: how many instances are here, of how many, and who has it."""
        ours = _counted(self._archive, remote.study_uid)
        every = rules.series_in(ours, remote.holdings)
        copied = _counted(self._copies.archive, remote.study_uid) if remote.holdings else {}
        whole = {uid for (uid, _), one in self._copies.series_of(remote.study_uid).items() if not one.why}
        found = []
        for uid in every:
            expected = rules.most(uid, ours, remote.holdings)
            here = max(ours.get(uid, 0), copied.get(uid, 0))
            # An archive that does not say how many there are is believed once it delivered without complaint.
            waits = here < expected if expected else not (here and uid in whole)
            sources = [OWN] * (uid in ours) + [one.source for one in remote.holdings if uid in one.series]
            found.append(SeriesPresence(uid, here, expected, tuple(sources), waits))
        return tuple(found)

    def is_filling(self, study_uid: str) -> bool:
        """Whether series of the study are being brought now, in whatever process."""
        return self._copies.is_filling(study_uid)


def _counted(archive: Archive, study_uid: str) -> Mapping[str, int]:
    try:
        return Counter(instance.series_uid for instance in archive.reader.locate(study_uid))
    except NotFound:
        return {}
