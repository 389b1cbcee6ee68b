"""Who may see what remote archives tell: their studies are judged by the policies as our own are.

The sorting rules and the archive's facility make the traits of a copy. What is closed or sensitive by the word of one copy is
open in no archive to somebody for whom that copy would not be, or the record of one would tell what the other keeps; and what
our own archive hides is hidden wherever else it is. Relations count for the patient that a copy itself names.
"""

from collections.abc import Iterable, Mapping

import msgspec

from sixfold.governance import Governance, Principal
from sixfold.governance.model import Action
from sixfold.governance.model.policy import Circumstances, Purpose, Relation, Traits
from sixfold.viewer.model.federation import OWN, Copy
from sixfold.viewer.rules.federation import reading

_NORMAL = Traits().sensitivity


class Asker(msgspec.Struct, frozen=True):
    """Who asks, and for what purpose; empty stands for treatment."""

    principal: Principal
    purpose: str = ""


class Judge:
    """Judges the copies of studies for one search, by what is in force at its beginning; may read the database."""

    def __init__(
        self, governance: Governance, asker: Asker, facilities: Mapping[str, str], action: Action = Action.SEARCH
    ) -> None:
        self._governance = governance
        self._asker = asker
        self._facilities = facilities
        self._action = action
        self._policies = governance.policies.active
        self._ties = governance.standing.ties(asker.principal.actor)
        self._closed = frozenset(one.patient_key for one in governance.doors.restrictions())
        self._known: dict[tuple[str, bytes], Traits] = {}

    def opened(self, study_uid: str, copies: Iterable[Copy]) -> list[Copy]:
        """Those copies of a study that the asker may see; our own are those that the sight showed already."""
        every = list(copies)
        if all(copy.source == OWN for copy in every):
            return every
        if not self._shown_here(study_uid):
            return []
        judged = [(copy, self._traits(copy)) for copy in every if copy.source != OWN]
        closing = [(copy, traits) for copy, traits in judged if traits.restricted or traits.sensitivity != _NORMAL]
        seen = {id(copy) for copy, traits in judged if self._open(study_uid, copy, traits, closing)}
        return [copy for copy in every if copy.source == OWN or id(copy) in seen]

    def _open(self, study_uid: str, copy: Copy, traits: Traits, closing: Iterable[tuple[Copy, Traits]]) -> bool:
        """Whether a copy is open, and would be if it were as closed as any other, in its own facility."""
        others = [
            (one, msgspec.structs.replace(closed, facility=traits.facility)) for one, closed in closing if one is not copy
        ]
        return all(self._may(study_uid, one, under) for one, under in [(copy, traits), *others])

    def _shown_here(self, study_uid: str) -> bool:
        """Whether our own archive, where it knows the study, does not hide it."""
        standing = self._governance.standing.study(study_uid)
        if standing is None:
            return True
        asker = self._asker
        judged = self._governance.judge_study(asker.principal, self._action, study_uid, standing, asker.purpose)
        return judged.verdict.allowed

    def _traits(self, copy: Copy) -> Traits:
        """The traits of a copy, found once however many answers tell of its study."""
        known = self._known.get((copy.source, copy.token))
        if known is None:
            known = self._known[copy.source, copy.token] = self._sorted(copy)
        return known

    def _sorted(self, copy: Copy) -> Traits:
        sorted_as = self._governance.sorting.traits_of(reading.facts_of(copy.row))
        return msgspec.structs.replace(
            sorted_as,
            facility=self._facilities.get(copy.source) or sorted_as.facility,
            restricted=reading.patient_key(copy.row) in self._closed,
        )

    def _may(self, study_uid: str, copy: Copy, traits: Traits) -> bool:
        relations = self._ties.to(study_uid, reading.patient_key(copy.row))
        purpose = self._asker.purpose or (Purpose.EMERGENCY if Relation.EMERGENCY in relations else Purpose.TREATMENT).value
        return self._policies.decide(self._asker.principal, self._action, Circumstances(traits, relations, purpose)).allowed
