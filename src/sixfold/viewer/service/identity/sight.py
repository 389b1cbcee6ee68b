"""Who may see which records: a record is seen by whoever may see one of its studies, wherever that study is."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from sixfold.archive.service.patients import Patients
from sixfold.archive.service.sight import Sights
from sixfold.governance import Governance
from sixfold.kernel.database import Database
from sixfold.viewer.model.federation import OWN
from sixfold.viewer.model.identity import Record
from sixfold.viewer.rules.federation.rows import copy_of
from sixfold.viewer.service.federation.judging import Asker, Judge
from sixfold.viewer.store.identity import records as store

MOST = 200
"""Studies of other archives that are judged of one record; more are not counted."""
Facilities = Callable[[], Mapping[str, str]]
"""The facility of each remote archive's studies."""


class RecordSight:
    """Counts, of each record, the studies that somebody may see, by archive."""

    def __init__(
        self, database: Database, patients: Patients, sights: Sights, governance: Governance, facilities: Facilities
    ) -> None:
        self._database = database
        self._patients = patients
        self._sights = sights
        self._governance = governance
        self._facilities = facilities

    def studies(self, asker: Asker, records: Sequence[Record]) -> dict[int, dict[str, int]]:
        """By number of record how many studies of it may be seen in each archive; who may see none of a record misses it."""
        sight = self._sights.of(asker.principal, purpose=asker.purpose)
        own = self._patients.count_seen([record.patient_key for record in records], sight)
        found = {record.key: {OWN: own[record.patient_key]} for record in records if record.patient_key in own}
        for number, counted in self._elsewhere(asker, [record.key for record in records]).items():
            found[number] = found.get(number, {}) | counted
        return found

    def _elsewhere(self, asker: Asker, numbers: Sequence[int]) -> dict[int, dict[str, int]]:
        with self._database.read() as connection:
            seen = store.sightings(connection, numbers, MOST)
            uids = {uid for some in seen.values() for _, uid, _ in some}
            copies = store.copies(connection, uids)
        if not uids:
            return {}
        facilities = self._facilities()
        judge = Judge(self._governance, asker, facilities)
        opened = {
            uid: {copy.source for copy in judge.opened(uid, [copy_of(source, row) for source, row in some])}
            for uid, some in copies.items()
        }
        found: dict[int, dict[str, int]] = {}
        for number, some in seen.items():
            for source, uid, _ in some:
                if source in opened[uid] and source in facilities:
                    counted = found.setdefault(number, {})
                    counted[source] = counted.get(source, 0) + 1
        return found


class Shown(msgspec.Struct, frozen=True):
    """A record as people read it: `studies` are those that whoever asks may see, by archive."""

    patient_key: str
    patient_id: str
    issuer: str
    name: str
    birth_date: str
    sex: str
    address: str
    phones: tuple[str, ...]
    other_ids: tuple[tuple[str, str], ...]
    other_names: tuple[str, ...]
    contradictory: bool
    """Whether studies of this one ID tell of different people."""
    studies: Mapping[str, int]


def shown(record: Record, studies: Mapping[str, int]) -> Shown:
    """A record with the studies of it that may be seen."""
    told = record.told
    return Shown(
        record.patient_key,
        record.patient_id,
        record.issuer,
        told.name,
        told.birth_date,
        told.sex,
        told.address,
        told.phones,
        tuple((one.value, one.issuer) for one in told.other_ids),
        told.other_names,
        bool(record.variants),
        studies,
    )
