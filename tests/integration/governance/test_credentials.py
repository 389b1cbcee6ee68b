"""API tokens on each database."""

import pytest

from sixfold.governance import Governance
from sixfold.governance.model import SYSTEM, BadEntry, NoSuchEntry, UnknownCaller
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database


def test_a_token_proves_its_role(governance: Governance) -> None:
    secret = governance.credentials.create_token("Bench", "service")
    principal = governance.principal_of(secret)
    assert secret.startswith("sxf_")
    assert (principal.kind, principal.name, principal.roles) == ("token", "bench", {"service"})


def test_two_tokens_of_one_name_allow_rotation(governance: Governance) -> None:
    old, new = (governance.credentials.create_token("bench", "service") for _ in range(2))
    revoked = governance.credentials.list_tokens()[-1]
    governance.credentials.revoke_token(revoked.key, by=SYSTEM)
    states = []
    for secret in (old, new):
        try:
            states.append(governance.principal_of(secret).name)
        except UnknownCaller:
            states.append("revoked")
    assert sorted(states) == ["bench", "revoked"]
    with pytest.raises(NoSuchEntry):
        governance.credentials.revoke_token(revoked.key, by=SYSTEM)


def test_a_token_expires(governance: Governance, clock: HandClock) -> None:
    secret = governance.credentials.create_token("bench", "service", days=1)
    governance.principal_of(secret)
    clock.advance(24 * 3600 + 1)
    with pytest.raises(UnknownCaller):
        governance.principal_of(secret)


@pytest.mark.parametrize(("name", "role", "days"), [("a b", "service", None), ("a", "king", None), ("a", "service", 0)])
def test_bad_tokens_are_not_made(governance: Governance, name: str, role: str, days: int | None) -> None:
    with pytest.raises(BadEntry):
        governance.credentials.create_token(name, role, days)


@pytest.mark.parametrize("secret", ["", "sxf_", "sxf_nonsense", "nonsense", "a\0b", "ÿþ", "x" * 100_000])
def test_nonsense_proves_nobody(governance: Governance, secret: str) -> None:
    with pytest.raises(UnknownCaller):
        governance.principal_of(secret)


def test_a_token_costs_no_sql_for_five_seconds_only(governance: Governance, database: Database, clock: HandClock) -> None:
    secret = governance.credentials.create_token("bench", "service")
    known = governance.principal_of(secret)
    other = Governance(database, clock)
    [record] = governance.credentials.list_tokens()
    other.credentials.revoke_token(record.key, by=SYSTEM)
    assert governance.credentials.lately_proved(secret) == known
    clock.advance(4.9)
    assert governance.principal_of(secret) == known
    clock.advance(0.2)
    with pytest.raises(UnknownCaller):
        governance.principal_of(secret)


def test_a_clock_set_back_believes_nobody(governance: Governance, clock: HandClock) -> None:
    secret = governance.credentials.create_token("bench", "service")
    governance.principal_of(secret)
    clock.advance(-3600)
    assert governance.credentials.lately_proved(secret) is None


def test_use_is_noted(governance: Governance, clock: HandClock) -> None:
    secret = governance.credentials.create_token("bench", "service")
    assert governance.credentials.list_tokens()[0].used_at is None
    governance.principal_of(secret)
    first = governance.credentials.list_tokens()[0].used_at
    clock.advance(600)
    governance.principal_of(secret)
    later = governance.credentials.list_tokens()[0].used_at
    assert first is not None
    assert later is not None
    assert later > first
