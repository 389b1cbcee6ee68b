"""Who may do what, and the trail of who did: principals, roles, accounts, tokens, AEs, `allow()`, the audit.

Governance decides and records; it never looks into an image. Policies, identity providers and a provable audit are a later
issue: they come in behind `Governance.allow` and `AuditTrail`, so that no caller changes.
"""

from sixfold.governance.model import (
    SYSTEM,
    Action,
    AuditUnavailable,
    Calling,
    Destination,
    Forbidden,
    NotAdmitted,
    Principal,
    Resource,
    Via,
)
from sixfold.governance.service import Governance

__all__ = [
    "SYSTEM",
    "Action",
    "AuditUnavailable",
    "Calling",
    "Destination",
    "Forbidden",
    "Governance",
    "NotAdmitted",
    "Principal",
    "Resource",
    "Via",
]
