"""Storage Commitment behind the network: what is verified, what is kept, and how it is told in the end (gotcha S10)."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.houses import TestHouse, open_house
from tests.samples import ct
from tests.webs import Web, open_web

from sixfold.archive.jobs import duties
from sixfold.archive.model import Outcome, TooManyWaiting
from sixfold.archive.service import commitments as service
from sixfold.archive.service.archive import make_recovery
from sixfold.archive.service.commitments import Commitments, verify
from sixfold.archive.service.reject import Registrar
from sixfold.archive.service.seal import make_seal
from sixfold.archive.store.commitments import Kept
from sixfold.dimse.errors import ConnectionLost, DimseFailure
from sixfold.dimse.services import CommitFailure, CommitResult, Reference
from sixfold.governance.model import SYSTEM, Principal
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock, from_text
from sixfold.kernel.database import Database
from sixfold.kernel.objects import MemoryObjects

MR = "1.2.840.10008.5.1.4.1.1.4"
DAY = 86_400.0
MODALITY = Principal("ae", "MODALITY", "MODALITY", frozenset({"modality"}))


class FakePeer:
    """Hears results, unless told to fail."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, CommitResult]] = []
        self.called: list[str] = []
        self.failure: Exception | None = None

    def __call__(self, kept: Kept, result: CommitResult) -> None:
        self.called.append(kept.transaction_uid)
        if self.failure is not None:
            raise self.failure
        self.heard.append((kept.our_ae, kept.ae_title, result))


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database)
    yield made
    made.archive.close()


@pytest.fixture
def commitments(house: TestHouse, clock: HandClock) -> Commitments:
    """Without chance: each pause has its full length."""
    return Commitments(house.database, house.archive.reader, clock, lambda: 0.0)


def reference(outcome: Outcome) -> Reference:
    return outcome.sop_class, outcome.sop_uid


def ask(commitments: Commitments, transaction: str, *references: Reference, ae: str = "MODALITY") -> service.Attempt:
    return commitments.keep(CommitResult(transaction, references), ae, "ARCHIVE", by=MODALITY)


def told(house: TestHouse) -> list[tuple[str, str, dict[str, object]]]:
    found = events.read(house.database, 0, 1000, parts=["archive"])
    return [(one.kind, one.subject, one.payload) for one in found if one.kind.startswith("commitment.")]


def run(commitments: Commitments, peer: FakePeer) -> int:
    """Steps of the duty until nothing is due."""
    steps = 0
    while commitments.tell_next(peer):
        steps += 1
    return steps


def waiting(commitments: Commitments) -> list[Kept]:
    return commitments.waiting()[1]


# What is promised


def test_S10_what_is_not_here_fails_with_0112_and_another_class_with_0119(house: TestHouse) -> None:
    here, other = house.store(ct()), house.store(ct())
    references = [reference(here), (MR, other.sop_uid), (here.sop_class, "9.9"), (here.sop_class, "no\0uid")]
    assert verify(house.archive.reader, "1.2", references) == CommitResult(
        "1.2",
        (reference(here),),
        (
            CommitFailure(MR, other.sop_uid, 0x0119),
            CommitFailure(here.sop_class, "9.9", 0x0112),
            CommitFailure(here.sop_class, "no\0uid", 0x0112),
        ),
    )


def test_S10_what_is_hidden_is_not_promised(house: TestHouse) -> None:
    outcome = house.store(ct())
    Registrar(house.database, house.objects).reject((outcome.study_uid, "", ""), reason="wrong patient", by=SYSTEM)
    assert verify(house.archive.reader, "1.2", [reference(outcome)]).failed[0].reason == 0x0112


@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_S10_a_row_without_its_bytes_in_the_landing_is_not_promised(house: TestHouse, damage: str) -> None:
    whole, broken = house.store(ct()), house.store(ct())
    (instance,) = house.archive.reader.locate(broken.study_uid)
    (segment,) = (house.home / "landing").iterdir()
    end = instance.place.offset + instance.place.length
    if damage == "flip":
        with segment.open("r+b") as file:
            file.seek(end - 9)
            file.write(b"\xa5")
    elif damage == "cut":
        with segment.open("r+b") as file:
            file.truncate(end - 9)
    else:
        segment.unlink()
    result = verify(house.archive.reader, "1.2", [reference(broken), reference(whole)])
    assert result.failed[0].sop_instance_uid == broken.sop_uid
    assert result.failed[0].reason in (0x0110, 0x0112)
    assert result.committed == (() if damage == "remove" else (reference(whole),))


def test_S10_a_row_without_its_bytes_in_the_object_store_is_not_promised(tmp_path: Path, sqlite_database: Database) -> None:
    objects = MemoryObjects()
    house = open_house(tmp_path, sqlite_database, objects)
    whole, broken = (house.store(ct()) for _ in range(2))
    seal_all(house)
    assert verify(house.archive.reader, "1.2", [reference(whole), reference(broken)]).failed == ()
    (instance,) = house.archive.reader.locate(broken.study_uid)
    for key in [one for one in objects.held if broken.study_uid in one]:
        held = bytearray(objects.held[key])
        held[instance.place.offset + instance.place.length - 9] ^= 0xFF
        objects.held[key] = bytes(held)
    result = verify(house.archive.reader, "1.2", [reference(whole), reference(broken)])
    assert result == CommitResult("1.2", (reference(whole),), (CommitFailure(*reference(broken), 0x0110),))
    house.archive.close()


def seal_all(house: TestHouse) -> None:
    seal = make_seal(house.archive)
    while seal.run(stable_after=-1):
        pass
    house.archive.intake.landing.close()
    make_recovery(house.archive).run()


# What is kept


def test_S10_a_request_is_kept_until_its_result_is_told(house: TestHouse, commitments: Commitments) -> None:
    outcome = house.store(ct())
    attempt = ask(commitments, "1.1", reference(outcome), (MR, "9.9"))
    (kept,) = waiting(commitments)
    assert (kept.ae_title, kept.our_ae, kept.asked, kept.failed, kept.attempts) == ("MODALITY", "ARCHIVE", 2, None, 0)
    result = attempt.verify()
    assert waiting(commitments)[0].failed == len(result.failed) == 1
    attempt.told()
    attempt.told()
    assert commitments.waiting() == (0, [])
    assert told(house) == [
        ("commitment.kept", "1.1", {"ae_title": "MODALITY", "asked": 2}),
        ("commitment.delivered", "1.1", {"ae_title": "MODALITY", "asked": 2, "failed": 1, "attempts": 0}),
    ]


def test_S10_what_a_dead_process_left_is_verified_and_told_once(
    house: TestHouse, commitments: Commitments, clock: HandClock
) -> None:
    outcome = house.store(ct())
    ask(commitments, "1.1", reference(outcome), (outcome.sop_class, "9.9"))
    peer = FakePeer()
    clock.advance(299)
    assert run(commitments, peer) == 0
    clock.advance(2)
    assert run(commitments, peer) == 1
    expected = CommitResult("1.1", (reference(outcome),), (CommitFailure(outcome.sop_class, "9.9", 0x0112),))
    assert peer.heard == [("ARCHIVE", "MODALITY", expected)]
    clock.advance(DAY)
    assert run(commitments, peer) == 0
    assert [kind for kind, _, _ in told(house)] == ["commitment.kept", "commitment.delivered"]


def test_S10_a_result_that_was_verified_is_not_verified_again(
    house: TestHouse, commitments: Commitments, clock: HandClock
) -> None:
    outcome = house.store(ct())
    result = ask(commitments, "1.1", reference(outcome)).verify()
    (house.home / "landing").rename(house.home / "away")
    clock.advance(301)
    peer = FakePeer()
    assert run(commitments, peer) == 1
    assert [one for _, _, one in peer.heard] == [result]


def test_S10_a_request_is_left_alone_for_as_long_as_its_references_are_read(
    house: TestHouse, commitments: Commitments, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = [house.store(ct()) for _ in range(8)]
    peer, meanwhile = FakePeer(), []
    read = house.archive.reader.data_set

    def slowly(*given: object) -> Iterator[bytes]:
        clock.advance(100)
        meanwhile.append(commitments.tell_next(peer))
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(house.archive.reader, "data_set", slowly)
    attempt = ask(commitments, "1.1", *(reference(outcome) for outcome in outcomes))
    assert len(attempt.verify().committed) == 8
    assert meanwhile == [0] * 8
    attempt.told()
    clock.advance(DAY)
    assert run(commitments, peer) == 0


def test_S10_two_workers_do_not_tell_the_same_result(house: TestHouse, commitments: Commitments, clock: HandClock) -> None:
    ask(commitments, "1.1", (MR, "9.9"))
    clock.advance(301)
    inner = FakePeer()

    def outer(kept: Kept, result: CommitResult) -> None:
        assert run(Commitments(house.database, house.archive.reader, clock), inner) == 0

    assert commitments.tell_next(outer) == 1
    assert inner.called == []
    assert commitments.waiting()[0] == 0


def test_S10_an_untold_result_is_not_overwritten_by_the_process_that_lost_it(
    house: TestHouse, commitments: Commitments, clock: HandClock
) -> None:
    stalled = ask(commitments, "1.1", (MR, "9.9"))
    clock.advance(301)
    peer = FakePeer()
    peer.failure = ConnectionLost("away")
    run(commitments, peer)
    (before,) = waiting(commitments)
    stalled.untold(stalled.verify(), "late")
    assert waiting(commitments) == [before]


# How it is told in the end


def test_S10_attempts_pause_longer_and_longer(house: TestHouse, commitments: Commitments, clock: HandClock) -> None:
    attempt = ask(commitments, "1.1", (MR, "9.9"))
    attempt.untold(attempt.verify(), "no answer")
    peer = FakePeer()
    peer.failure = ConnectionLost("away")
    pauses = []
    for _ in range(7):
        pauses.append((from_text(waiting(commitments)[0].next_at) - clock.now).total_seconds())
        clock.advance(pauses[-1] - 1)
        assert run(commitments, peer) == 0
        clock.advance(1)
        assert run(commitments, peer) == 1
    assert pauses == [60, 120, 240, 480, 960, 1800, 1800]
    (kept,) = waiting(commitments)
    assert (kept.attempts, kept.error, kept.failed) == (8, "away", 1)
    peer.failure = None
    clock.advance(1800)
    assert run(commitments, peer) == 1
    assert told(house)[-1] == (
        "commitment.delivered",
        "1.1",
        {"ae_title": "MODALITY", "asked": 1, "failed": 1, "attempts": 8},
    )


def test_S10_a_result_is_given_up_after_days_and_never_in_silence(
    house: TestHouse, commitments: Commitments, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    ask(commitments, "1.1", (MR, "9.9"))
    peer = FakePeer()
    peer.failure = ConnectionLost("away")
    clock.advance(8 * DAY)  # nobody was there to try: it gets its attempt all the same
    assert run(commitments, peer) == 1
    assert commitments.waiting()[0] == 1
    clock.advance(DAY)
    with caplog.at_level(logging.ERROR):
        assert run(commitments, peer) == 1
    assert len(peer.called) == 1
    assert commitments.waiting()[0] == 0
    assert told(house)[-1] == (
        "commitment.given_up",
        "1.1",
        {"ae_title": "MODALITY", "asked": 1, "failed": 1, "attempts": 1, "error": "away"},
    )
    assert [record.message for record in caplog.records] == ["a commitment result was given up"]


def test_S10_an_AE_that_is_away_costs_one_attempt_for_all_its_results(commitments: Commitments, clock: HandClock) -> None:
    for number in range(5):
        ask(commitments, f"1.{number}", (MR, "9.9"))
    clock.advance(301)
    held = ask(commitments, "1.9", (MR, "9.9"))
    ask(commitments, "2.1", (MR, "9.9"), ae="OTHER")
    clock.advance(1)
    peer = FakePeer()
    peer.failure = ConnectionLost("away")
    assert run(commitments, peer) == 1
    assert sorted((kept.attempts, kept.error) for kept in waiting(commitments)) == [(0, "")] * 2 + [(1, "away")] * 5
    held.told()
    peer.failure = None
    clock.advance(300)
    assert run(commitments, peer) == 6


def test_S10_an_AE_that_is_away_takes_no_request_from_the_process_that_works_at_it(
    commitments: Commitments, clock: HandClock
) -> None:
    ask(commitments, "1.1", (MR, "9.9"))
    peer = FakePeer()
    peer.failure = ConnectionLost("away")
    for seconds in (301, 60, 120, 240, 480):
        clock.advance(seconds)
        assert run(commitments, peer) == 1
    clock.advance(959)
    ask(commitments, "1.2", (MR, "9.9"))
    before = waiting(commitments)[1]
    clock.advance(1)
    assert run(commitments, peer) == 1
    assert waiting(commitments)[0].next_at > before.next_at
    assert waiting(commitments)[1] == before


def test_S10_a_result_that_is_refused_keeps_no_other_from_being_told(commitments: Commitments, clock: HandClock) -> None:
    ask(commitments, "1.1", (MR, "9.9"))
    ask(commitments, "1.2", (MR, "9.9"))
    clock.advance(301)
    answers: dict[str, Callable[[], None]] = {"1.1": refuse, "1.2": lambda: None}
    while commitments.tell_next(lambda kept, _: answers[kept.transaction_uid]()):
        pass
    assert [(kept.transaction_uid, kept.error) for kept in waiting(commitments)] == [("1.1", "0110 cannot")]


def refuse() -> None:
    raise DimseFailure(0x0110, "cannot")


def test_S10_a_defect_of_ours_costs_no_result_and_does_not_spin(commitments: Commitments, clock: HandClock) -> None:
    ask(commitments, "1.1", (MR, "9.9"))
    clock.advance(301)
    peer = FakePeer()
    peer.failure = RuntimeError("a defect")
    with pytest.raises(RuntimeError):
        commitments.tell_next(peer)
    assert run(commitments, peer) == 0
    peer.failure = None
    clock.advance(301)
    assert run(commitments, peer) == 1
    assert len(peer.heard) == 1


def test_S10_the_worker_has_a_duty_to_tell(house: TestHouse, commitments: Commitments) -> None:
    ask(commitments, "1.1", (MR, "9.9"))  # by the hand clock long ago
    peer = FakePeer()
    (duty,) = [one for one in duties(house.archive, house.governance, 20.0, peer) if one.name == "archive.commitments"]
    assert [duty.run(), duty.run()] == [1, 0]
    assert peer.called == ["1.1"]


def test_S10_a_full_house_refuses_further_requests(
    house: TestHouse, commitments: Commitments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_WAITING", 2)
    first = ask(commitments, "1.1", (MR, "9.9"))
    ask(commitments, "1.2", (MR, "9.9"))
    with pytest.raises(TooManyWaiting):
        ask(commitments, "1.3", (MR, "9.9"))
    ask(commitments, "1.4", (MR, "9.9"), ae="OTHER")
    first.told()
    ask(commitments, "1.5", (MR, "9.9"))
    assert commitments.waiting()[0] == 3


def test_S10_two_hundred_thousand_references_are_kept_and_come_back(house: TestHouse, commitments: Commitments) -> None:
    references = tuple((MR, f"1.2.840.99999.1.20260115.{number}") for number in range(200_000))
    attempt = commitments.keep(CommitResult("1.1", references), "MODALITY", "ARCHIVE", by=MODALITY)
    result = attempt.verify()
    assert len(result.failed) == 200_000
    assert waiting(commitments)[0].failed == 200_000


# Who sees it


@pytest.fixture
def web(house: TestHouse) -> Iterator[Web]:
    with open_web(house) as made:
        yield made


def test_S10_an_administrator_sees_what_waits_and_why(house: TestHouse, web: Web) -> None:
    for number in range(3):
        attempt = ask(house.archive.commitments, f"1.{number}", (MR, "9.9"))
        attempt.untold(attempt.verify(), "nobody listens")
    first = web.get("/api/commitments?limit=2").json()
    assert first["count"] == 3
    assert [one["transaction_uid"] for one in first["commitments"]] == ["1.0", "1.1"]
    assert {(one["ae_title"], one["failed"], one["attempts"], one["error"]) for one in first["commitments"]} == {
        ("MODALITY", 1, 1, "nobody listens")
    }
    rest = web.get(f"/api/commitments?limit=2&after={first['commitments'][-1]['key']}").json()
    assert [one["transaction_uid"] for one in rest["commitments"]] == ["1.2"]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "after=%00", "after='"])
def test_a_listing_that_is_asked_for_wrongly_is_refused(web: Web, query: str) -> None:
    assert web.get(f"/api/commitments?{query}").status_code == 400


@pytest.mark.parametrize("role", ["radiologist", "auditor", "modality"])
def test_others_do_not_see_what_waits(house: TestHouse, role: str) -> None:
    with open_web(house, role) as made:
        assert made.get("/api/commitments").status_code == 403
