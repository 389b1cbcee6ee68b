"""What each role may do."""

from collections.abc import Iterable

from sixfold.governance.model import (
    Action,
    BadEntry,
    Principal,
)

ROLES: dict[str, frozenset[Action]] = {
    "administrator": frozenset(Action),
    "radiologist": frozenset({Action.SEARCH, Action.READ, Action.SUBSCRIBE}),
    "technologist": frozenset({Action.SEARCH, Action.READ, Action.STORE, Action.REJECT, Action.SUBSCRIBE}),
    "physician": frozenset({Action.SEARCH, Action.READ}),
    "uploader": frozenset({Action.STORE}),
    "modality": frozenset({Action.ECHO, Action.SEARCH, Action.STORE}),
    "archive-peer": frozenset({Action.ECHO, Action.SEARCH, Action.READ, Action.STORE}),
    "auditor": frozenset({Action.AUDIT}),
    "service": frozenset({Action.ECHO, Action.SEARCH, Action.READ, Action.STORE, Action.SUBSCRIBE}),
}
"""What each role may do; `docs/reference/access.md` shows this table and a test compares the two."""


FOR_EVERYBODY = frozenset({Action.OPEN, Action.OWN})


def permits(principal: Principal, action: Action) -> bool:
    """Whether any role of the principal allows the action."""
    return action in FOR_EVERYBODY or any(action in ROLES.get(role, ()) for role in principal.roles)


def actions_of(principal: Principal) -> list[str]:
    """Everything the principal may do, sorted, without what everybody may."""
    return sorted(action.value for action in Action if action not in FOR_EVERYBODY and permits(principal, action))


def check_roles(roles: Iterable[str]) -> frozenset[str]:
    """The roles, when there is one at least and all exist; raises `BadEntry`."""
    chosen = frozenset(roles)
    if unknown := sorted(chosen - ROLES.keys()):
        raise BadEntry(f"there is no role {', '.join(unknown)}: choose from {', '.join(ROLES)}")
    if not chosen:
        raise BadEntry(f"at least one role is needed: {', '.join(ROLES)}")
    return chosen
