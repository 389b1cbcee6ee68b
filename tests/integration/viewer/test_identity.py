"""Records are kept, matched and decided on, on both databases; the machine changes nothing that a person said."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bench.identity import match
from bench.population import populate
from tests.houses import TestHouse, open_house
from tests.samples import ct
from tests.unit.viewer.rows import row, study

from sixfold.governance import SYSTEM, Principal
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.viewer.model.federation import Dicomweb, Source
from sixfold.viewer.model.identity import (
    BadDecision,
    BadPolicy,
    DecidedMeanwhile,
    KeptApart,
    NoSuchPair,
    PairState,
    Policy,
    PolicyMoved,
    Record,
    Verb,
)
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.federation.sources import Sources
from sixfold.viewer.service.identity.decisions import ShownPair
from sixfold.viewer.service.identity.identity import Identity, make_identity

ROOT = Asker(Principal("person", "root", "Root", frozenset({"administrator"})))
OTHER = Asker(Principal("person", "other", "Other", frozenset({"administrator"})))
ELEANOR: dict[str, Any] = {"PatientName": "Quillfeather^Eleanor^Ruth", "PatientBirthDate": "19610412", "PatientSex": "F"}
PHONE = {"PatientTelephoneNumbers": ["555 123 4567"]}


class Desk:
    """An identity with people at it."""

    def __init__(self, house: TestHouse, identity: Identity) -> None:
        self.house = house
        self.identity = identity
        self._count = 0

    def see(self, issuer: str, patient_id: str, **told: Any) -> str:
        """Let an archive tell of a study of a patient; returns the patient's key."""
        self._count += 1
        told = {"IssuerOfPatientID": issuer, "PatientID": patient_id} | told
        self.identity.keeping.see([("north", study(f"1.2.{self._count}", **told))])
        return f"{issuer}|{patient_id}"

    def work(self) -> None:
        """Let the worker do all there is."""
        while self.identity.advance():
            pass

    def queue(self, state: PairState = PairState.PROPOSED) -> list[ShownPair]:
        """What people are asked."""
        return self.identity.decisions.queue(ROOT, state, 50, "").pairs

    def links(self) -> list[ShownPair]:
        """What stands."""
        return self.identity.decisions.decided(ROOT, (PairState.LINKED, PairState.APART), 50, "").pairs

    def say(self, pair: ShownPair, verb: Verb, note: str = "", who: Asker = ROOT) -> ShownPair:
        """Decide."""
        return self.identity.decisions.decide(who, pair.key, verb, pair.revision, note)

    def person(self, patient_key: str) -> set[str]:
        """The patients' keys of one person."""
        return {one.patient_key for one in self.identity.showing.person_of(ROOT, patient_key).members}

    def told(self, *kinds: str) -> list[tuple[str, str]]:
        """Kinds and actors of the events of identity."""
        every = events.read(self.house.database, 0, 10_000, parts=["viewer"])
        return [(one.kind, one.actor) for one in every if one.kind.startswith("identity.") and (not kinds or one.kind in kinds)]


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> Iterator[Desk]:
    house = open_house(tmp_path, database)
    house.governance.start()

    class NoSeal:
        def seal(self, text: str) -> str:
            return text

    sources = Sources(database, NoSeal())  # type: ignore[arg-type]
    sources.put(Source("north", "North", Dicomweb("https://north.example"), "NORTH"), None, by=SYSTEM)
    identity = make_identity(house.archive, house.governance, sources)
    yield Desk(house, identity)
    identity.close()
    house.governance.close()
    house.archive.close()


def test_our_own_patients_come_by_the_feed_and_again_by_the_index(desk: Desk) -> None:
    desk.house.store(ct(PatientID="1", IssuerOfPatientID="CITY", **ELEANOR))
    desk.house.store(ct(PatientID="1", IssuerOfPatientID="CITY", **ELEANOR))
    desk.house.store(ct(PatientID=None))
    desk.work()
    assert desk.person("CITY|1") == {"CITY|1"}
    (member,) = desk.identity.showing.person_of(ROOT, "CITY|1").members
    assert (member.name, member.birth_date, dict(member.studies)) == ("Quillfeather^Eleanor^Ruth", "19610412", {"own": 2})
    key = desk.identity.showing.person_of(ROOT, "CITY|1").key
    assert desk.identity.keeping.recount() == 3
    desk.work()
    assert desk.identity.showing.person_of(ROOT, "CITY|1").key == key


def test_one_number_of_two_issuers_is_two_people(desk: Desk) -> None:
    desk.see("CITY", "1", **ELEANOR, **PHONE)
    desk.see("LAKE", "1", PatientName="Smith^John", PatientBirthDate="19700809", PatientSex="M")
    desk.work()
    assert desk.person("CITY|1") == {"CITY|1"}
    assert desk.queue() == [] == desk.links()


def test_what_is_certain_links_by_itself_and_says_why(desk: Desk) -> None:
    desk.see("CITY", "1", **ELEANOR, **PHONE)
    desk.see("LAKE", "9", **ELEANOR, **PHONE)
    desk.work()
    assert desk.person("CITY|1") == {"CITY|1", "LAKE|9"} == desk.person("LAKE|9")
    (link,) = desk.links()
    assert (link.state, link.by, link.policy, link.doubts) == (PairState.LINKED, "", 0, ())
    assert {reason.field for reason in link.reasons} == {
        "family name",
        "given name",
        "middle name",
        "birth date",
        "sex",
        "telephone",
    }
    assert desk.told() == [("identity.linked", "system:sixfold")]
    desk.work()
    assert len(desk.told()) == 1


def test_a_named_id_of_the_other_links(desk: Desk) -> None:
    desk.see("CITY", "1001", **ELEANOR)
    desk.see("LAKE", "9", **ELEANOR, OtherPatientIDsSequence=[row(PatientID="1001", IssuerOfPatientID="CITY")])
    desk.work()
    assert [(link.rule, link.note) for link in desk.links()] == [
        ("cross-reference", "one record names the other's ID and issuer")
    ]


def test_what_is_not_certain_is_asked_and_a_link_can_be_taken_back(desk: Desk) -> None:
    desk.see("CITY", "1", **ELEANOR)
    desk.see("LAKE", "9", **ELEANOR)
    desk.work()
    (asked,) = desk.queue()
    assert asked.doubts == ("nothing besides name, birth date and sex agrees",)
    assert desk.person("CITY|1") == {"CITY|1"}
    (possible,) = desk.identity.showing.person_of(ROOT, "CITY|1").possible
    assert (possible.record.patient_key, possible.link.pair) == ("LAKE|9", asked.key)
    key = desk.identity.showing.person_of(ROOT, "CITY|1").key
    linked = desk.say(asked, Verb.ACCEPT, "called her")
    assert (linked.by, linked.note, linked.policy, linked.revision) == ("person:root", "called her", 0, 2)
    assert desk.person("LAKE|9") == {"CITY|1", "LAKE|9"}
    assert desk.identity.showing.person_of(ROOT, "LAKE|9").key == key
    assert desk.queue() == []
    with pytest.raises(BadDecision, match="say why"):
        desk.say(linked, Verb.UNDO)
    undone = desk.say(linked, Verb.UNDO, "her sister")
    assert desk.person("LAKE|9") == {"LAKE|9"}
    assert [one.key for one in desk.queue()] == [undone.key]
    story = desk.identity.decisions.pair(ROOT, undone.key)[1]
    assert [(one.state, one.by) for one in story] == [
        (PairState.PROPOSED, "person:root"),
        (PairState.LINKED, "person:root"),
        (PairState.PROPOSED, ""),
    ]
    assert [kind for kind, _ in desk.told()] == ["identity.proposed", "identity.linked", "identity.undone"]


def test_never_the_same_is_never_asked_nor_linked_again(desk: Desk) -> None:
    desk.see("CITY", "1", **ELEANOR)
    desk.see("LAKE", "9", **ELEANOR)
    desk.work()
    apart = desk.say(desk.queue()[0], Verb.APART)
    desk.see("CITY", "1", **ELEANOR, **PHONE)  # from now on a machine would be certain
    desk.see("LAKE", "9", **ELEANOR, **PHONE)
    desk.work()
    assert desk.queue() == []
    assert desk.person("CITY|1") == {"CITY|1"}
    assert [one.state for one in desk.links()] == [PairState.APART]
    desk.see("HILL", "3", **ELEANOR, **PHONE)  # certain to be both, and so neither without a person
    desk.work()
    assert [len(desk.person(key)) for key in ("CITY|1", "LAKE|9", "HILL|3")].count(2) == 2
    (asked,) = desk.queue()
    assert "never the same" in asked.doubts[0]
    with pytest.raises(KeptApart):
        desk.say(asked, Verb.ACCEPT)
    assert desk.say(apart, Verb.UNDO).state is PairState.PROPOSED


def test_of_two_who_decide_at_once_one_is_told_so(desk: Desk) -> None:
    desk.see("CITY", "1", **ELEANOR)
    desk.see("LAKE", "9", **ELEANOR)
    desk.work()
    (asked,) = desk.queue()

    def say(who: Asker, verb: Verb) -> str:
        try:
            return desk.say(asked, verb, who=who).state.value
        except DecidedMeanwhile:
            return "late"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(say, (ROOT, OTHER), (Verb.ACCEPT, Verb.APART)))
    assert said.count("late") == 1
    assert len(desk.told("identity.linked", "identity.apart")) == 1
    with pytest.raises(DecidedMeanwhile):
        desk.say(asked, Verb.LATER)


def test_a_link_that_others_hold_is_not_parted_by_a_mark_alone(desk: Desk) -> None:
    for issuer in ("CITY", "LAKE", "HILL"):
        desk.see(issuer, "7", **ELEANOR, **PHONE)
    desk.work()
    assert desk.person("CITY|7") == {"CITY|7", "LAKE|7", "HILL|7"}
    links = desk.links()
    with pytest.raises(KeptApart, match="other links"):
        desk.say(links[0], Verb.APART)
    assert len(desk.links()) == len(links)
    for link in links:
        desk.say(link, Verb.UNDO, "not sure any more")
    assert desk.person("CITY|7") == {"CITY|7"}


def test_a_stricter_policy_asks_again_and_leaves_what_people_said(desk: Desk) -> None:
    desk.see("CITY", "1", **ELEANOR, **PHONE)
    desk.see("LAKE", "9", **ELEANOR, **PHONE)
    desk.see("HILL", "3", **ELEANOR)
    desk.work()
    by_people = desk.say(desk.queue()[0], Verb.ACCEPT)
    policies = desk.identity.policies
    made = policies.put(Policy(automatic=90.0, rules=()), "after the mix-up in May", 0, by=ROOT.principal)
    assert (made.version, policies.history()[0], policies.history()[1].version) == (1, made, 0)
    desk.work()
    assert {one.key for one in desk.links()} == {by_people.key}
    (asked,) = [one for one in desk.queue() if one.policy == 1]
    assert asked.note == "what the records tell, or the policy, no longer makes it certain"
    with pytest.raises(PolicyMoved):
        policies.put(Policy(), "another reason, at length", 0, by=ROOT.principal)
    for policy, reason in (
        (Policy(automatic=5.0), "a reason of some length"),
        (Policy(review=31.0), "a reason of some length"),
        (Policy(alone=20.0), "a reason of some length"),
        (Policy(automatic=float("nan")), "a reason of some length"),
        (Policy(), "short"),
    ):
        with pytest.raises(BadPolicy):
            policies.put(policy, reason, 1, by=ROOT.principal)


def test_what_studies_of_one_id_contradict_goes_to_people(desk: Desk) -> None:
    desk.see("CITY", "1", **ELEANOR, **PHONE)
    desk.see("LAKE", "9", **ELEANOR, **PHONE)
    desk.work()
    assert len(desk.links()) == 1
    desk.see("LAKE", "9", PatientName="Smith^John", PatientBirthDate="19700809", PatientSex="M")
    desk.work()
    assert desk.links() == []
    (asked,) = desk.queue()
    assert "studies of one ID tell of different people" in asked.doubts
    assert asked.one.contradictory != asked.other.contradictory


def test_many_records_are_matched_some_at_a_time_and_twice_comes_to_the_same(desk: Desk) -> None:
    rows = []
    for number in range(130):
        told = {"PatientName": f"Family{number:03}^Given{number:03}", "PatientBirthDate": f"19{number % 90 + 10}0203"}
        rows += [study(f"1.3.{number}", PatientID=str(number), IssuerOfPatientID=issuer, **told, **PHONE) for issuer in ("A",)]
    desk.identity.keeping.see([("north", one) for one in rows])
    assert desk.identity.matching.left() == 130
    assert [desk.identity.matching.step() for _ in range(4)] == [50, 50, 30, 0]
    assert desk.identity.matching.left() == 0
    desk.identity.keeping.see([("north", one) for one in rows])
    assert desk.identity.matching.left() == 0


def test_a_population_is_matched_by_the_worker_as_by_the_rules(desk: Desk) -> None:
    population = populate(60, 11)
    whose = {record.patient_key: population.whose[record.key] for record in population.records}
    rows = [("north", _row(record)) for record in population.records]
    desk.identity.keeping.see(rows)
    desk.work()
    found = {
        frozenset((pair.one.patient_key, pair.other.patient_key))
        for state in (PairState.PROPOSED, PairState.LINKED)
        for pair in _every(desk, state)
    }
    wrong = [pair for pair in _every(desk, PairState.LINKED) if whose[pair.one.patient_key] != whose[pair.other.patient_key]]
    keys = {record.key: record.patient_key for record in population.records}
    true = {frozenset((keys[one], keys[other])) for one, other in population.true_pairs()}
    by_rules = {frozenset((keys[low], keys[high])) for low, high, _ in match(population.records, Policy())}
    assert wrong == []
    assert len(true) > 20
    assert true & found <= by_rules
    for one, other in (true & by_rules) - found:  # those are of one person already, by other links
        assert other in desk.person(one)
    before = desk.told()
    desk.identity.keeping.see(rows)
    desk.work()
    assert desk.told() == before


def _row(record: Record) -> dict[str, Any]:
    told = record.told
    named = {"PatientName": told.name, "PatientBirthDate": told.birth_date or None, "PatientSex": told.sex or None}
    numbers = [row(PatientID=one.value, IssuerOfPatientID=one.issuer) for one in told.other_ids]
    return study(
        f"1.9.{record.key}",
        PatientID=record.patient_id,
        IssuerOfPatientID=record.issuer,
        PatientAddress=told.address or None,
        PatientTelephoneNumbers=list(told.phones),
        OtherPatientIDsSequence=numbers,
        **named,
    )


def _every(desk: Desk, state: PairState) -> list[ShownPair]:
    """All pairs in a state, page by page."""
    found: list[ShownPair] = []
    cursor: str | None = ""
    while cursor is not None:
        if state is PairState.LINKED:
            page = desk.identity.decisions.decided(ROOT, (state,), 20, cursor)
        else:
            page = desk.identity.decisions.queue(ROOT, state, 20, cursor)
        found, cursor = found + page.pairs, page.next
    return found


def test_a_pair_that_is_none(desk: Desk) -> None:
    for key in ("1-2", "", "x" * 64, "\ud800"):
        with pytest.raises(NoSuchPair):
            desk.identity.decisions.pair(ROOT, key)
