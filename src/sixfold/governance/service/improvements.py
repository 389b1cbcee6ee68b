"""What is set on scorecards: targets, who answers for a measure, and what is done about it until when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from sixfold.governance.model import NoSuchEntry, Principal
from sixfold.governance.model.scorecards import (
    IMPROVEMENT_PUT,
    OWNER_SET,
    TARGET_SET,
    ActionState,
    Improvement,
    Measure,
    Setting,
)
from sixfold.governance.rules import scorecards as decide
from sixfold.governance.store import improvements as store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.ids import new_key


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody means to do about a measure, by whom, until which day, and what has become of it."""

    text: str
    owner: str
    due: str
    state: str = ActionState.OPEN.value


class Settings(msgspec.Struct, frozen=True):
    """Everything that is set, or that of one line."""

    targets: Mapping[store.Of, float]
    owners: Mapping[store.Of, str]
    actions: list[Improvement]

    def of(self, line: str, which: Measure) -> Setting:
        """What is set on one measure; its actions are those that are open."""
        mine = (one for one in self.actions if (one.line, one.measure) == (line, which))
        still = tuple(one for one in mine if one.state is ActionState.OPEN)
        return Setting(self.targets.get((line, which)), self.owners.get((line, which), ""), still)

    @property
    def lines(self) -> set[str]:
        """Every line on which anything is set."""
        return {*(of[0] for of in (*self.targets, *self.owners)), *(one.line for one in self.actions)}

    @property
    def overdue(self) -> list[Improvement]:
        """The actions that should have been done, the longest overdue first."""
        return [one for one in self.actions if one.overdue]


class Improvements:
    """One a process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def settings(self, connection: Connection, line: str | None = None) -> Settings:
        """What is set, within a transaction."""
        today = self._clock().date()
        actions = [_judged(one, today) for one in store.list_actions(connection, line)]
        return Settings(store.all_targets(connection), store.all_owners(connection), actions)

    def put_target(self, line: str, measure: str, target: float | None, *, by: Principal) -> None:
        """Set a measure's target, or set it back to the default; raises `BadEntry`."""
        of = _of(line, measure)
        if target is not None:
            decide.check_target(of[1], target)
        with self._database.write() as transaction:
            store.put_target(transaction.connection, of, target)
            events.record(transaction, TARGET_SET, subject="/".join(of), actor=by.actor, payload={"target": target})

    def put_owner(self, line: str, measure: str, owner: str, *, by: Principal) -> None:
        """Say who answers for a measure; empty for nobody; raises `BadEntry`."""
        of, named = _of(line, measure), decide.check_owner(owner)
        with self._database.write() as transaction:
            store.put_owner(transaction.connection, of, named)
            events.record(transaction, OWNER_SET, subject="/".join(of), actor=by.actor, payload={"owner": named})

    def open(self, line: str, measure: str, plan: Plan, *, by: Principal) -> Improvement:
        """Open an action; raises `BadEntry`."""
        line, which = _of(line, measure)
        now = to_text(self._clock())
        made = Improvement(new_key(), line, which, **_checked(plan), created_at=now, created_by=by.actor, changed_at=now)
        with self._database.write() as transaction:
            return self._put(transaction, made, by)

    def change(self, key: str, plan: Plan, *, by: Principal) -> Improvement:
        """Change an action, or close it; raises `NoSuchEntry`, `BadEntry`."""
        checked = _checked(plan)
        with self._database.write() as transaction:
            found = store.find_action(transaction.connection, key)
            if found is None:
                raise NoSuchEntry("there is no such action")
            changed = msgspec.structs.replace(found, **checked, changed_at=to_text(self._clock()))
            return self._put(transaction, changed, by)

    def _put(self, transaction: Transaction, action: Improvement, by: Principal) -> Improvement:
        store.put_action(transaction.connection, action)
        told = {name: getattr(action, name) for name in IMPROVEMENT_PUT.payload}
        subject = f"{action.line}/{action.measure}"
        events.record(transaction, IMPROVEMENT_PUT, subject=subject, actor=by.actor, payload=told)
        return _judged(action, self._clock().date())


def _of(line: str, measure: str) -> tuple[str, Measure]:
    return decide.check_line(line), decide.check_measure(measure)


def _checked(plan: Plan) -> dict[str, Any]:
    return {
        "text": decide.check_text(plan.text),
        "owner": decide.check_owner(plan.owner),
        "due": decide.check_due(plan.due),
        "state": decide.check_state(plan.state),
    }


def _judged(action: Improvement, today: date) -> Improvement:
    return msgspec.structs.replace(action, overdue=decide.is_overdue(action.state, action.due, today))
