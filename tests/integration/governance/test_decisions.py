"""Decisions on each database: who may do what, what carries, and that exactly what was voted on comes in force."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.boards import ADA, AUDITORS_READ, ONE_MORE, PEOPLE, add_account, decide, named, policy, seat_everybody, vote

from sixfold.governance import Action, Governance
from sixfold.governance.model import BadEntry, NoSuchEntry
from sixfold.governance.model.decisions import (
    STEERING,
    BodyChange,
    Brief,
    Constitution,
    Domain,
    Founding,
    GoldenCase,
    Kind,
    LockedOut,
    Majority,
    NewSeat,
    NotDecidable,
    NotSeated,
    Quorum,
    SeatClass,
    State,
)
from sixfold.governance.model.policy import BadPolicy
from sixfold.governance.rules.decisions import FOUNDING
from sixfold.governance.rules.policy import Policies, default_policies
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database
from sixfold.kernel.errors import SixfoldError

VERSION = Policies(AUDITORS_READ).version
DEFAULT = Policies(default_policies()).version
DAY = 86_400.0


@pytest.fixture
def seated(governance: Governance) -> Governance:
    seat_everybody(governance)
    return governance


def charter(change: BodyChange) -> Brief:
    return Brief("Change the body", "because", Kind.CHARTER, change=change)


def in_force(governance: Governance) -> str:
    governance.policies.forget()
    return governance.policies.active.version


def test_a_new_house_has_a_body_that_cannot_decide_yet(governance: Governance) -> None:
    [view] = governance.boards.bodies.list_bodies()
    assert (view.body.key, view.body.constitution, view.body.revision) == (STEERING, FOUNDING, 1)
    assert view.unable == "0 of 1 clinical seats are held by somebody who may govern"
    governance.start()
    assert len(governance.boards.bodies.list_bodies()) == 1


def test_what_passes_is_in_force_and_exactly_that(seated: Governance, database: Database) -> None:
    proposal = seated.boards.decisions.propose(STEERING, policy(), by=named("cleo"))
    assert (proposal.state, proposal.version, proposal.base) == (State.OPEN, VERSION, DEFAULT)
    vote(seated, proposal)
    assert in_force(seated) == DEFAULT
    closed = seated.boards.closing.close(proposal.key, by=named("iris"))
    assert closed.state is State.PASSED
    assert seated.policies.active.version == VERSION
    assert seated.may(named("olga", "auditor"), Action.READ)
    assert seated.policies.history()[0]["by"] == f"decision:{proposal.key}"
    [entry] = seated.boards.log.entries()
    decision = entry.decision
    assert (decision.number, decision.outcome, decision.version, decision.before) == (1, "passed", VERSION, DEFAULT)
    assert (decision.accountable, decision.owner, decision.review_by) == ("cleo", "cleo", "2027-01-15")
    assert {(vote["account"], vote["choice"]) for vote in decision.record["votes"]} == {(name, "yes") for name in PEOPLE}
    kinds = [event.kind for event in events.read(database, 0, 1000)]
    assert [kind for kind in kinds if kind.startswith(("proposal", "vote", "decision", "policy"))][1:] == [
        "proposal.drafted", "proposal.opened", "vote.cast", "vote.cast", "vote.cast", "decision.passed", "policy.activated",
    ]  # fmt: skip


def test_no_quorum_of_one_class_no_decision(seated: Governance, clock: HandClock) -> None:
    proposal = seated.boards.decisions.propose(STEERING, policy(), by=named("cleo"))
    vote(seated, proposal, who=["cleo", "adam"])
    with pytest.raises(NotDecidable, match="iris is waited for"):
        seated.boards.closing.close(proposal.key, by=named("cleo"))
    clock.advance(15 * DAY)
    with pytest.raises(NotDecidable, match="over"):
        seated.boards.decisions.vote(proposal.key, "yes", by=named("iris"))
    assert seated.boards.closing.close_due() == 1
    assert seated.boards.closing.close_due() == 0
    view = seated.boards.decisions.view(proposal.key, ADA)
    assert (view.proposal.state, view.proposal.why) == (State.REJECTED, "no quorum: it 0 of 1")
    assert in_force(seated) == DEFAULT
    assert seated.boards.log.entries()[0].decision.by == "system:sixfold"


@pytest.mark.parametrize(
    ("majority", "choices", "state"),
    [
        (Majority.SIMPLE, ("yes", "no", "abstain"), State.REJECTED),
        (Majority.SIMPLE, ("yes", "abstain", "abstain"), State.PASSED),
        (Majority.ABSOLUTE, ("yes", "abstain", "abstain"), State.REJECTED),
        (Majority.ABSOLUTE, ("yes", "yes", "no"), State.PASSED),
        (Majority.TWO_THIRDS, ("yes", "yes", "no"), State.PASSED),
        (Majority.TWO_THIRDS, ("yes", "no", "abstain"), State.REJECTED),
        (Majority.TWO_THIRDS, ("abstain", "abstain", "abstain"), State.REJECTED),
    ],
)
def test_majorities(governance: Governance, majority: Majority, choices: tuple[str, ...], state: State) -> None:
    governance.boards.bodies.constitute(STEERING, Constitution("Body", "charter", majority=majority), by=ADA)
    seat_everybody(governance)
    proposal = governance.boards.decisions.propose(STEERING, policy(), by=named("cleo"))
    for name, choice in zip(PEOPLE, choices, strict=True):
        governance.boards.decisions.vote(proposal.key, choice, by=named(name))  # type: ignore[arg-type]
    assert governance.boards.closing.close(proposal.key, by=named("adam")).state is state


def test_a_vote_can_be_changed_and_is_ones_own(seated: Governance) -> None:
    proposal = seated.boards.decisions.propose(STEERING, policy(), by=named("cleo"))
    vote(seated, proposal)
    view = seated.boards.decisions.vote(proposal.key, "no", "on second thoughts", by=named("adam"))
    assert (view.tally.yes, view.tally.no, len(view.votes)) == (2, 1, 3)
    for stranger in (ADA, named("olga")):
        with pytest.raises(NotSeated):
            seated.boards.decisions.vote(proposal.key, "yes", by=stranger)
    token = seated.principal_of(seated.credentials.create_token("cleo", "committee"))
    with pytest.raises(NotSeated):
        seated.boards.decisions.vote(proposal.key, "yes", by=token)
    with pytest.raises(BadEntry):
        seated.boards.decisions.vote(proposal.key, "yes", "x" * 5000, by=named("cleo"))


def test_what_was_overtaken_is_stale_and_voted_on_anew(seated: Governance) -> None:
    first = seated.boards.decisions.propose(STEERING, policy(), by=named("cleo"))
    no_echo = '@id("x") forbid (principal, action == Action::"echo", resource);'
    other_text = default_policies() + no_echo
    second = seated.boards.decisions.propose(STEERING, policy(other_text, "No echo"), by=named("adam"))
    draft = seated.boards.decisions.draft(STEERING, policy(other_text, "A draft"), by=named("adam"))
    for one in (first, second):
        vote(seated, one)
    assert seated.boards.closing.close(first.key, by=named("cleo")).state is State.PASSED
    assert seated.boards.decisions.view(second.key, ADA).proposal.state is State.STALE
    assert seated.boards.decisions.open(draft.key, by=named("adam")).state is State.STALE
    with pytest.raises(NotDecidable, match="stale"):
        seated.boards.closing.close(second.key, by=named("cleo"))
    assert in_force(seated) == VERSION
    again = seated.boards.decisions.redraft(second.key, policy(AUDITORS_READ + no_echo), by=named("adam"))
    assert (again.round, again.base, again.state) == (2, VERSION, State.DRAFT)
    seated.boards.decisions.open(again.key, by=named("adam"))
    assert seated.boards.decisions.view(again.key, ADA).votes == []


def test_roll_back_is_a_decision(seated: Governance) -> None:
    decide(seated, policy())
    with pytest.raises(NoSuchEntry):
        seated.boards.decisions.draft(STEERING, Brief("Back", "why", Kind.ROLLBACK, version="0" * 64), by=named("cleo"))
    back = decide(seated, Brief("Back", "it was better", Kind.ROLLBACK, version=DEFAULT))
    assert (back.state, in_force(seated)) == (State.PASSED, DEFAULT)
    assert [one["version"] for one in seated.policies.history()] == [DEFAULT, VERSION, DEFAULT]
    assert [one.decision.kind for one in seated.boards.log.entries()] == [Kind.ROLLBACK, Kind.POLICY]


def test_a_founding_decision_only_before_anybody_has_a_seat(governance: Governance) -> None:
    add_account(governance, "ada", "administrator")
    found = governance.boards.log.found(Founding("Start", "why", AUDITORS_READ), by=ADA)
    assert (found.outcome, found.accountable, in_force(governance)) == ("founding", "ada", VERSION)
    with pytest.raises(BadPolicy, match="auditors-read"):
        governance.boards.log.found(Founding("Twice", "why", AUDITORS_READ + ONE_MORE), by=ADA)
    add_account(governance, "cleo")
    governance.boards.bodies.give_seats(STEERING, [NewSeat("cleo", SeatClass.CLINICAL)], by=ADA)
    with pytest.raises(NotDecidable):
        governance.boards.log.found(Founding("Later", "why", default_policies()), by=ADA)


def test_an_administrator_gives_only_the_first_seats(governance: Governance) -> None:
    seat_everybody(governance)
    add_account(governance, "dora")
    with pytest.raises(NotDecidable):
        governance.boards.bodies.give_seats(STEERING, [NewSeat("dora", SeatClass.IT)], by=ADA)
    with pytest.raises(NotDecidable):
        governance.boards.bodies.constitute(STEERING, Constitution("Mine", "mine"), by=ADA)
    governance.accounts.change("iris", ["committee"], enabled=False, by=ADA)
    view = governance.boards.bodies.give_seats(STEERING, [NewSeat("dora", SeatClass.IT)], by=ADA)
    assert {seat.account for seat in view.seats} == {"cleo", "adam", "dora"}, "the vacant seat ended"
    assert view.unable == ""


@pytest.mark.parametrize(
    ("seats", "said"),
    [
        ([NewSeat("nobody", SeatClass.IT)], "nobody can sign in"),
        ([NewSeat("phil", SeatClass.IT)], "phil may not govern"),
        ([NewSeat("cleo", SeatClass.IT), NewSeat("cleo", SeatClass.CLINICAL)], "one seat"),
        ([NewSeat("cleo", SeatClass.IT, "chair"), NewSeat("adam", SeatClass.IT, "chair")], "one chair"),
    ],
)
def test_seats_that_cannot_be(governance: Governance, seats: list[NewSeat], said: str) -> None:
    for name, role in (("ada", "administrator"), ("phil", "physician"), ("cleo", "committee"), ("adam", "committee")):
        add_account(governance, name, role)
    with pytest.raises(BadEntry, match=said):
        governance.boards.bodies.give_seats(STEERING, seats, by=ADA)


def test_somebody_else_of_the_same_name_has_no_seat(seated: Governance, clock: HandClock) -> None:
    proposal = seated.boards.decisions.propose(STEERING, policy(), by=named("cleo"))
    seated.accounts.remove("iris", by=ADA)
    clock.advance(1)
    add_account(seated, "iris")
    with pytest.raises(NotSeated):
        seated.boards.decisions.vote(proposal.key, "yes", by=named("iris"))


def test_seats_and_charter_change_by_decision(seated: Governance) -> None:
    add_account(seated, "dora")
    [iris] = [seat for seat in seated.boards.bodies.list_bodies()[0].seats if seat.account == "iris"]
    constitution = Constitution("Board", "a new charter", quorum=Quorum(1, 1, 1), majority=Majority.ABSOLUTE)
    change = BodyChange(STEERING, constitution, (NewSeat("dora", SeatClass.IT),), (iris.key,))
    assert decide(seated, charter(change)).state is State.PASSED
    [view] = seated.boards.bodies.list_bodies()
    assert (view.body.constitution, view.body.revision) == (constitution, 3)
    assert {seat.account for seat in view.seats} == {"cleo", "adam", "dora"}


def test_a_change_that_would_leave_the_body_unable_is_refused(seated: Governance) -> None:
    seats = {seat.account: seat.key for seat in seated.boards.bodies.list_bodies()[0].seats}
    for change in (
        BodyChange(STEERING, ended=(seats["iris"],)),
        BodyChange(STEERING, ended=(seats["cleo"],)),
        BodyChange(STEERING, Constitution("Board", "text", quorum=Quorum(2, 1, 1))),
    ):
        with pytest.raises(LockedOut, match="could not decide any more"):
            seated.boards.decisions.propose(STEERING, charter(change), by=named("cleo"))
    assert seated.boards.decisions.list_proposals([]) == [], "neither drawn up nor opened"


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ('@id("x") forbid (principal, action == Action::"govern", resource);', "nobody .* govern"),
        ('@id("x") forbid (principal, action == Action::"administer", resource);', "nobody .* administer"),
        (
            '@id("x") forbid (principal, action == Action::"govern", resource) when { principal.roles.contains("committee") };',
            "steering could not decide",
        ),
    ],
)
def test_the_house_cannot_lock_itself_out(seated: Governance, lost: str, said: str) -> None:
    with pytest.raises(LockedOut, match=said):
        seated.boards.decisions.propose(STEERING, policy(default_policies() + lost), by=named("cleo"))


def test_what_would_lock_out_at_the_end_does_not_come_in_force(seated: Governance) -> None:
    only_bob = default_policies() + (
        '@id("x") forbid (principal, action == Action::"administer", resource) unless { principal.name == "bob" };'
    )
    add_account(seated, "bob", "administrator")
    proposal = seated.boards.decisions.propose(STEERING, policy(only_bob), by=named("cleo"))
    vote(seated, proposal)
    seated.accounts.change("bob", ["administrator"], enabled=False, by=ADA)
    closed = seated.boards.closing.close(proposal.key, by=named("cleo"))
    assert closed.state is State.REJECTED
    assert "nobody who has an account could administer" in closed.why
    assert in_force(seated) == DEFAULT


def test_golden_cases_of_every_body_hold(seated: Governance) -> None:
    case = GoldenCase("auditors see no image", "read", allowed=False, roles=("auditor",))
    privacy = Constitution("Privacy", "charter", Domain.PRIVACY, golden=(case,))
    assert decide(seated, charter(BodyChange("privacy", privacy))).state is State.PASSED
    with pytest.raises(LockedOut, match="golden case 'auditors see no image' must be refused"):
        seated.boards.decisions.propose(STEERING, policy(), by=named("cleo"))
    with pytest.raises(NotDecidable, match="does not decide on policies"):
        seated.boards.decisions.draft("privacy", policy(), by=named("cleo"))
    with pytest.raises(NotDecidable, match="does not decide on steering"):
        seated.boards.decisions.draft("privacy", charter(BodyChange(STEERING, FOUNDING)), by=named("cleo"))


@pytest.mark.parametrize(
    ("brief", "error"),
    [
        (policy("permit(principal, action"), BadPolicy),
        (policy(default_policies()), BadEntry),
        (Brief("", "why", Kind.OTHER), BadEntry),
        (Brief("x", "y" * 20_001, Kind.OTHER), BadEntry),
        (Brief("x", "nul \0", Kind.OTHER), BadEntry),
        (Brief("x", "why", Kind.OTHER, owner="nobody"), BadEntry),
        (Brief("x", "why", Kind.OTHER, review_by="2020-01-01"), BadEntry),
        (Brief("x", "why", Kind.OTHER, review_by="soon"), BadEntry),
        (Brief("x", "why", Kind.OTHER, closes_on="2099-01-01"), BadEntry),
        (Brief("x", "why", Kind.CHARTER), BadEntry),
        (charter(BodyChange("steering", Constitution("", "x"))), BadEntry),
        (charter(BodyChange("no/key", Constitution("n", "x"))), BadEntry),
        (charter(BodyChange("unheard")), NoSuchEntry),
        (charter(BodyChange(STEERING, ended=("no seat",))), NoSuchEntry),
        (charter(BodyChange(STEERING, Constitution("n", "x", quorum=Quorum(-1, 0, 0)))), BadEntry),
    ],
)
def test_what_cannot_be_proposed(seated: Governance, brief: Brief, error: type[SixfoldError]) -> None:
    with pytest.raises(error):
        seated.boards.decisions.draft(STEERING, brief, by=named("cleo"))
    assert seated.boards.decisions.list_proposals([]) == []


def test_only_the_proposer_and_the_chair_take_back(seated: Governance) -> None:
    proposal = seated.boards.decisions.propose(STEERING, policy(), by=named("adam"))
    with pytest.raises(NotSeated):
        seated.boards.decisions.withdraw(proposal.key, by=named("iris"))
    assert seated.boards.decisions.withdraw(proposal.key, by=named("cleo")).state is State.WITHDRAWN
    with pytest.raises(NotDecidable, match="withdrawn"):
        seated.boards.decisions.vote(proposal.key, "yes", by=named("iris"))


def test_a_decision_is_looked_at_again(seated: Governance, clock: HandClock) -> None:
    decide(seated, Brief("Buy a projector", "dark rooms", Kind.OTHER, owner="adam", review_by="2026-02-01"))
    decide(seated, policy())
    assert seated.boards.log.overdue() == []
    clock.advance(30 * DAY)
    assert [one.decision.title for one in seated.boards.log.overdue()] == ["Buy a projector"]
    with pytest.raises(NotSeated):
        seated.boards.log.review(1, "fine", "2026-12-01", by=named("olga"))
    with pytest.raises(BadEntry):
        seated.boards.log.review(1, "fine", "2026-02-01", by=named("adam"))
    entry = seated.boards.log.review(1, "still dark", "2026-12-01", by=named("adam"))
    assert (entry.review_by, entry.overdue, entry.reviews[0].note) == ("2026-12-01", False, "still dark")
    clock.advance(500 * DAY)
    decide(seated, Brief("Back", "why", Kind.ROLLBACK, version=DEFAULT))
    assert [one.decision.number for one in seated.boards.log.overdue()] == [1], "what is no longer in force is not overdue"


def test_two_that_carry_at_the_same_moment_do_not_overwrite_each_other(seated: Governance) -> None:
    texts = [default_policies() + f'@id("x{number}") forbid (principal is Ae, action, resource);' for number in range(4)]
    proposals = [seated.boards.decisions.propose(STEERING, policy(text), by=named("cleo")) for text in texts]
    for one in proposals:
        vote(seated, one)

    def close(key: str) -> str:
        try:
            return seated.boards.closing.close(key, by=named("iris")).state.value
        except NotDecidable:
            return "stale"

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(close, [one.key for one in proposals]))
    assert sorted(ends) == ["passed", "stale", "stale", "stale"]
    assert in_force(seated) == proposals[ends.index("passed")].version
    assert len(seated.policies.history()) == 2
