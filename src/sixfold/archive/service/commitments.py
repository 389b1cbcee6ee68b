"""Storage Commitment (PS3.4 J): a promise is given for bytes that were read and compared, not for rows, and it is told.

A request is kept before it is accepted, and until its requestor has acknowledged the result. The process that accepted it
verifies and tells; what it could not tell, or left undone at its end, the worker does (`tell_next`).
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec

from sixfold.archive import rules
from sixfold.archive.model import COMMITMENT_DELIVERED, COMMITMENT_GIVEN_UP, COMMITMENT_KEPT, Located, TooManyWaiting
from sixfold.archive.service.reader import Reader
from sixfold.archive.store import commitments as store
from sixfold.archive.store.commitments import Kept
from sixfold.dicom.uids import like_uid
from sixfold.dimse.errors import DimseFailure
from sixfold.dimse.services import CommitFailure, CommitResult, Reference
from sixfold.dimse.status import CLASS_INSTANCE_CONFLICT, NO_SUCH_INSTANCE, PROCESSING_FAILURE
from sixfold.governance.model import Principal
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, from_text, to_text, utc_now
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.errors import Damaged, NotFound, SixfoldError, Unavailable
from sixfold.kernel.ids import new_key
from sixfold.kernel.kinds import EventKind
from sixfold.kernel.logs import logger

MOST_WAITING = 10_000
"""Requests of one AE that are kept at once."""

Tell = Callable[[Kept, CommitResult], None]
"""Tells a result to who asked for it; raises an error of the tree or OSError where it cannot, `DimseFailure` when refused."""

_RENEWAL = timedelta(minutes=1)


class Commitments:
    """The requests that are kept. Thread-safe."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        clock: Clock = utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.database = database
        self.reader = reader
        self.clock = clock
        self._chance = chance

    def keep(self, asked: CommitResult, ae_title: str, our_ae: str, *, by: Principal) -> "Attempt":
        """Keep a request, durably, whose references are `asked.committed`; raises `TooManyWaiting`.

        `ae_title` asked, and is told by `our_ae`. The worker leaves the request to the caller for five minutes, and for longer
        while it verifies.
        """
        many, now = len(asked.committed), to_text(self.clock())
        kept = Kept(new_key(), asked.transaction_uid, ae_title, our_ae, many, None, now, 0, self.held(), "")
        with self.database.write() as transaction:
            if store.count(transaction.connection, ae_title) >= MOST_WAITING:
                raise TooManyWaiting(f"{MOST_WAITING} results wait for {ae_title} already")
            store.add(transaction, kept, asked)
            payload = {"ae_title": ae_title, "asked": many}
            events.record(transaction, COMMITMENT_KEPT, subject=asked.transaction_uid, actor=by.actor, payload=payload)
        return Attempt(self, kept, asked)

    def waiting(self, after: str = "", limit: int = 100) -> tuple[int, list[Kept]]:
        """How many requests wait for their results to be told, and those above a key, oldest first."""
        with self.database.read() as connection:
            return store.count(connection), store.page(connection, after, limit)

    def tell_next(self, tell: Tell) -> int:
        """Tell the result that has been due longest, or give it up; returns 0 when none is due."""
        now = self.clock()
        kept = store.due(self.database, to_text(now))
        if kept is None:
            return 0
        if kept.attempts and now - from_text(kept.accepted_at) >= rules.COMMITMENT_LIFE:
            self._give_up(kept)
            return 1
        until = now + max(rules.COMMITMENT_HOLD, self.pause_after(kept.attempts + 1))
        with self.database.write(synced=False) as transaction:
            claimed = store.claim(transaction, kept, to_text(until))
        asked = store.content(self.database, kept.key) if claimed else None
        if asked is not None:
            self._attempt(Attempt(self, msgspec.structs.replace(kept, attempts=kept.attempts + 1), asked), tell)
        return 1

    def held(self) -> str:
        """Until when a request is left to who works at it now."""
        return to_text(self.clock() + rules.COMMITMENT_HOLD)

    def pause_after(self, attempts: int) -> timedelta:
        """How long to wait after so many vain attempts."""
        return rules.pause_after(attempts, self._chance())

    def _attempt(self, attempt: "Attempt", tell: Tell) -> None:
        try:
            result = attempt.verify()
        except SixfoldError as error:
            attempt.postpone(str(error))
            return
        try:
            tell(attempt.kept, result)
        except DimseFailure as error:
            attempt.untold(result, str(error))
        except (SixfoldError, OSError) as error:
            attempt.untold(result, str(error), unreachable=True)
        else:
            attempt.told()

    def _give_up(self, kept: Kept) -> None:
        with self.database.write() as transaction:
            gone = store.remove(transaction, kept.key)
            if gone is not None:
                _record(transaction, COMMITMENT_GIVEN_UP, gone, error=gone.error)
        fields = {"transaction_uid": kept.transaction_uid, "ae_title": kept.ae_title, "attempts": kept.attempts}
        logger("archive").error("a commitment result was given up", extra={**fields, "error": kept.error})


class Attempt:
    """One attempt at a kept request: to verify its references and to have the result told. Implements `dimse.Commitment`."""

    def __init__(self, commitments: Commitments, kept: Kept, content: CommitResult) -> None:
        self.kept = kept
        self._commitments = commitments
        self._content = content
        self._renewal = commitments.clock() + _RENEWAL

    def verify(self) -> CommitResult:
        """The result: verified now, unless it was before; raises `Unavailable`."""
        if self.kept.failed is not None:
            return self._content
        result = verify(self._commitments.reader, self._content.transaction_uid, self._content.committed, self._renew)
        with self._commitments.database.write(synced=False) as transaction:
            self._keep_result(transaction, result)
            store.hold(transaction, self.kept, self._commitments.held())
        return result

    def told(self) -> None:
        """The result was acknowledged."""
        with self._commitments.database.write(synced=False) as transaction:
            kept = store.remove(transaction, self.kept.key)
            if kept is not None:
                in_vain = msgspec.structs.replace(kept, attempts=max(kept.attempts - 1, 0))
                _record(transaction, COMMITMENT_DELIVERED, in_vain)

    def untold(self, result: CommitResult, problem: str, *, unreachable: bool = False) -> None:
        """The result was not acknowledged; when the AE is `unreachable`, other results for it need not be tried now."""
        with self._commitments.database.write(synced=False) as transaction:
            if self.kept.failed is None:
                self._keep_result(transaction, result)
            until = self._postpone(transaction, problem)
            if unreachable:
                store.postpone_others(transaction, self.kept, to_text(self._commitments.clock()), until, problem)

    def postpone(self, problem: str) -> None:
        """The references could not be verified now."""
        with self._commitments.database.write(synced=False) as transaction:
            self._postpone(transaction, problem)

    def _postpone(self, transaction: Transaction, problem: str) -> str:
        until = to_text(self._commitments.clock() + self._commitments.pause_after(self.kept.attempts))
        store.postpone(transaction, self.kept, until, problem)
        return until

    def _keep_result(self, transaction: Transaction, result: CommitResult) -> None:
        store.verified(transaction, self.kept.key, result)
        self.kept = msgspec.structs.replace(self.kept, failed=len(result.failed))

    def _renew(self) -> None:
        """Have the worker leave the request alone for as long as its references are being read."""
        now = self._commitments.clock()
        if now >= self._renewal:
            self._renewal = now + _RENEWAL
            with self._commitments.database.write(synced=False) as transaction:
                store.hold(transaction, self.kept, self._commitments.held())


def _record(transaction: Transaction, kind: EventKind, kept: Kept, **more: str) -> None:
    payload = {"ae_title": kept.ae_title, "asked": kept.asked, "failed": kept.failed, "attempts": kept.attempts, **more}
    events.record(transaction, kind, subject=kept.transaction_uid, actor="system", payload=payload)


def _nothing() -> None:
    """Between two references there is nothing to do."""


def verify(
    reader: Reader, transaction_uid: str, references: Sequence[Reference], between: Callable[[], None] = _nothing
) -> CommitResult:
    """Read every referenced instance back and hold it against its digest; failure reasons of PS3.3 C.14.1.1."""
    here = {found.sop_uid: found for found in reader.locate_all([uid for _, uid in references if like_uid(uid)])}
    committed, failed = [], []
    for sop_class, sop_uid in references:
        reason = _fault(reader, here.get(sop_uid), sop_class)
        if reason is None:
            committed.append((sop_class, sop_uid))
        else:
            failed.append(CommitFailure(sop_class, sop_uid, reason))
        between()
    return CommitResult(transaction_uid, tuple(committed), tuple(failed))


def _fault(reader: Reader, instance: Located | None, sop_class: str) -> int | None:
    if instance is None:
        return NO_SUCH_INSTANCE
    if instance.sop_class != sop_class:
        return CLASS_INSTANCE_CONFLICT
    digest = hashlib.sha256()
    try:
        for piece in reader.data_set(instance):
            digest.update(piece)
    except NotFound:
        return NO_SUCH_INSTANCE
    except (Damaged, Unavailable):
        return PROCESSING_FAILURE
    return None if digest.digest() == instance.digest else PROCESSING_FAILURE
