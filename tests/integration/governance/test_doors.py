"""Relations, closed records and emergency access on both databases."""

from contextlib import suppress

import pytest

from sixfold.governance import Action, Governance, Principal, Resource
from sixfold.governance.model import SYSTEM, BadEntry, Forbidden, NoSuchEntry
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.standing import Hidden, RelationRecord, StudyAttributes, StudyStanding
from sixfold.governance.service.doors import ClosedAlready
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database

ADA = Principal("person", "ada", "Ada", frozenset({"physician"}), facilities=frozenset({"north"}))
EVE = Principal("person", "eve", "Eve", frozenset({"privacy-officer"}))
WHY = "unconscious in the emergency room"
STUDY = Resource("study", study_uid="1.2.3")


class OneStudy:
    """A directory of one study."""

    def __init__(self, governance: Governance, database: Database, traits: Traits) -> None:
        with database.write() as transaction:
            self.number = governance.standing.number_of(transaction.connection, traits)
        self.closed: list[tuple[str, bool]] = []

    def study(self, study_uid: str) -> StudyStanding | None:
        """The study, as long as its UID is the right one."""
        return StudyStanding(self.number, "H|1") if study_uid == "1.2.3" else None

    def attributes(self, study_uid: str) -> StudyAttributes | None:
        """Nobody asks for them here."""
        return None

    def close(self, transaction: object, patient_key: str, *, restricted: bool) -> int:
        """Remember what was asked."""
        self.closed.append((patient_key, restricted))
        return 1


def opens(governance: Governance, principal: Principal = ADA) -> bool:
    try:
        governance.allow(principal, Action.READ, STUDY)
    except Hidden:
        return False
    return True


@pytest.fixture
def south(governance: Governance, database: Database) -> OneStudy:
    directory = OneStudy(governance, database, Traits("south", "radiology"))
    governance.standing.directory = directory
    return directory


def test_a_study_of_another_facility_is_hidden_until_a_relation_opens_it(
    governance: Governance, south: OneStudy, clock: HandClock
) -> None:
    assert not opens(governance)
    until = "2026-01-15T13:00:00Z"
    governance.doors.relate([RelationRecord("person:ada", "reading", study_uid="1.2.3", until=until)], by=SYSTEM)
    assert opens(governance)
    clock.advance(3601)
    assert not opens(governance)
    governance.doors.relate([RelationRecord("person:ada", "care-team", patient_key="H|1")], by=SYSTEM)
    assert opens(governance)
    governance.doors.unrelate(RelationRecord("person:ada", "care-team", patient_key="H|1"), by=SYSTEM)
    assert not opens(governance)
    with pytest.raises(NoSuchEntry):
        governance.doors.unrelate(RelationRecord("person:ada", "care-team", patient_key="H|1"), by=SYSTEM)


@pytest.mark.parametrize(
    "record",
    [
        RelationRecord("person:ada", "emergency", "H|1"),
        RelationRecord("ada", "reading", "H|1"),
        RelationRecord("person:ada", "reading"),
        RelationRecord("person:ada", "reading", "H|1", "1.2.3"),
        RelationRecord("person:ada", "reading", "H|1", until="tomorrow"),
    ],
)
def test_a_relation_that_says_nothing_is_refused_and_nothing_of_the_request_is_kept(
    governance: Governance, record: RelationRecord
) -> None:
    with pytest.raises(BadEntry):
        governance.doors.relate([RelationRecord("person:ada", "reading", "H|9"), record], by=SYSTEM)
    assert governance.doors.relations_of("person:ada") == []


def test_emergency_access_opens_for_its_time_and_is_told(
    governance: Governance, database: Database, south: OneStudy, clock: HandClock
) -> None:
    access = governance.doors.break_glass("H|1", WHY, by=ADA)
    assert opens(governance)
    governance.trail.flush()
    clock.advance(4 * 3600 + 1)
    assert not opens(governance)
    told = [event for event in events.read(database, 0, 1000) if event.kind == "access.allowed"]
    assert told[-1].payload["purpose"] == "BTG"
    assert told[-1].payload["relations"] == ["emergency"]
    assert told[-1].payload["policies"] == ["emergency-access"]
    broken = [event for event in events.read(database, 0, 1000) if event.kind == "glass.broken"]
    assert [(event.actor, event.subject, event.payload["key"]) for event in broken] == [("person:ada", "H|1", access.key)]


def test_emergency_access_can_be_given_back_by_its_holder_alone(governance: Governance, south: OneStudy) -> None:
    access = governance.doors.break_glass("H|1", WHY, by=ADA)
    with pytest.raises(NoSuchEntry):
        governance.doors.give_back(access.key, by=EVE)
    governance.doors.give_back(access.key, by=ADA)
    assert not opens(governance)
    with pytest.raises(NoSuchEntry):
        governance.doors.give_back(access.key, by=ADA)


@pytest.mark.parametrize("reason", ["", "because", "aaaaaaaaaaaaaaaaaa", "x" * 1001])
def test_emergency_access_needs_a_reason_that_says_something(governance: Governance, reason: str) -> None:
    with pytest.raises(BadEntry):
        governance.doors.break_glass("H|1", reason, by=ADA)
    assert governance.doors.emergencies() == []


def test_a_program_breaks_no_glass(governance: Governance) -> None:
    with pytest.raises(BadEntry):
        governance.doors.break_glass("H|1", WHY, by=Principal("token", "t", "t", frozenset({"service"})))


def test_a_broken_glass_is_reviewed_once_and_by_somebody_else(governance: Governance, clock: HandClock) -> None:
    access = governance.doors.break_glass("H|1", WHY, by=ADA)
    assert [one.key for one in governance.doors.emergencies(unreviewed=True)] == [access.key]
    with pytest.raises(BadEntry):
        governance.doors.review(access.key, justified=True, comment="I say so myself", by=ADA)
    clock.advance(60)
    done = governance.doors.review(access.key, justified=False, comment="the patient was not here", by=EVE)
    assert (done.justified, done.reviewed_by, done.reviewed_at) == (False, "person:eve", "2026-01-15T12:01:00.000Z")
    assert governance.doors.emergencies(unreviewed=True) == []
    with pytest.raises(ClosedAlready):
        governance.doors.review(access.key, justified=True, comment="on second thoughts", by=EVE)
    with pytest.raises(NoSuchEntry):
        governance.doors.review("nothing", justified=True, comment="on second thoughts", by=EVE)


def test_a_record_is_closed_once_and_opened_again(governance: Governance, south: OneStudy) -> None:
    governance.doors.restrict("H|1", "the patient asked for it", by=EVE)
    with pytest.raises(ClosedAlready):
        governance.doors.restrict("H|1", "the patient asked for it", by=EVE)
    assert [one.patient_key for one in governance.doors.restrictions()] == ["H|1"]
    governance.doors.lift("H|1", "the patient changed their mind", by=EVE)
    assert governance.doors.restrictions() == []
    with pytest.raises(NoSuchEntry):
        governance.doors.lift("H|1", "the patient changed their mind", by=EVE)
    assert south.closed == [("H|1", True), ("H|1", False)]


def test_a_new_study_of_a_closed_record_is_closed(governance: Governance, database: Database) -> None:
    governance.doors.restrict("H|1", "the patient asked for it", by=EVE)
    with database.write() as transaction:
        numbers = [governance.standing.place(transaction.connection, Traits("north"), key) for key in ("H|1", "H|2")]
    assert [governance.standing.traits(number).restricted for number in numbers] == [True, False]


def test_traits_of_a_transaction_that_failed_are_not_remembered(governance: Governance, database: Database) -> None:
    with suppress(RuntimeError), database.write() as transaction:
        governance.standing.number_of(transaction.connection, Traits("lost"))
        raise RuntimeError
    with database.write() as transaction:
        number = governance.standing.number_of(transaction.connection, Traits("lost"))
    assert governance.standing.traits(number) == Traits("lost")


def test_what_no_role_allows_is_forbidden_before_any_study_is_looked_at(governance: Governance, south: OneStudy) -> None:
    with pytest.raises(Forbidden):
        governance.allow(EVE, Action.READ, STUDY)


def test_a_decision_believes_for_five_seconds_and_no_longer(governance: Governance, south: OneStudy, clock: HandClock) -> None:
    assert not governance.ready(ADA, "1.2.3")
    opens(governance)
    assert governance.ready(ADA, "1.2.3")
    other = Governance(governance.database, clock)
    other.doors.relate([RelationRecord("person:ada", "reading", "H|1")], by=SYSTEM)
    assert not opens(governance)
    clock.advance(5)
    assert not governance.ready(ADA, "1.2.3")
    assert opens(governance)
    other.close()


def test_a_removed_accounts_name_brings_its_next_bearer_nothing(governance: Governance, south: OneStudy) -> None:
    for name in ("root", "ada"):
        link = governance.accounts.invite(["administrator"], by=SYSTEM)
        governance.accounts.redeem(link, name, name, "a long and lonely passphrase")
    governance.doors.relate([RelationRecord("person:ada", "reading", study_uid="1.2.3")], by=SYSTEM)
    governance.doors.break_glass("H|1", WHY, by=ADA)
    assert opens(governance)
    governance.accounts.remove("ada", by=SYSTEM)
    governance.standing.forget()
    assert not opens(governance)
