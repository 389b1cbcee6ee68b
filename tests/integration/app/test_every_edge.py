"""Every edge against the oracle: what a principal gets, by every route and DICOM service, is what the policies say.

The long form, as run before a release: `SIXFOLD_ORACLE_CASES=100000 pytest tests/integration/app/test_every_edge.py`.
"""

import io
import os
import random
import re
import ssl
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.uid import ExplicitVRLittleEndian
from tests import oracle
from tests.conftest import KINDS, database_of
from tests.houses import TestHouse, open_house
from tests.samples import ct, data_set

from sixfold.archive.dimse.calling import Remotes
from sixfold.archive.dimse.provider import ArchiveProvider
from sixfold.archive.http import Edge, routers
from sixfold.archive.store import tables as t
from sixfold.dimse.services import Caller, DimseFailure, FindRequest, GetRequest
from sixfold.governance import SYSTEM, Principal
from sixfold.governance.http import HANDLERS, Access
from sixfold.governance.http import routers as governance_routers
from sixfold.governance.http.access import declared_action
from sixfold.governance.model import UnknownCaller
from sixfold.governance.model.policy import Circumstances, Traits
from sixfold.governance.model.standing import RelationRecord
from sixfold.governance.rules import ROLES
from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotAllowed

CASES = int(os.environ.get("SIXFOLD_ORACLE_CASES", "2500"))
SEARCHES = {"/dicomweb/studies", "/dicomweb/series", "/dicomweb/instances", "/api/studies"}
STUDY_ROOT_FIND, STUDY_ROOT_GET = "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.3"


class Kept(NamedTuple):
    """A study of the house, and what policies know of it."""

    data: Dataset
    patient_key: str
    traits: Traits


class Everything(NamedTuple):
    """The house with its studies, people and edges."""

    house: TestHouse
    client: TestClient[Litestar]
    provider: ArchiveProvider
    studies: list[Kept]
    people: dict[str, Principal]
    ties: dict[str, list[RelationRecord]]

    def circumstances(self, principal: Principal, kept: Kept, purpose: str = "TREAT") -> Circumstances:
        """Under which the principal asks for a study."""
        found = {
            tie.relation
            for tie in self.ties[principal.name]
            if kept.patient_key == tie.patient_key or kept.data.StudyInstanceUID == tie.study_uid
        }
        return Circumstances(kept.traits, frozenset(found), purpose)

    def visible(self, principal: Principal, action: str) -> set[str]:
        """The studies with which the principal may do the action, by the oracle."""
        if not oracle.may_in_the_house(principal, action):
            return set()
        return {
            str(one.data.StudyInstanceUID)
            for one in self.studies
            if oracle.may(principal, action, self.circumstances(principal, one))
        }


class Known:
    """Credentials of people who need no secret but their name."""

    def __init__(self, people: dict[str, Principal]) -> None:
        self._people = people

    def lately_proved(self, secret: str) -> Principal | None:
        """The person of that name."""
        return self._people.get(secret)

    def principal_of(self, secret: str) -> Principal:
        """The person of that name; raises `UnknownCaller`."""
        raise UnknownCaller(secret)


def some(chance: random.Random, values: list[str], most: int) -> frozenset[str]:
    return frozenset(chance.sample(values, chance.randint(0, most)))


def made_people(chance: random.Random) -> dict[str, Principal]:
    """Every role alone and in pairs, of every kind, in some facilities and lines."""
    people = {SYSTEM.name: SYSTEM}
    for number, role in enumerate([*ROLES] * 3):
        kind: Any = chance.choice(["person", "person", "token", "ae"])
        roles = frozenset({role}) | some(chance, list(ROLES), number // len(ROLES))
        name = f"p{number}"
        lines, facilities = some(chance, ["radiology", "psychiatry"], 1), some(chance, ["north", "south"], 1)
        people[name] = Principal(kind, name, name, roles, frozenset(), lines, facilities)
    return people


def made_studies(house: TestHouse) -> list[Kept]:
    """A study of each kind, two to a patient; every third patient has a closed record."""
    kept = []
    for number in range(24):
        patient, facility = f"P{number // 2}", ["north", "south", ""][number % 3]
        sensitive = number % 4 == 0
        data = ct(PatientID=patient, IssuerOfPatientID="H", StudyDate=f"202603{number + 1:02}")
        house.store(data)
        traits = Traits(facility, "psychiatry" if number % 8 < 2 else "radiology", "sensitive" if sensitive else "normal")
        with house.database.write() as transaction:
            number_of = house.governance.standing.number_of(transaction.connection, traits)
            mine = t.study.c.study_uid == data.StudyInstanceUID
            transaction.connection.execute(t.study.update().where(mine).values(traits_ref=number_of))
        kept.append(Kept(data, f"H|{patient}", traits))
    closed = sorted({one.patient_key for one in kept})[::3]
    for key in closed:
        house.governance.doors.restrict(key, "asked for by the patient", by=SYSTEM)
    return [one._replace(traits=msgspec.structs.replace(one.traits, restricted=one.patient_key in closed)) for one in kept]


def made_ties(chance: random.Random, house: TestHouse, studies: list[Kept], people: dict[str, Principal]) -> Any:
    """Some relations of some people, and some broken glass."""
    ties: dict[str, list[RelationRecord]] = {person.name: [] for person in people.values()}
    for person in list(people.values())[1:]:
        for _ in range(chance.choice([0, 0, 1, 3])):
            one, relation = chance.choice(studies), chance.choice(["ordering", "reading", "care-team"])
            to = {"patient_key": one.patient_key} if chance.random() < 0.5 else {"study_uid": str(one.data.StudyInstanceUID)}
            ties[person.name].append(RelationRecord(person.actor, relation, **to))
        if person.kind == "person" and chance.random() < 0.3:
            key = chance.choice(studies).patient_key
            house.governance.doors.break_glass(key, "brought in unconscious", by=person)
            ties[person.name].append(RelationRecord(person.actor, "emergency", key))
        told = [tie for tie in ties[person.name] if tie.relation != "emergency"]
        house.governance.doors.relate(told, by=SYSTEM)
    return ties


@pytest.fixture(scope="module", params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of each kind for the tests of this module."""
    with database_of(request.param, request, tmp_path_factory.mktemp("index")) as made:
        yield made


@pytest.fixture(scope="module")
def everything(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    folder, chance = tmp_path_factory.mktemp("edges"), random.Random(6)
    with closing(Database(url)) as database:
        house = open_house(folder, database)
        house.governance.start()
        studies, people = made_studies(house), made_people(chance)
        ties = made_ties(chance, house, studies, people)
        house.governance.credentials = Known(people)  # type: ignore[assignment]
        app = Litestar(
            [*routers(Edge(house.archive, "")), *governance_routers(house.governance)],
            plugins=[Access(house.governance)],
            exception_handlers=HANDLERS,
            openapi_config=None,
        )
        provider = ArchiveProvider(
            house.archive, house.governance, "SIXFOLD", Remotes(house.governance, ssl.create_default_context())
        )
        with TestClient(app, raise_server_exceptions=False) as client:
            yield Everything(house, client, provider, studies, people, ties)
        house.governance.close()
        house.archive.close()


def routes_about_a_study(everything: Everything) -> list[tuple[str, str, str]]:
    """(method, template, action) of every route that names a study and changes nothing."""
    found = []
    for route in everything.client.app.routes:
        if not isinstance(route, HTTPRoute) or "study" not in route.path:
            continue
        for handler in route.route_handlers:
            found += [(str(method), route.path, declared_action(handler, str(method))) for method in handler.http_methods]
    return sorted(one for one in found if "{study" in one[1] and one[0] in ("GET", "DELETE", "POST"))


def filled(template: str, kept: Kept) -> str:
    """The path of a route for a study."""
    data = kept.data
    values = {"study": data.StudyInstanceUID, "series": data.SeriesInstanceUID, "instance": data.SOPInstanceUID}
    values |= {"frames": "1", "value": "7FE00010"}
    return re.sub(r"\{(\w+):\w+\}", lambda found: str(values[found.group(1)]).lstrip("/"), template)


def ask(everything: Everything, who: Principal, method: str, path: str, **headers: str) -> Any:
    named = {"Authorization": f"Bearer {who.name}", "Accept": "*/*", **headers}
    return everything.client.request(method, path, headers=named)


def test_every_route_that_names_a_study_asks_about_that_study(everything: Everything) -> None:
    routes, chance = routes_about_a_study(everything), random.Random(7)
    assert len(routes) > 15
    asked = dict.fromkeys(routes, 0)
    hidden = 0
    for number in range(CASES):
        method, template, action = route = routes[number % len(routes)]
        who, kept = chance.choice(list(everything.people.values())), chance.choice(everything.studies)
        in_house = oracle.may_in_the_house(who, action)
        with_it = oracle.may(who, action, everything.circumstances(who, kept))
        if method != "GET" and in_house and with_it:
            continue  # it would change what the other cases ask for
        status = ask(everything, who, method, filled(template, kept)).status_code
        expected = 403 if not in_house else 404 if not with_it else None
        if expected is not None:
            assert status == expected, (who, route, kept.traits)
        else:
            assert status in (200, 204, 206), (who, route, kept.traits, status)
        hidden += expected == 404
        asked[route] += 1
    assert hidden > CASES / 50
    assert all(asked.values()), "a route was never asked"


def test_a_purpose_that_policies_refuse_is_refused(everything: Everything) -> None:
    kept = everything.studies[0]
    path = filled("/dicomweb/studies/{study:str}/metadata", kept)
    assert ask(everything, SYSTEM, "GET", path).status_code == 200
    assert ask(everything, SYSTEM, "GET", path, **{"Purpose-Of-Use": "HRESCH"}).status_code == 404
    assert ask(everything, SYSTEM, "GET", path, **{"Purpose-Of-Use": "fun"}).status_code == 400
    assert ask(everything, SYSTEM, "GET", path, **{"Purpose-Of-Use": "BTG"}).status_code == 400
    assert ask(everything, SYSTEM, "GET", "/dicomweb/studies", **{"Purpose-Of-Use": "HRESCH"}).status_code == 204


@pytest.mark.parametrize("path", sorted(SEARCHES))
def test_searches_pages_and_counts_hold_what_is_open_and_nothing_else(everything: Everything, path: str) -> None:
    for who in everything.people.values():
        expected = everything.visible(who, "search")
        if not oracle.may_in_the_house(who, "search"):
            assert ask(everything, who, "GET", path).status_code == 403
            continue
        assert found_by_pages(everything, who, path) == sorted(expected)
        if path.startswith("/dicomweb"):
            counted = ask(everything, who, "GET", f"{path}/count").json()
            assert counted["count"] == len(expected)


def found_by_pages(everything: Everything, who: Principal, path: str) -> list[str]:
    """The studies of every page, three at a time."""
    found: list[str] = []
    url = f"{path}?limit=3"
    while url:
        answer = ask(everything, who, "GET", url)
        if answer.status_code == 204:
            break
        assert answer.status_code == 200, answer.text
        if path.startswith("/dicomweb"):
            found += [one["0020000D"]["Value"][0] for one in answer.json()]
            link = re.match(r"<http://[^/]+(.*)>", answer.headers.get("link", ""))
            url = link.group(1) if link else ""
        else:
            found += [row["study_uid"] for row in answer.json()["rows"]]
            following = answer.json()["next"]
            url = f"{path}?limit=3&cursor={following}" if following else ""
    return sorted(found)


def test_total_of_the_list_and_page_of_a_patient(everything: Everything) -> None:
    for who in everything.people.values():
        if not oracle.may_in_the_house(who, "search"):
            continue
        expected = everything.visible(who, "search")
        assert ask(everything, who, "GET", "/api/studies?limit=2").json()["total"] == {"count": len(expected), "exact": True}
        for key in {kept.patient_key for kept in everything.studies}:
            mine = {str(one.data.StudyInstanceUID) for one in everything.studies if one.patient_key == key} & expected
            answer = ask(everything, who, "GET", f"/api/patients/{key}")
            assert answer.status_code == (200 if mine else 404)
            if mine:
                assert {row["study_uid"] for row in answer.json()["studies"]} == mine


def test_the_feed_tells_of_what_is_open(everything: Everything) -> None:
    every = {str(one.data.StudyInstanceUID) for one in everything.studies}
    for who in everything.people.values():
        if not oracle.may_in_the_house(who, "subscribe"):
            assert ask(everything, who, "GET", "/api/events").status_code == 403
            continue
        told = ask(everything, who, "GET", "/api/events?part=archive&limit=1000").json()["events"]
        assert {event["subject"] for event in told} & every == everything.visible(who, "subscribe")


def caller(who: Principal) -> Caller:
    return Caller(who.name, "SIXFOLD", "127.0.0.1", 104, None, None, who)


def identifier(**keys: str) -> bytes:
    data = Dataset()
    for keyword, value in keys.items():
        setattr(data, keyword, value)
    return data_set(data)


def matches(everything: Everything, who: Principal, level: str, **keys: str) -> list[str]:
    request = FindRequest(message_id=1, affected_sop_class_uid=STUDY_ROOT_FIND)
    asked = identifier(QueryRetrieveLevel=level, StudyInstanceUID="", **keys)
    found = everything.provider.find(caller(who), request, asked, ExplicitVRLittleEndian)
    answers = [read_dataset(io.BytesIO(match.identifier), is_implicit_VR=False, is_little_endian=True) for match in found]
    return sorted(answer.StudyInstanceUID for answer in answers)


def test_find_finds_what_is_open(everything: Everything) -> None:
    for who in everything.people.values():
        if not oracle.may_in_the_house(who, "search"):
            with pytest.raises(NotAllowed):
                matches(everything, who, "STUDY")
            continue
        assert matches(everything, who, "STUDY") == sorted(everything.visible(who, "search"))


@pytest.mark.parametrize("level", ["STUDY", "SERIES", "IMAGE"])
def test_get_and_move_give_what_is_open(everything: Everything, level: str) -> None:
    for who in everything.people.values():
        for kept in everything.studies[:8]:
            data = kept.data
            keys = {"STUDY": {}, "SERIES": {"SeriesInstanceUID": data.SeriesInstanceUID}}.get(
                level, {"SeriesInstanceUID": data.SeriesInstanceUID, "SOPInstanceUID": data.SOPInstanceUID}
            )
            asked = identifier(QueryRetrieveLevel=level, StudyInstanceUID=data.StudyInstanceUID, **keys)
            planned = _planned(everything, who, asked)
            if not oracle.may_in_the_house(who, "read"):
                assert planned is None
            else:
                opened = oracle.may(who, "read", everything.circumstances(who, kept))
                assert planned == ([data.SOPInstanceUID] if opened else [])


def test_get_of_a_patient_gives_the_studies_that_are_open(everything: Everything) -> None:
    for who in everything.people.values():
        if not oracle.may_in_the_house(who, "read"):
            continue
        readable = everything.visible(who, "read")
        for key in {kept.patient_key for kept in everything.studies}:
            asked = identifier(QueryRetrieveLevel="PATIENT", PatientID=key.partition("|")[2])
            mine = [one.data for one in everything.studies if one.patient_key == key]
            expected = {str(data.SOPInstanceUID) for data in mine if str(data.StudyInstanceUID) in readable}
            assert set(_planned(everything, who, asked) or []) == expected


def _planned(everything: Everything, who: Principal, asked: bytes) -> list[str] | None:
    """The instances of a retrieve's plan; None when the caller may retrieve nothing."""
    request = GetRequest(message_id=1, affected_sop_class_uid=STUDY_ROOT_GET)
    try:
        plan = everything.provider.retrieve(caller(who), request, asked, ExplicitVRLittleEndian)
    except (NotAllowed, DimseFailure):
        return None
    return [one.sop_instance_uid for one in plan.instances]
