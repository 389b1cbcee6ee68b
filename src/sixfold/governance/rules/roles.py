"""The roles of a house. What each may do is for the policies to say."""

from collections.abc import Iterable

from sixfold.governance.model import Action, BadEntry, Principal
from sixfold.governance.model.policy import Circumstances
from sixfold.governance.rules.policy import Policies

ROLES: dict[str, str] = {
    "administrator": "runs the system: everything, but for closed and sensitive records",
    "radiologist": "reads studies",
    "technologist": "makes images and corrects what went wrong",
    "physician": "looks at the images of patients in care",
    "uploader": "only sends images in",
    "modality": "a device that makes images",
    "archive-peer": "another archive",
    "auditor": "reads the audit, and no image",
    "service": "a program of the house",
    "order-system": "an RIS or EHR: tells who orders, reads and cares",
    "registrar": "says which records are of one person",
    "privacy-officer": "closes records, reviews emergency access, reads the audit",
    "committee": "takes part in decisions",
}
"""What each role is for."""

FOR_EVERYBODY = frozenset({Action.OPEN, Action.OWN})
_UNDER_NO_STUDY = Circumstances()


def permits(policies: Policies, principal: Principal, action: Action) -> bool:
    """Whether the principal may do the action in the house as a whole; with which studies is another question."""
    return action in FOR_EVERYBODY or policies.decide(principal, action, _UNDER_NO_STUDY).allowed


def actions_of(policies: Policies, principal: Principal) -> list[str]:
    """Everything the principal may do, sorted, without what everybody may."""
    return sorted(action.value for action in Action if action not in FOR_EVERYBODY and permits(policies, principal, action))


def check_scope(scope: Iterable[str]) -> None:
    """Raise `BadEntry` when the scope of a token names what is no action."""
    known = {action.value for action in Action if action not in FOR_EVERYBODY}
    if unknown := sorted(frozenset(scope) - known):
        raise BadEntry(f"there is no action {', '.join(unknown)}: choose from {', '.join(sorted(known))}")


def check_roles(roles: Iterable[str]) -> frozenset[str]:
    """The roles, when there is one at least and all exist; raises `BadEntry`."""
    chosen = frozenset(roles)
    if unknown := sorted(chosen - ROLES.keys()):
        raise BadEntry(f"there is no role {', '.join(unknown)}: choose from {', '.join(ROLES)}")
    if not chosen:
        raise BadEntry(f"at least one role is needed: {', '.join(ROLES)}")
    return chosen
