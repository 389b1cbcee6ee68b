"""The door: one object a process, asked by every route, association and subscription."""

from pathlib import Path
from typing import NoReturn

from argon2 import PasswordHasher

from sixfold.governance import rules
from sixfold.governance.model import (
    ACCESS_ALLOWED,
    ACCESS_DENIED,
    PART,
    Action,
    Calling,
    Destination,
    Forbidden,
    Principal,
    Resource,
    UnknownCaller,
    Via,
)
from sixfold.governance.model.policy import Circumstances, Profile, Purpose, Relation, Verdict
from sixfold.governance.model.standing import Hidden, Judged, StudyStanding
from sixfold.governance.service.accounts import Accounts, Passwords
from sixfold.governance.service.audit import AuditTrail
from sixfold.governance.service.boards import Boards
from sixfold.governance.service.credentials import Credentials
from sixfold.governance.service.doors import Doors
from sixfold.governance.service.feed import Feed
from sixfold.governance.service.mappings import Mappings
from sixfold.governance.service.network import Network
from sixfold.governance.service.oidc import OpenId
from sixfold.governance.service.places import Places
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.service.scorecards import Scorecards
from sixfold.governance.service.second_factor import SecondFactors
from sixfold.governance.service.sorting import Sorting
from sixfold.governance.service.standing import Standing
from sixfold.governance.store.keys import Seal
from sixfold.kernel.clock import Clock, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.events import Event

_NOWHERE = Via()
_HIDDEN = "there is no such study here, or it is closed to you"
_ALWAYS = Verdict(allowed=True)


class Governance:
    """Decides, and leaves a trace of each decision; close it at the end of the process, so that the trail is written."""

    def __init__(
        self, database: Database, clock: Clock = utc_now, hasher: PasswordHasher | None = None, home: Path | None = None
    ) -> None:
        self.database = database
        self.trail = AuditTrail(database, clock)
        self.policies = PolicyBook(database, clock)
        self.standing = Standing(database, clock)
        self.doors = Doors(database, clock, self.standing)
        self.scorecards = Scorecards(database, clock, self.standing)
        self.credentials = Credentials(database, clock)
        seal = Seal(home)
        self.second_factors = SecondFactors(database, clock, seal)
        self.openid = OpenId(database, clock, self.credentials, seal)
        self.mappings = Mappings(database)
        self.accounts = Accounts(database, clock, self.credentials, Passwords(hasher), self.second_factors)
        self.places = Places(database, clock)
        self.sorting = Sorting(database, clock)
        self.network = Network(database, clock, self.trail)
        self.feed = Feed(database)
        self.boards = Boards(database, clock, self.policies)

    def allow(self, principal: Principal | None, action: Action, resource: Resource, via: Via = _NOWHERE) -> None:
        """Return when the principal may; raises `UnknownCaller` for nobody, `Forbidden`, `Hidden`, `AuditUnavailable`.

        Costs microseconds and no SQL where `ready`. Both outcomes go to the audit, aggregated within a tenth of a second.
        """
        if principal is None:
            self.trail.note(ACCESS_DENIED, None, action, resource, via)
            raise UnknownCaller("sign in, or send a token, to do this")
        judged = self.judge(principal, action, resource.study_uid, via.purpose)
        kind = ACCESS_ALLOWED if judged.verdict.allowed else ACCESS_DENIED
        self.trail.note(kind, principal, action, resource, via, judged)
        if not judged.verdict.allowed:
            if judged.circumstances.traits is not None:
                raise Hidden(_HIDDEN)
            raise Forbidden(f"{principal.name} has no role that allows to {action.value}")

    def judge(self, principal: Principal, action: Action, study_uid: str = "", purpose: str = "") -> Judged:
        """Decide without a trace: first for the house as a whole, then for the study, where there is one of that UID."""
        policies = self.policies.active
        circumstances = Circumstances(purpose=purpose or Purpose.TREATMENT.value)
        if action in rules.FOR_EVERYBODY:
            return Judged(principal, circumstances, _ALWAYS, policies.version)
        verdict = policies.decide(principal, action, circumstances)
        if verdict.allowed and study_uid and (standing := self.standing.study(study_uid)) is not None:
            return self.judge_study(principal, action, study_uid, standing, purpose)
        return Judged(principal, circumstances, verdict, policies.version)

    def judge_study(
        self, principal: Principal, action: Action, study_uid: str, standing: StudyStanding, purpose: str = ""
    ) -> Judged:
        """Decide on a study of which the caller knows where it stands."""
        policies = self.policies.active
        relations = self.standing.ties(principal.actor).to(study_uid, standing.patient_key)
        if not purpose:
            purpose = (Purpose.EMERGENCY if Relation.EMERGENCY in relations else Purpose.TREATMENT).value
        circumstances = Circumstances(self.standing.traits(standing.traits), relations, purpose)
        verdict = policies.decide(principal, action, circumstances)
        return Judged(principal, circumstances, verdict, policies.version, standing.patient_key)

    def traits_open_to(self, principal: Principal, action: Action, purpose: str = "") -> frozenset[int] | None:
        """Numbers of the traits whose studies are open to a principal without a relation to them; None for all there are."""
        policies, every = self.policies.active, self.standing.all_traits()
        profile = Profile.of(principal, named=policies.names_people)
        circumstances = [Circumstances(traits, purpose=purpose or Purpose.TREATMENT.value) for traits in every.values()]
        verdicts = policies.decide_all([(profile, action.value, one) for one in circumstances])
        seen = frozenset(number for number, verdict in zip(every, verdicts, strict=True) if verdict.allowed)
        return None if len(seen) == len(every) else seen

    def sees(self, principal: Principal, event: Event) -> bool:
        """Whether an event is for the principal's eyes: the audit for those who audit, a study's for those who find it."""
        if event.part == PART:
            return self.may(principal, Action.AUDIT)
        study_uid = event.payload.get("study_uid") or event.subject
        return self.judge(principal, Action.SUBSCRIBE, str(study_uid)).verdict.allowed

    def ready(self, principal: Principal, study_uid: str) -> bool:
        """Whether `allow` answers without SQL and without waiting."""
        return self.policies.fresh and not self.trail.full and self.standing.knows(principal.actor, study_uid)

    def may(self, principal: Principal, action: Action) -> bool:
        """Whether the principal may do the action in the house as a whole; leaves no trace."""
        return rules.permits(self.policies.active, principal, action)

    def hide(self, principal: Principal, action: Action, resource: Resource, via: Via = _NOWHERE) -> NoReturn:
        """Leave a trace of a principal to whom a study is closed that governance itself does not know; raises `Hidden`."""
        self.trail.note(ACCESS_DENIED, principal, action, resource, via)
        raise Hidden(_HIDDEN)

    def refuse(self, action: Action, resource: Resource, via: Via = _NOWHERE) -> None:
        """Leave a trace of a caller that proved nothing, and was turned away."""
        self.trail.note(ACCESS_DENIED, None, action, resource, via)

    def admit(self, calling: Calling, our_ae: str) -> Principal:
        """The principal that a calling AE acts as; raises `NotAdmitted`."""
        return self.network.admit(calling, our_ae)

    def destination(self, ae_title: str) -> Destination:
        """Where a remote AE listens; raises `NoSuchEntry`."""
        return self.network.destination(ae_title)

    def principal_of(self, secret: str) -> Principal:
        """The principal of a token's or a session's secret; raises `UnknownCaller`."""
        return self.credentials.principal_of(secret)

    def start(self) -> None:
        """Prepare a new database: the rules and policies of the first start."""
        self.network.seed()
        self.places.seed()
        self.sorting.seed()
        self.policies.seed()
        self.boards.bodies.seed()

    def close(self) -> None:
        """Write the rest of the audit trail."""
        self.trail.close()
