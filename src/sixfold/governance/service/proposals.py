"""What each step of a proposal asks: does it exist, is what it changes still in force, what stands against it."""

from functools import lru_cache
from typing import NoReturn

import msgspec
from sqlalchemy import Connection

from sixfold.governance.model import NoSuchEntry, Principal
from sixfold.governance.model.decisions import PROPOSAL_STALE, GoldenCase, Kind, NotDecidable, Proposal, State
from sixfold.governance.model.examination import Examination
from sixfold.governance.rules.assembly import Assembly
from sixfold.governance.rules.examination import examine
from sixfold.governance.rules.policy import Policies
from sixfold.governance.store import decisions as store
from sixfold.governance.store import policies as policy_store
from sixfold.kernel import events
from sixfold.kernel.database import Transaction
from sixfold.kernel.ids import new_key

OF_POLICIES = (Kind.POLICY, Kind.ROLLBACK)


def existing(connection: Connection, key: str) -> Proposal:
    """A proposal; raises `NoSuchEntry`."""
    proposal = store.find_proposal(connection, key)
    if proposal is None:
        raise NoSuchEntry("there is no such proposal")
    return proposal


def wrong_state(proposal: Proposal, verb: str) -> NoReturn:
    """Say that a proposal is not in the state for this."""
    raise NotDecidable(f"the proposal is {proposal.state.value}: it cannot be {verb}")


def base_of(assembly: Assembly, proposal: Proposal) -> str:
    """What the proposal changes, as it is in force: the version of the policies, the revision of a body."""
    if proposal.kind in OF_POLICIES:
        return assembly.policies.version
    return str(assembly.revision(proposal.change.body)) if proposal.change is not None else ""


def about(proposal: Proposal) -> dict[str, object]:
    """What every event of a proposal tells of it."""
    told: dict[str, object] = {"body": proposal.body, "title": proposal.title, "proposal_kind": proposal.kind.value}
    return told | ({"version": proposal.version, "base": proposal.base} if proposal.version else {})


@lru_cache(maxsize=32)
def examined(text: str, before: str, golden: tuple[GoldenCase, ...]) -> Examination:
    """The checks of a text that shall follow another one; the same is not examined twice."""
    return examine(text, before, golden)


def objection(connection: Connection, assembly: Assembly, proposal: Proposal, now: str) -> str:
    """Why a proposal must not come in force, whoever agrees to it; empty when it may."""
    if proposal.kind in OF_POLICIES:
        text = policy_store.text_of(connection, proposal.version)
        errors = examined(text, assembly.policies.text, tuple(assembly.golden)).errors
        return "; ".join(error.message for error in errors) or assembly.why_not(assembly.under(Policies(text)))
    if proposal.change is not None:
        return assembly.why_not(assembly.changed(proposal.change, now, new_key))
    return ""


def make_stale(transaction: Transaction, proposal: Proposal, by: Principal) -> Proposal:
    """Mark that what a proposal was drawn up against is no longer in force."""
    why = "what it was drawn up against is no longer in force: draw it up anew"
    stale = msgspec.structs.replace(proposal, state=State.STALE, why=why)
    store.put_proposal(transaction.connection, stale)
    events.record(transaction, PROPOSAL_STALE, subject=proposal.key, actor=by.actor, payload=about(proposal))
    return stale
