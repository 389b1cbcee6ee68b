"""A seated house for tests: three people of three classes, and texts to decide on."""

from collections.abc import Iterable

from sixfold.governance import Governance, Principal
from sixfold.governance.model.decisions import STEERING, Brief, Choice, Kind, NewSeat, Proposal, SeatClass
from sixfold.governance.rules.policy import default_policies

PASSWORD = "correct horse battery"
ADA = Principal("person", "ada", "Ada", frozenset({"administrator"}))
PEOPLE = {"cleo": SeatClass.CLINICAL, "adam": SeatClass.ADMINISTRATIVE, "iris": SeatClass.IT}

ONE_MORE = """
@id("auditors-read")
permit (principal, action == Action::"read", resource)
when { principal.roles.contains("auditor") };
"""
AUDITORS_READ = default_policies() + ONE_MORE
"""The policies of a new house and one more."""


def named(name: str, *roles: str) -> Principal:
    """The person of an account."""
    return Principal("person", name, name.title(), frozenset(roles or ("committee",)))


def add_account(governance: Governance, name: str, *roles: str) -> None:
    """Make an account as a person does, with a link."""
    secret = governance.accounts.invite(list(roles or ("committee",)), by=ADA)
    governance.accounts.redeem(secret, name, name.title(), PASSWORD)


def seat_everybody(governance: Governance) -> None:
    """An administrator, and a steering body of three that can decide; cleo is its chair."""
    add_account(governance, "ada", "administrator")
    for name in PEOPLE:
        add_account(governance, name)
    seats = [NewSeat(name, of, "chair" if name == "cleo" else "member") for name, of in PEOPLE.items()]
    view = governance.boards.bodies.give_seats(STEERING, seats, by=ADA)
    assert view.unable == ""


def policy(text: str = AUDITORS_READ, title: str = "Auditors read") -> Brief:
    """A proposal of policies."""
    return Brief(title, "because", Kind.POLICY, text=text)


def vote(governance: Governance, proposal: Proposal, choice: Choice = "yes", who: Iterable[str] = PEOPLE) -> None:
    """Let people vote alike."""
    for name in who:
        governance.boards.decisions.vote(proposal.key, choice, by=named(name))


def decide(governance: Governance, brief: Brief) -> Proposal:
    """Propose, let everybody agree, and close."""
    proposal = governance.boards.decisions.propose(STEERING, brief, by=named("cleo"))
    vote(governance, proposal)
    return governance.boards.closing.close(proposal.key, by=named("iris"))
