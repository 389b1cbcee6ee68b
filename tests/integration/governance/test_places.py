"""Registries and sorting on each database."""

import pytest

from sixfold.governance import Governance
from sixfold.governance.model import SYSTEM, BadEntry
from sixfold.governance.model.accounts import Narrowed
from sixfold.governance.model.places import PlaceInUse, PlaceKind
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.sorting import SortingRule, StudyFacts
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database


def test_a_facility_that_a_token_names_stays(governance: Governance) -> None:
    governance.places.put(PlaceKind.FACILITY, "north", "North", by=SYSTEM)
    governance.credentials.create_token("reader", "service", narrowed=Narrowed(facilities=frozenset({"north"})))
    with pytest.raises(PlaceInUse, match="token reader"):
        governance.places.remove(PlaceKind.FACILITY, "north", by=SYSTEM)
    token = governance.credentials.list_tokens()[0]
    assert token.facilities == {"north"}
    governance.credentials.revoke_token(token.key, by=SYSTEM)
    governance.places.remove(PlaceKind.FACILITY, "north", by=SYSTEM)
    governance.places.put(PlaceKind.FACILITY, "north", "North again", by=SYSTEM)
    assert [place.name for place in governance.places.all_of(PlaceKind.FACILITY)] == ["North again"]


def test_another_process_sorts_by_a_new_rule_in_five_seconds(
    governance: Governance, database: Database, clock: HandClock
) -> None:
    facts = StudyFacts(("XY",))
    assert governance.sorting.traits_of(facts) == Traits()
    other = Governance(database, clock)
    other.sorting.put(SortingRule("mine", 1, {"modalities": ("XY",)}, service_line="pathology"), by=SYSTEM)
    assert governance.sorting.traits_of(facts) == Traits()
    clock.advance(5)
    assert governance.sorting.traits_of(facts) == Traits(service_line="pathology")
    with pytest.raises(BadEntry):
        other.sorting.put(SortingRule("mine", 1, {}, service_line="astrology"), by=SYSTEM)
    told = [event for event in events.read(database, 0, 1000) if event.kind == "sorting.put"]
    assert (told[0].subject, told[0].payload["conditions"]) == ("mine", {"modalities": ["XY"]})
