"""What-if: a replay is asked for by a person, run in steps by the worker, and read while it runs."""

import time
from datetime import timedelta

import msgspec

from sixfold.governance.model import SYSTEM, BadEntry, NoSuchEntry, Principal
from sixfold.governance.model.decisions import NotDecidable
from sixfold.governance.model.replay import (
    REPLAY_CANCELLED,
    REPLAY_FINISHED,
    REPLAY_STARTED,
    Outlook,
    Replay,
    ReplayState,
)
from sixfold.governance.rules.policy import Policies
from sixfold.governance.rules.replay import Replaying
from sixfold.governance.service.assembly import text_in_force
from sixfold.governance.service.proposals import existing
from sixfold.governance.store import policies as policy_store
from sixfold.governance.store import replay as store
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_key

_AT_ONCE = 5_000
_STEP_SECONDS = 2.0
_MOST_DAYS = 3660


class ReplayView(msgspec.Struct, frozen=True):
    """A replay; its result when it is done, with the first `limit` changes of `changes_in_all`."""

    replay: Replay
    outlook: Outlook | None = None
    changes_in_all: int = 0


class Replays:
    """One a process; `step` is for the worker."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._at: tuple[str, int] | None = None
        self._work: Replaying | None = None

    def start(self, proposal_key: str, days: int | None, *, by: Principal) -> Replay:
        """Ask what a proposal would have changed in the last days, or ever; ends of earlier replays of it are forgotten.

        Raises `NoSuchEntry`, `BadEntry`, `NotDecidable` when it is not of policies or one is running.
        """
        if days is not None and not 1 <= days <= _MOST_DAYS:
            raise BadEntry(f"the past is between 1 and {_MOST_DAYS} days long, or all there is")
        now = self._clock()
        since = to_text(now - timedelta(days=days)) if days is not None else ""
        with self._database.write() as transaction:
            connection = transaction.connection
            proposal = existing(connection, proposal_key)
            if not proposal.version:
                raise NotDecidable("this proposal changes no policies")
            if any(one.state is ReplayState.RUNNING for one in store.list_replays(connection, proposal_key)):
                raise NotDecidable("a replay of this proposal is running: wait for it, or cancel it")
            store.forget_ended(connection, proposal_key)
            until = store.newest_event(connection)
            replay = Replay(
                key=new_key(),
                proposal=proposal_key,
                version=proposal.version,
                base=Policies(text_in_force(connection)).version,
                state=ReplayState.RUNNING,
                done=0,
                total=store.count_past(connection, until, since),
                since=since,
                through=0,
                until=until,
                asked_by=by.actor,
                asked_at=to_text(now),
            )
            store.add_replay(connection, replay)
            told = {**_about(replay), "total": replay.total}
            events.record(transaction, REPLAY_STARTED, subject=replay.key, actor=by.actor, payload=told)
        return replay

    def list_replays(self, proposal: str) -> list[Replay]:
        """The replays of a proposal, the newest first."""
        with self._database.read() as connection:
            return store.list_replays(connection, proposal)

    def view(self, key: str, limit: int = 200, actor: str | None = None) -> ReplayView:
        """A replay and, when it is done, its result, with the changes of one actor if given; raises `NoSuchEntry`."""
        with self._database.read() as connection:
            replay = store.find_replay(connection, key)
            if replay is None:
                raise NoSuchEntry("there is no such replay")
            outlook = store.outlook_of(connection, key) if replay.state is ReplayState.DONE else None
        if outlook is None:
            return ReplayView(replay)
        changes = [change for change in outlook.changes if actor in (None, change.actor)]
        return ReplayView(replay, msgspec.structs.replace(outlook, changes=changes[:limit]), len(changes))

    def cancel(self, key: str, *, by: Principal) -> Replay:
        """Stop a running replay; raises `NoSuchEntry`, `NotDecidable` when it has ended."""
        with self._database.write() as transaction:
            replay = store.find_replay(transaction.connection, key)
            if replay is None:
                raise NoSuchEntry("there is no such replay")
            if not store.cancel(transaction.connection, key):
                raise NotDecidable(f"the replay is {replay.state.value}")
            events.record(transaction, REPLAY_CANCELLED, subject=key, actor=by.actor, payload=_about(replay))
        return msgspec.structs.replace(replay, state=ReplayState.CANCELLED)

    def step(self) -> int:
        """Decide some seconds' worth of the past again and write it down; returns how many events, 0 when nothing is asked for.

        A worker that is killed between two steps has lost nothing that was written down.
        """
        with self._database.read() as connection:
            replay = store.next_running(connection)
        if replay is None:
            self._at = self._work = None
            return 0
        work, further = self._resumed(replay), replay
        give_up = time.monotonic() + _STEP_SECONDS
        while further.state is ReplayState.RUNNING and time.monotonic() < give_up:
            further = self._take(work, further)
        self._write(replay, further, work)
        return max(1, further.done - replay.done)

    def _resumed(self, replay: Replay) -> Replaying:
        if self._work is None or self._at != (replay.key, replay.through):
            with self._database.read() as connection:
                base, proposed = (policy_store.text_of(connection, one) for one in (replay.base, replay.version))
                so_far = store.outlook_of(connection, replay.key)
            self._work = Replaying(Policies(base), Policies(proposed), so_far)
        return self._work

    def _take(self, work: Replaying, replay: Replay) -> Replay:
        with self._database.read() as connection:
            batch = store.read_past(connection, replay, replay.through, _AT_ONCE)
        work.take(batch)
        done = replay.done + len(batch)
        if len(batch) < _AT_ONCE:
            return msgspec.structs.replace(replay, done=done, through=replay.until, state=ReplayState.DONE)
        return msgspec.structs.replace(replay, done=done, through=batch[-1].seq)

    def _write(self, before: Replay, after: Replay, work: Replaying) -> None:
        outlook = work.outlook()
        with self._database.write(synced=after.state is ReplayState.DONE) as transaction:
            mine = store.move(transaction.connection, before, after, outlook)
            if mine and after.state is ReplayState.DONE:
                told = {**_about(after), "gains": outlook.totals.gains, "loses": outlook.totals.loses}
                events.record(transaction, REPLAY_FINISHED, subject=after.key, actor=SYSTEM.actor, payload=told)
        self._at = (after.key, after.through) if mine else None


def _about(replay: Replay) -> dict[str, object]:
    return {"proposal": replay.proposal, "version": replay.version, "base": replay.base}
