"""Where every study of the enterprise stands: governance's directory, widened by what other archives hold."""

from sixfold.governance import Governance
from sixfold.governance.model.standing import Directory, StudyAttributes, StudyStanding
from sixfold.kernel.database import Database
from sixfold.viewer.service.assembly import Remotes


class EnterpriseDirectory:
    """Our archive's word comes first; a study that only others hold stands where their answers were sorted to."""

    def __init__(self, database: Database, governance: Governance, ours: Directory, remotes: Remotes) -> None:
        self._database = database
        self._governance = governance
        self._ours = ours
        self._remotes = remotes

    def study(self, study_uid: str) -> StudyStanding | None:
        """The standing of a study; None when it is not ours and nobody was found to hold it."""
        found = self._ours.study(study_uid)
        if found is not None:
            return found
        remote = self._remotes.remembered(study_uid)
        if remote is None:
            return None
        with self._database.write() as transaction:  # traits that no study had yet get a number
            number = self._governance.standing.place(transaction.connection, remote.traits, remote.patient_key)
        return StudyStanding(number, remote.patient_key)

    def attributes(self, study_uid: str) -> StudyAttributes | None:
        """What scorecards ask of a study; they count ours."""
        return self._ours.attributes(study_uid)

    def close(self, transaction: object, patient_key: str, *, restricted: bool) -> int:
        """Close or open every study of ours of a patient; those of others are closed whenever they are asked about."""
        return self._ours.close(transaction, patient_key, restricted=restricted)
