"""The door: one object a process, asked by every route, association and subscription."""

from argon2 import PasswordHasher

from sixfold.governance import rules
from sixfold.governance.model import (
    ACCESS_ALLOWED,
    ACCESS_DENIED,
    Action,
    Calling,
    Destination,
    Forbidden,
    Principal,
    Resource,
    UnknownCaller,
    Via,
)
from sixfold.governance.service.accounts import Accounts, Passwords
from sixfold.governance.service.audit import AuditTrail
from sixfold.governance.service.boards import Boards
from sixfold.governance.service.credentials import Credentials
from sixfold.governance.service.feed import Feed
from sixfold.governance.service.network import Network
from sixfold.governance.service.policies import PolicyBook
from sixfold.kernel.clock import Clock, utc_now
from sixfold.kernel.database import Database

_NOWHERE = Via()


class Governance:
    """Decides, and leaves a trace of each decision; close it at the end of the process, so that the trail is written."""

    def __init__(self, database: Database, clock: Clock = utc_now, hasher: PasswordHasher | None = None) -> None:
        self.database = database
        self.trail = AuditTrail(database, clock)
        self.policies = PolicyBook(database, clock)
        self.credentials = Credentials(database, clock)
        self.accounts = Accounts(database, clock, self.credentials, Passwords(hasher))
        self.network = Network(database, clock, self.trail)
        self.feed = Feed(database)
        self.boards = Boards(database, clock, self.policies)

    def allow(self, principal: Principal | None, action: Action, resource: Resource, via: Via = _NOWHERE) -> None:
        """Return when the principal may; raises `Forbidden`, `UnknownCaller` for nobody, `AuditUnavailable`.

        Costs microseconds and no SQL. Both outcomes go to the audit, aggregated within a tenth of a second.
        """
        if principal is not None and self.may(principal, action):
            self.trail.note(ACCESS_ALLOWED, principal, action, resource, via)
            return
        self.trail.note(ACCESS_DENIED, principal, action, resource, via)
        if principal is None:
            raise UnknownCaller("sign in, or send a token, to do this")
        raise Forbidden(f"{principal.name} has no role that allows to {action.value}")

    def may(self, principal: Principal, action: Action) -> bool:
        """Whether the principal may do the action in the house as a whole; leaves no trace."""
        return rules.permits(self.policies.active, principal, action)

    def refuse(self, action: Action, resource: Resource, via: Via = _NOWHERE) -> None:
        """Leave a trace of a caller that proved nothing, and was turned away."""
        self.trail.note(ACCESS_DENIED, None, action, resource, via)

    def admit(self, calling: Calling, our_ae: str) -> Principal:
        """The principal that a calling AE acts as; raises `NotAdmitted`."""
        return self.network.admit(calling, our_ae)

    def destination(self, ae_title: str) -> Destination:
        """Where a remote AE listens; raises `NoSuchEntry`."""
        return self.network.destination(ae_title)

    def principal_of(self, secret: str) -> Principal:
        """The principal of a token's or a session's secret; raises `UnknownCaller`."""
        return self.credentials.principal_of(secret)

    def start(self) -> None:
        """Prepare a new database: the rules and policies of the first start."""
        self.network.seed()
        self.policies.seed()
        self.boards.bodies.seed()

    def close(self) -> None:
        """Write the rest of the audit trail."""
        self.trail.close()
