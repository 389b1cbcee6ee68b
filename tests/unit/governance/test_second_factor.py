"""The second factor over HTTP: set up, asked for, used once, lost, taken off."""

import re
import stat
from pathlib import Path
from typing import Any

import pyotp
import pytest

from sixfold.governance import Governance
from sixfold.governance.rules import second_factor as rules
from sixfold.governance.store import second_factor as store
from sixfold.governance.store.keys import KeyUnavailable, Seal, SealBroken
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database

from .conftest import OURS, PASSWORD, Client

FACTOR = "/api/session/second-factor"


class Device:
    """An authenticator whose clock is the test's."""

    def __init__(self, secret: str, clock: HandClock) -> None:
        self._totp = pyotp.TOTP(secret)
        self._clock = clock

    def code(self, off: float = 0) -> str:
        return self._totp.at(int(self._clock().timestamp() + off))


def sign_in(client: Client, code: str = "") -> Any:
    return client.post("/api/session", json={"name": "ada", "password": PASSWORD, "code": code})


@pytest.fixture
def device(signed_in: Client, clock: HandClock) -> Device:
    """Set up and confirmed; the code of this moment is spent."""
    made = Device(signed_in.post(FACTOR, headers=OURS).json()["secret"], clock)
    answer = signed_in.post(f"{FACTOR}/confirmation", json={"code": made.code()}, headers=OURS)
    assert answer.status_code == 201
    clock.advance(30)
    return made


def test_it_is_shown_once_as_secret_uri_and_picture(signed_in: Client) -> None:
    answer = signed_in.post(FACTOR, headers=OURS)
    body = answer.json()
    assert body["uri"] == f"otpauth://totp/Sixfold:ada?secret={body['secret']}&issuer=Sixfold"
    assert body["svg"].startswith("<svg")
    assert answer.headers["cache-control"] == "no-store"
    assert sign_in(signed_in).status_code == 201  # not confirmed: not asked for


def test_a_code_is_asked_for_and_good_once(signed_in: Client, device: Device, clock: HandClock) -> None:
    answer = sign_in(signed_in)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:sixfold:second-factor-needed")
    code = device.code()
    assert sign_in(signed_in, code).status_code == 201
    refused = sign_in(signed_in, code)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:sixfold:wrong-code")
    clock.advance(60)
    assert sign_in(signed_in, device.code(-30)).status_code == 201
    clock.advance(120)
    assert sign_in(signed_in, device.code(-61)).status_code == 401


def test_the_code_of_the_confirmation_is_spent(signed_in: Client, device: Device) -> None:
    assert sign_in(signed_in, device.code(-30)).status_code == 401


def test_codes_are_counted_from_wherever_they_come(signed_in: Client, device: Device, governance: Governance) -> None:
    for _ in range(3):
        assert sign_in(signed_in, "000000").status_code == 401
    assert sign_in(signed_in, device.code()).status_code == 429
    assert governance.second_factors.needed("ada")


def test_a_wrong_password_does_not_tell_of_the_factor(signed_in: Client, device: Device) -> None:
    answer = signed_in.post("/api/session", json={"name": "ada", "password": "wrong wrong wrong", "code": device.code()})
    assert answer.json()["type"] == "urn:sixfold:bad-credentials"


def test_a_recovery_code_is_good_once(signed_in: Client, clock: HandClock) -> None:
    device = Device(signed_in.post(FACTOR, headers=OURS).json()["secret"], clock)
    codes = signed_in.post(f"{FACTOR}/confirmation", json={"code": device.code()}, headers=OURS).json()["codes"]
    assert len(set(codes)) == 10
    assert sign_in(signed_in, codes[0].upper().replace("-", " ")).status_code == 201
    assert sign_in(signed_in, codes[0]).status_code == 401
    assert signed_in.get(FACTOR).json()["recovery_codes"] == 9


def test_taking_it_off_needs_password_and_code(signed_in: Client, device: Device) -> None:
    def removal(password: str, code: str) -> int:
        body = {"password": password, "code": code}
        return signed_in.post(f"{FACTOR}/removal", json=body, headers=OURS).status_code

    assert signed_in.post(FACTOR, headers=OURS).status_code == 409
    assert removal("not the password", device.code()) == 401
    assert removal(PASSWORD, "123") == 401
    assert removal(PASSWORD, device.code()) == 204
    assert signed_in.get(FACTOR).json() == {"confirmed_at": None, "recovery_codes": 0}
    assert sign_in(signed_in).status_code == 201


def test_an_administrator_takes_it_off(signed_in: Client, device: Device) -> None:
    def listed() -> list[tuple[str, bool]]:
        return [(account["name"], account["second_factor"]) for account in signed_in.get("/api/governance/accounts").json()]

    path = "/api/governance/accounts/ada/second-factor"
    assert signed_in.get(path).json()["recovery_codes"] == 10
    assert listed() == [("ada", True)]
    assert signed_in.delete(path, headers=OURS).status_code == 204
    assert listed() == [("ada", False)]
    assert signed_in.delete(path, headers=OURS).status_code == 404
    assert sign_in(signed_in).status_code == 201
    kinds = [event["kind"] for event in signed_in.get("/api/governance/audit?subject=ada").json()["events"]]
    assert {"second-factor.enrolled", "second-factor.removed"} <= set(kinds)


def test_a_confirmed_factor_does_not_tell_which_code_is_right(signed_in: Client, device: Device) -> None:
    for code in (device.code(), "000000"):
        assert signed_in.post(f"{FACTOR}/confirmation", json={"code": code}, headers=OURS).status_code == 409


def test_a_program_of_the_same_name_has_none(signed_in: Client, governance: Governance) -> None:
    bearer = {"Authorization": f"Bearer {governance.credentials.create_token('ada', 'physician')}"}
    assert signed_in.post(FACTOR, headers=bearer).status_code == 403


def test_the_secret_is_sealed_at_rest(signed_in: Client, sqlite_database: Database, tmp_path: Path) -> None:
    secret = signed_in.post(FACTOR, headers=OURS).json()["secret"]
    with sqlite_database.read() as connection:
        kept = store.find_factor(connection, "ada").sealed
    assert secret not in kept
    key = tmp_path / "home" / "governance.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert list(key.parent.iterdir()) == [key]
    assert Seal(tmp_path / "home").open(kept) == secret
    with pytest.raises(SealBroken):
        Seal(tmp_path / "another").open(kept)
    with pytest.raises(KeyUnavailable):
        Seal(None).seal("x")


def test_codes_are_those_of_the_standard(clock: HandClock) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238 appendix B, of which six digits
    clock.advance(59 - clock().timestamp())
    assert rules.step_of(secret, "287 082", clock()) == 1
    for bad in ("", "28708", "2870820", "٢٨٧٠٨٢", "abcdef"):
        assert rules.step_of(secret, bad, clock()) is None


def test_recovery_codes_are_read_as_typed() -> None:
    code = rules.new_recovery_codes()[0]
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", code)
    assert rules.recovery_code(f"  {code.upper()} ") == code == rules.recovery_code(code.replace("-", ""))
