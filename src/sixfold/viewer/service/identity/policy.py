"""The identity policy: what is in force, and its change by those who govern."""

import msgspec

from sixfold.governance import Principal
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database
from sixfold.viewer.model.identity import POLICY_PUT, Policy, PolicyMoved, PolicyVersion
from sixfold.viewer.rules.identity.policy import check_policy, check_reason
from sixfold.viewer.store.identity import pairs as pair_store
from sixfold.viewer.store.identity import policies as store

_MOST = 200


class IdentityPolicies:
    """Versions stay; every record is matched again under a new one, and no decision of a person is changed by it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def current(self) -> PolicyVersion:
        """What is in force."""
        with self._database.read() as connection:
            return store.current(connection)

    def history(self) -> list[PolicyVersion]:
        """All versions, the newest first."""
        with self._database.read() as connection:
            return store.history(connection, _MOST)

    def put(self, policy: Policy, reason: str, based_on: int, *, by: Principal) -> PolicyVersion:
        """Put a policy in force that was drawn up against a version; raises `BadPolicy`, `PolicyMoved`."""
        checked, why = check_policy(policy), check_reason(reason)
        with self._database.write() as transaction:
            pair_store.take_turn(transaction.connection)
            if store.current(transaction.connection).version != based_on:
                raise PolicyMoved("the policy was changed meanwhile: read it anew")
            made = PolicyVersion(based_on + 1, checked, to_text(self._clock()), by.actor, why)
            if not store.put(transaction.connection, made):
                raise PolicyMoved("the policy was changed meanwhile: read it anew")
            told = msgspec.to_builtins(checked) | {"reason": why}
            events.record(transaction, POLICY_PUT, subject=str(made.version), actor=by.actor, payload=told)
        return made
