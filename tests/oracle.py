"""The hospital's policies once more, by other hands: what a decision must be, told without Cedar."""

from sixfold.governance.model import Principal
from sixfold.governance.model.policy import Circumstances

HOUSE = {
    "radiologist": {"search", "read", "annotate", "subscribe", "break-glass"},
    "technologist": {"search", "read", "store", "annotate", "reject", "subscribe", "break-glass"},
    "physician": {"search", "read", "break-glass"},
    "uploader": {"store"},
    "modality": {"echo", "search", "store"},
    "archive-peer": {"echo", "search", "read", "store"},
    "service": {"echo", "search", "read", "store", "subscribe"},
    "order-system": {"search", "relate"},
    "registrar": {"search", "identify"},
    "auditor": {"audit"},
    "privacy-officer": {"audit", "restrict", "review", "govern", "measure"},
    "committee": {"govern", "measure"},
}
CLINICAL = {"radiologist", "technologist", "physician", "modality", "archive-peer", "service", "order-system", "registrar"}
SENDERS = {"technologist", "uploader", "modality", "archive-peer", "service"}
CARE = {"ordering", "reading", "care-team"}


def may_in_the_house(principal: Principal, action: str) -> bool:
    """Whether any role allows the action at all."""
    if principal.kind == "system" or "administrator" in principal.roles:
        return True
    return any(action in HOUSE.get(role, ()) for role in principal.roles)


def may(principal: Principal, action: str, circumstances: Circumstances) -> bool:
    """Whether the principal may, in the house or with a study."""
    if circumstances.traits is None:
        return may_in_the_house(principal, action)
    return _opens(principal, action, circumstances) and not _closed(principal, action, circumstances)


def _opens(principal: Principal, action: str, circumstances: Circumstances) -> bool:
    traits, relations = circumstances.traits, circumstances.relations
    assert traits is not None
    if principal.kind == "system" or "administrator" in principal.roles:
        return True
    here = not principal.facilities or traits.facility in principal.facilities
    if action in {"search", "read", "annotate", "reject", "subscribe"} and principal.roles & CLINICAL and here:
        return True
    if action == "store" and principal.roles & SENDERS:
        return True
    if action not in {"search", "read", "annotate", "subscribe"}:
        return False
    return bool(relations & CARE) or (principal.kind == "person" and "emergency" in relations)


def _closed(principal: Principal, action: str, circumstances: Circumstances) -> bool:
    traits, relations = circumstances.traits, circumstances.relations
    assert traits is not None
    if action in {"search", "read"} and circumstances.purpose == "HRESCH":
        return True
    if principal.kind == "system" or action not in {"search", "read", "annotate", "reject", "subscribe"}:
        return False
    if relations & (CARE | {"emergency"}):
        return False
    return traits.restricted or (traits.sensitivity == "sensitive" and traits.service_line not in principal.service_lines)
