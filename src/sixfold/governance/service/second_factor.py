"""Second factors: set up, confirmed, asked for at sign-in, taken off. A code is good once."""

import io

import segno

from sixfold.governance.model import NoSuchEntry, Principal
from sixfold.governance.model.second_factor import (
    FACTOR_ENROLLED,
    FACTOR_REMOVED,
    RECOVERY_USED,
    AlreadyEnrolled,
    Enrolment,
    FactorRecord,
    NotEnrolled,
    WrongCode,
)
from sixfold.governance.rules import digest
from sixfold.governance.rules import second_factor as rules
from sixfold.governance.store import second_factor as store
from sixfold.governance.store.keys import Seal
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction

_ISSUER = "Sixfold"


class SecondFactors:
    """The second factors of persons with a password here."""

    def __init__(self, database: Database, clock: Clock, seal: Seal) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal

    def record_of(self, account: str) -> FactorRecord:
        """What can be told of an account's second factor."""
        with self._database.read() as connection:
            return store.record_of(connection, account)

    def needed(self, account: str) -> bool:
        """Whether the account asks for a code."""
        return self.record_of(account).confirmed_at is not None

    def confirmed(self) -> frozenset[str]:
        """The names of the accounts that ask for a code."""
        with self._database.read() as connection:
            return store.confirmed(connection)

    def enrol(self, principal: Principal) -> Enrolment:
        """Set up a factor, which is asked for once it is confirmed; raises `AlreadyEnrolled`."""
        secret = rules.new_secret()
        sealed = self._seal.seal(secret)
        with self._database.write() as transaction:
            found = store.find_factor(transaction.connection, principal.name)
            if found is not None and found.confirmed_at is not None:
                raise AlreadyEnrolled("there is a second factor already: take it off first")
            store.put_unconfirmed(transaction.connection, principal.name, sealed)
        uri = rules.uri_of(secret, principal.name, _ISSUER)
        drawn = io.BytesIO()
        segno.make(uri, error="m").save(drawn, kind="svg", scale=4, xmldecl=False, svgns=True)
        return Enrolment(secret, uri, drawn.getvalue().decode())

    def confirm(self, principal: Principal, code: str) -> list[str]:
        """Ask for the factor from now on; the recovery codes, shown this once. Raises `NotEnrolled`, `WrongCode`."""
        codes = rules.new_recovery_codes()
        with self._database.write() as transaction:
            found = store.find_factor(transaction.connection, principal.name)
            if found is None or found.confirmed_at is not None:  # else it would tell which code is right
                raise NotEnrolled("no second factor waits to be confirmed")
            if not self._fits(transaction, principal.name, code):
                raise WrongCode("that is not the code of this moment: check the device's clock")
            store.confirm(transaction.connection, principal.name, to_text(self._clock()))
            digests = [digest(f"{principal.name}\0{one}") for one in codes]
            store.put_recovery_codes(transaction.connection, principal.name, digests)
            events.record(transaction, FACTOR_ENROLLED, subject=principal.name, actor=principal.actor, payload={})
        return codes

    def spend(self, transaction: Transaction, account: str, code: str) -> None:
        """Use a code of the device or of recovery, in the transaction of what it is for; raises `WrongCode`."""
        if self._fits(transaction, account, code):
            return
        if not store.use_recovery_code(transaction.connection, account, digest(f"{account}\0{rules.recovery_code(code)}")):
            raise WrongCode("the code is wrong, too old or was used before")
        left = store.record_of(transaction.connection, account).recovery_codes
        events.record(transaction, RECOVERY_USED, subject=account, actor=f"person:{account}", payload={"left": left})

    def _fits(self, transaction: Transaction, account: str, code: str) -> bool:
        found = store.find_factor(transaction.connection, account)
        if found is None:
            raise NotEnrolled("there is no second factor")
        step = rules.step_of(self._seal.open(found.sealed), code, self._clock())
        return step is not None and store.use_step(transaction.connection, account, step)

    def remove(self, transaction: Transaction, account: str, by: Principal) -> None:
        """Take off a factor and its recovery codes; raises `NotEnrolled`."""
        if not store.remove_factor(transaction.connection, account):
            raise NotEnrolled("there is no second factor")
        events.record(transaction, FACTOR_REMOVED, subject=account, actor=by.actor, payload={})

    def reset(self, account: str, *, by: Principal) -> None:
        """Take off a factor whose device is lost, as an administrator; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if not store.remove_factor(transaction.connection, account):
                raise NoSuchEntry("that account has no second factor")
            events.record(transaction, FACTOR_REMOVED, subject=account, actor=by.actor, payload={})
