"""Bodies, proposals, votes and the log: `/api/governance/...`."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.decisions import (
    Brief,
    Choice,
    Constitution,
    Decision,
    Founding,
    NewSeat,
    Proposal,
    State,
)
from sixfold.governance.model.examination import Examination
from sixfold.governance.service import Governance
from sixfold.governance.service.bodies import BodyView
from sixfold.governance.service.decisions import ProposalView
from sixfold.governance.service.log import Logged

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
_GOVERN = needs(Action.GOVERN)
_ADMINISTER = needs(Action.ADMINISTER)
_LARGEST = 1_048_576


class NewProposal(Brief, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A proposal to a body; `open` puts it to the vote at once."""

    body: str
    open: bool = False


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a set of policies."""

    text: str


class Ballot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vote."""

    choice: Choice
    comment: str = ""


class LookBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody found when they looked at a decision again, and the day of the next time."""

    note: str
    review_by: str


class Activation(msgspec.Struct, frozen=True):
    """A version of the policies, since when it is or was in force, and by what."""

    number: int
    version: str
    at: str
    by: str


class PolicyText(msgspec.Struct, frozen=True):
    """A version of the policies."""

    version: str
    text: str


@get("/bodies", opt=_GOVERN, sync_to_thread=True)
def list_bodies(governance: Door) -> list[BodyView]:
    """Every body, its seats, and whether it can decide."""
    return governance.boards.bodies.list_bodies()


@put("/bodies/{key:str}", opt=_ADMINISTER, sync_to_thread=True)
def constitute(request: AnyRequest, key: FromPath[str], data: JSONBody[Constitution], governance: Door) -> BodyView:
    """Make or change a body, as long as the steering body cannot decide yet; 409 when it can."""
    return governance.boards.bodies.constitute(key, data, by=request.user)


@post("/bodies/{key:str}/seats", opt=_ADMINISTER, sync_to_thread=True)
def give_seats(request: AnyRequest, key: FromPath[str], data: JSONBody[list[NewSeat]], governance: Door) -> BodyView:
    """Give the first seats of a body; 409 when the steering body can decide on it."""
    return governance.boards.bodies.give_seats(key, data, by=request.user)


@get("/policies", opt=_GOVERN, sync_to_thread=True)
def list_policies(governance: Door) -> list[Activation]:
    """Which version of the policies was in force since when and by what decision, the one in force first."""
    return [Activation(int(row["number"]), row["version"], row["at"], row["by"]) for row in governance.policies.history()]


@get("/policies/{version:str}", opt=_GOVERN, sync_to_thread=True)
def read_policies(version: FromPath[str], governance: Door) -> PolicyText:
    """The text of a version."""
    return PolicyText(version, governance.policies.text_of(version))


@post("/policies/check", opt=_GOVERN, status_code=200, sync_to_thread=True)
def check_policies(data: JSONBody[Text], governance: Door) -> Examination:
    """What the checks find in a text, valid or not, and how it differs from the policies in force; nothing is kept."""
    return governance.boards.decisions.examine(data.text)


@post("/policies/founding", opt=_ADMINISTER, sync_to_thread=True)
def found(request: AnyRequest, data: JSONBody[Founding], governance: Door) -> Decision:
    """Put policies in force before anybody has a seat, as a founding decision; 409 afterwards."""
    return governance.boards.log.found(data, by=request.user)


@get("/proposals", opt=_GOVERN, sync_to_thread=True)
def list_proposals(
    governance: Door, states: Annotated[list[State] | None, QueryParameter(name="state")] = None
) -> list[Proposal]:
    """Proposals, the newest first, of some states if given."""
    return governance.boards.decisions.list_proposals([one.value for one in states or ()])


@post("/proposals", opt=_GOVERN, sync_to_thread=True)
def propose(request: AnyRequest, data: JSONBody[NewProposal], governance: Door) -> Proposal:
    """Draw a proposal up, and put it to the vote at once if asked; 400 names what is wrong with its policies."""
    decisions = governance.boards.decisions
    return (decisions.propose if data.open else decisions.draft)(data.body, _brief(data), by=request.user)


def _brief(data: NewProposal) -> Brief:
    return Brief(**{name: getattr(data, name) for name in Brief.__struct_fields__})


@get("/proposals/{key:str}", opt=_GOVERN, sync_to_thread=True)
def read_proposal(request: AnyRequest, key: FromPath[str], governance: Door) -> ProposalView:
    """One proposal: its policies, what the checks find, the difference, and how the vote stands."""
    return governance.boards.decisions.view(key, request.user)


@put("/proposals/{key:str}", opt=_GOVERN, sync_to_thread=True)
def redraft(request: AnyRequest, key: FromPath[str], data: JSONBody[Brief], governance: Door) -> Proposal:
    """Draw a draft or a stale proposal up anew, on what is in force now."""
    return governance.boards.decisions.redraft(key, data, by=request.user)


@post("/proposals/{key:str}/open", opt=_GOVERN, status_code=200, sync_to_thread=True)
def open_proposal(request: AnyRequest, key: FromPath[str], governance: Door) -> Proposal:
    """Put a draft to the vote; 409 when the checks find an error, the house would be locked out or the body cannot decide."""
    return governance.boards.decisions.open(key, by=request.user)


@put("/proposals/{key:str}/vote", opt=_GOVERN, sync_to_thread=True)
def vote(request: AnyRequest, key: FromPath[str], data: JSONBody[Ballot], governance: Door) -> ProposalView:
    """Vote with one's own seat, or change one's vote."""
    return governance.boards.decisions.vote(key, data.choice, data.comment, by=request.user)


@post("/proposals/{key:str}/withdraw", opt=_GOVERN, status_code=200, sync_to_thread=True)
def withdraw(request: AnyRequest, key: FromPath[str], governance: Door) -> Proposal:
    """Take a proposal back."""
    return governance.boards.decisions.withdraw(key, by=request.user)


@post("/proposals/{key:str}/close", opt=_GOVERN, status_code=200, sync_to_thread=True)
def close(request: AnyRequest, key: FromPath[str], governance: Door) -> Proposal:
    """End the vote; what carried is in force with the answer. 409 while somebody may still vote."""
    return governance.boards.closing.close(key, by=request.user)


@get("/decisions", opt=_GOVERN, sync_to_thread=True)
def list_decisions(
    governance: Door,
    before: Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
) -> list[Logged]:
    """The log of decisions with their votes, the newest first, below a number if given."""
    return governance.boards.log.entries(before, limit)


@get("/decisions/overdue", opt=_GOVERN, sync_to_thread=True)
def list_overdue(governance: Door) -> list[Logged]:
    """The decisions in effect whose day of review is over."""
    return governance.boards.log.overdue()


@post("/decisions/{number:int}/reviews", opt=_GOVERN, sync_to_thread=True)
def look_back(request: AnyRequest, number: FromPath[int], data: JSONBody[LookBack], governance: Door) -> Logged:
    """Look back at a decision, and say when it is due again."""
    return governance.boards.log.review(number, data.note, data.review_by, by=request.user)


def decisions_router(governance: Governance) -> Router:
    """The routes of this module."""
    handlers = [list_bodies, constitute, give_seats, list_policies, read_policies, check_policies, found, list_proposals]
    handlers += [propose, read_proposal, redraft, open_proposal, vote, withdraw, close, list_decisions, list_overdue, look_back]
    return Router(
        "/api/governance",
        route_handlers=handlers,
        dependencies={"governance": Provide(lambda: governance, sync_to_thread=False)},
        request_max_body_size=_LARGEST,
        tags=["decisions"],
    )
