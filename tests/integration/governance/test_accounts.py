"""Accounts, links, sign-in, sessions on each database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from sixfold.governance import Governance
from sixfold.governance.jobs import duties
from sixfold.governance.model import (
    SYSTEM,
    BadCredentials,
    BadEntry,
    LastAdministrator,
    LinkSpent,
    NameTaken,
    NoSuchEntry,
    TooManyAttempts,
    UnknownCaller,
    Via,
)
from sixfold.governance.store import sessions
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database

PASSWORD = "correct horse battery"
HOME = Via("/api/session", "192.0.2.1")


@pytest.fixture
def ada(governance: Governance) -> str:
    """The first administrator's name."""
    secret = governance.accounts.first_link()
    assert secret is not None
    return governance.accounts.redeem(secret, "ada", "Ada Lovelace", PASSWORD).name


def kinds(database: Database) -> list[str]:
    return [event.kind for event in events.read(database, 0, 1000)]


def test_first_link_makes_the_first_administrator_once(governance: Governance) -> None:
    secret = governance.accounts.first_link()
    assert secret is not None
    account = governance.accounts.redeem(secret, "Ada", "  Ada   Lovelace ", PASSWORD)
    assert (account.name, account.display_name, account.roles) == ("ada", "Ada Lovelace", {"administrator"})
    with pytest.raises(LinkSpent):
        governance.accounts.redeem(secret, "eve", "Eve", PASSWORD)
    assert governance.accounts.first_link() is None


def test_a_second_start_makes_the_first_link_void(governance: Governance) -> None:
    earlier, later = governance.accounts.first_link(), governance.accounts.first_link()
    assert earlier is not None
    assert later is not None
    with pytest.raises(LinkSpent):
        governance.accounts.redeem(earlier, "eve", "Eve", PASSWORD)
    assert governance.accounts.redeem(later, "ada", "Ada", PASSWORD).name == "ada"


def test_a_link_expires(governance: Governance, clock: HandClock) -> None:
    secret = governance.accounts.first_link()
    assert secret is not None
    clock.advance(24 * 3600 + 1)
    with pytest.raises(LinkSpent):
        governance.accounts.redeem(secret, "ada", "Ada", PASSWORD)


def test_a_link_stays_good_after_a_bad_try(governance: Governance, ada: str) -> None:
    secret = governance.accounts.invite(["physician"], by=SYSTEM)
    with pytest.raises(NameTaken):
        governance.accounts.redeem(secret, ada, "Other", PASSWORD)
    with pytest.raises(BadEntry):
        governance.accounts.redeem(secret, "bob", "Bob", "short")
    assert governance.accounts.redeem(secret, "bob", "Bob", PASSWORD).roles == {"physician"}


def test_a_link_is_redeemed_once_by_many_at_once(governance: Governance) -> None:
    secret = governance.accounts.first_link()
    assert secret is not None

    def attempt(number: int) -> bool:
        try:
            governance.accounts.redeem(secret, f"person{number}", "Person", PASSWORD)
        except LinkSpent:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert len(governance.accounts.list_accounts()) == 1


def test_sign_in_gives_a_session_that_proves_the_person(governance: Governance, ada: str) -> None:
    secret = governance.accounts.sign_in("ADA ", PASSWORD, HOME, "Firefox")
    principal = governance.principal_of(secret)
    assert (principal.kind, principal.name, principal.display_name) == ("person", ada, "Ada Lovelace")
    [session] = governance.credentials.sessions_of(principal, secret)
    assert (session.address, session.agent, session.current) == ("192.0.2.1", "Firefox", True)


def test_no_secret_is_stored(governance: Governance, database: Database, ada: str) -> None:
    session = governance.accounts.sign_in(ada, PASSWORD, HOME)
    token = governance.credentials.create_token("bench", "service")
    with database.read() as connection:
        tables = sa.inspect(connection).get_table_names()
        held = "".join(str(connection.execute(sa.text(f'SELECT * FROM "{name}"')).all()) for name in tables)
    for secret in (session, token, PASSWORD):
        assert secret not in held


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("a\0b", PASSWORD), ("ada", "x" * 9999)]
)
def test_bad_credentials_are_refused_alike(governance: Governance, ada: str, name: str, password: str) -> None:
    with pytest.raises(BadCredentials, match="the name or the password is wrong"):
        governance.accounts.sign_in(name, password, HOME)


def test_an_unknown_name_costs_a_hash_too(governance: Governance, ada: str) -> None:
    calls: list[str | None] = []
    matches = governance.accounts._passwords.matches

    def counted(kept: str | None, password: str) -> bool:
        calls.append(kept)
        return matches(kept, password)

    governance.accounts._passwords.matches = counted  # type: ignore[method-assign]
    with pytest.raises(BadCredentials):
        governance.accounts.sign_in("nobody", PASSWORD, HOME)
    assert calls == [None]


def test_failures_delay_this_account_from_this_address_only(governance: Governance, ada: str, clock: HandClock) -> None:
    for _ in range(3):
        with pytest.raises(BadCredentials):
            governance.accounts.sign_in(ada, "wrong", HOME)
    with pytest.raises(TooManyAttempts) as caught:
        governance.accounts.sign_in(ada, PASSWORD, HOME)
    assert caught.value.retry_after > 0
    assert governance.accounts.sign_in(ada, PASSWORD, Via("", "198.51.100.7"))
    clock.advance(caught.value.retry_after)
    assert governance.accounts.sign_in(ada, PASSWORD, HOME)
    assert governance.accounts.sign_in(ada, PASSWORD, HOME)


def test_parallel_guesses_gain_nothing(governance: Governance, ada: str) -> None:
    def guess(_: int) -> str:
        try:
            governance.accounts.sign_in(ada, "wrong", HOME)
        except (BadCredentials, TooManyAttempts) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(24)))
    assert outcomes.count("BadCredentials") == 3
    assert outcomes.count("TooManyAttempts") == 21


def test_a_session_ends_when_idle_and_when_old(governance: Governance, ada: str, clock: HandClock) -> None:
    idle = governance.accounts.sign_in(ada, PASSWORD, HOME)
    clock.advance(12 * 3600 + 1)
    with pytest.raises(UnknownCaller):
        governance.principal_of(idle)
    busy = governance.accounts.sign_in(ada, PASSWORD, HOME)
    for _ in range(16):
        clock.advance(10 * 3600)
        governance.principal_of(busy)
    clock.advance(9 * 3600)
    with pytest.raises(UnknownCaller):
        governance.principal_of(busy)


def test_sign_out_and_ending_another_session_work_at_once(governance: Governance, ada: str) -> None:
    here, lost = (governance.accounts.sign_in(ada, PASSWORD, HOME) for _ in range(2))
    principal = governance.principal_of(lost)
    other = next(session for session in governance.credentials.sessions_of(principal, here) if not session.current)
    governance.credentials.end_own(principal, other.key)
    with pytest.raises(UnknownCaller):
        governance.principal_of(lost)
    governance.credentials.end_session(here)
    with pytest.raises(UnknownCaller):
        governance.principal_of(here)
    with pytest.raises(NoSuchEntry):
        governance.credentials.end_own(principal, other.key)


def test_nobody_ends_the_session_of_another(governance: Governance, ada: str) -> None:
    governance.accounts.redeem(governance.accounts.invite(["physician"], by=SYSTEM), "bob", "Bob", PASSWORD)
    secret = governance.accounts.sign_in(ada, PASSWORD, HOME)
    bob = governance.principal_of(governance.accounts.sign_in("bob", PASSWORD, HOME))
    [session] = governance.credentials.sessions_of(governance.principal_of(secret), secret)
    with pytest.raises(NoSuchEntry):
        governance.credentials.end_own(bob, session.key)


def test_a_new_password_ends_other_sessions(governance: Governance, ada: str) -> None:
    here, there = (governance.accounts.sign_in(ada, PASSWORD, HOME) for _ in range(2))
    principal = governance.principal_of(here)
    with pytest.raises(BadCredentials):
        governance.accounts.change_password(principal, "wrong", "another long phrase", keep=here)
    governance.accounts.change_password(principal, PASSWORD, "another long phrase", keep=here)
    assert governance.principal_of(here).name == ada
    with pytest.raises(UnknownCaller):
        governance.principal_of(there)
    with pytest.raises(BadCredentials):
        governance.accounts.sign_in(ada, PASSWORD, HOME)


def test_a_reset_link_sets_the_password_of_its_account_only(governance: Governance, ada: str) -> None:
    secret = governance.accounts.reset_link(ada, by=SYSTEM)
    with pytest.raises(BadEntry):
        governance.accounts.redeem(secret, "eve", "Eve", "another long phrase")
    governance.accounts.redeem(secret, ada, "Ada", "another long phrase")
    assert governance.accounts.sign_in(ada, "another long phrase", HOME)


def test_the_last_administrator_stays(governance: Governance, ada: str) -> None:
    with pytest.raises(LastAdministrator):
        governance.accounts.remove(ada, by=SYSTEM)
    with pytest.raises(LastAdministrator):
        governance.accounts.change(ada, ["physician"], enabled=True, by=SYSTEM)
    with pytest.raises(LastAdministrator):
        governance.accounts.change(ada, ["administrator"], enabled=False, by=SYSTEM)
    assert governance.accounts.list_accounts()[0].enabled


def test_a_barred_account_is_out_at_once(governance: Governance, ada: str) -> None:
    governance.accounts.redeem(governance.accounts.invite(["physician"], by=SYSTEM), "bob", "Bob", PASSWORD)
    secret = governance.accounts.sign_in("bob", PASSWORD, HOME)
    governance.accounts.change("bob", ["physician"], enabled=False, by=SYSTEM)
    with pytest.raises(UnknownCaller):
        governance.principal_of(secret)
    with pytest.raises(BadCredentials):
        governance.accounts.sign_in("bob", PASSWORD, HOME)
    governance.accounts.remove("bob", by=SYSTEM)
    assert [account.name for account in governance.accounts.list_accounts()] == [ada]


def test_every_change_is_an_event_of_its_transaction(governance: Governance, database: Database, ada: str) -> None:
    with pytest.raises(BadCredentials):
        governance.accounts.sign_in("my secret passphrase", "oops", HOME)
    secret = governance.accounts.sign_in(ada, PASSWORD, HOME)
    governance.credentials.end_session(secret)
    told = [kind for kind in kinds(database) if not kind.startswith("access.")]
    first = ["policy.activated", "body.changed", "link.created", "account.created"]
    assert told == [*first, "session.refused", "session.opened", "session.ended"]
    assert all("my secret" not in str(event) for event in events.read(database, 0, 1000))


def test_tidying_removes_only_what_is_over(governance: Governance, database: Database, ada: str, clock: HandClock) -> None:
    governance.accounts.sign_in(ada, PASSWORD, HOME)
    clock.advance(13 * 3600)
    kept = governance.accounts.sign_in(ada, PASSWORD, HOME)
    tidy, *_ = duties(database, clock)
    assert tidy.run() == 0
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sessions)).scalar_one() == 1
    assert governance.principal_of(kept).name == ada
