"""The decisions of governance: pure, so each is a line."""

import pytest

from sixfold.governance import rules
from sixfold.governance.model import Action, BadEntry, Calling, NotAdmitted, PeerRule, Principal
from sixfold.governance.rules.policy import Policies, default_policies

POLICIES = Policies(default_policies())


def person(*roles: str) -> Principal:
    return Principal("person", "ada", "Ada", frozenset(roles))


@pytest.mark.parametrize(("role", "action", "may"), [
    ("administrator", Action.ADMINISTER, True),
    ("radiologist", Action.READ, True),
    ("radiologist", Action.STORE, False),
    ("physician", Action.SUBSCRIBE, False),
    ("uploader", Action.STORE, True),
    ("uploader", Action.SEARCH, False),
    ("modality", Action.READ, False),
    ("auditor", Action.AUDIT, True),
    ("auditor", Action.READ, False),
    ("no such role", Action.SEARCH, False),
])  # fmt: skip
def test_role_permits(role: str, action: Action, may: bool) -> None:
    assert rules.permits(POLICIES, person(role), action) is may


def test_roles_add_up() -> None:
    both = person("auditor", "physician")
    assert rules.permits(POLICIES, both, Action.AUDIT)
    assert rules.permits(POLICIES, both, Action.READ)
    assert rules.actions_of(POLICIES, both) == ["audit", "break-glass", "read", "search"]


def test_nobody_without_a_role_may_anything_but_what_is_their_own() -> None:
    allowed = {action for action in Action if rules.permits(POLICIES, person(), action)}
    assert allowed == {Action.OPEN, Action.OWN}


@pytest.mark.parametrize("name", ["", " ", "-ada", "a b", "a\0", "ä", "a" * 65, "ada'--", "../ada"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(BadEntry):
        rules.check_name(name)


def test_names_are_lower_case() -> None:
    assert rules.check_name(" Ada.Lovelace@Example ") == "ada.lovelace@example"


@pytest.mark.parametrize("password", ["", "short", "a" * 40, "my-name-is-ada-lovelace", "x" * 2000, "\ud800"])
def test_bad_passwords_are_refused(password: str) -> None:
    with pytest.raises(BadEntry):
        rules.check_password(password, "ada")


def test_delay_grows_and_is_bounded() -> None:
    delays = [rules.delay_after(failures) for failures in range(30)]
    assert delays[:3] == [0, 0, 0]
    assert delays == sorted(delays)
    assert delays[3] >= 1
    assert delays[-1] == 900


def test_attempts_are_counted_by_ipv6_network() -> None:
    near, far = rules.attempt_key("ada", "2001:db8::1"), rules.attempt_key("ada", "2001:db8:0:1::1")
    assert rules.attempt_key("Ada ", "2001:db8::ffff") == near
    assert far != near
    assert rules.attempt_key("ada", "10.0.0.1") != rules.attempt_key("ada", "10.0.0.2")


@pytest.mark.parametrize(("query", "shown"), [
    ("PatientName=DOE*&limit=5", "PatientName=DOE*&limit=5"),
    ("PatientName=M%C3%BCller", "PatientName=M%C3%BCller"),
    ("access_token=abc&PatientID=1", "access_token=***&PatientID=1"),
    ("%74oken=abc", "token=***"),
    ("Password=abc", "Password=***"),
])  # fmt: skip
def test_I11_search_keys_are_kept_and_secrets_are_not(query: str, shown: str) -> None:
    assert rules.shown_query(query) == shown


def test_shown_query_is_bounded() -> None:
    assert len(rules.shown_query("PatientName=" + "x" * 100_000)) < 3000


RULES = [
    PeerRule("*", "127.0.0.0/8", "archive-peer"),
    PeerRule("CT?", "10.1.0.0/16", "modality"),
    PeerRule("CT1", "10.1.2.3", "uploader"),
    PeerRule("PACS", "*", "archive-peer", certificate_sha256="ab" * 32),
    PeerRule("OLD", "*", "administrator", enabled=False),
]


@pytest.mark.parametrize(("title", "host", "certificate", "roles"), [
    ("ANY", "127.0.0.9", "", {"archive-peer"}),
    ("ANY", "::ffff:127.0.0.1", "", {"archive-peer"}),
    ("CT2", "10.1.9.9", "", {"modality"}),
    ("CT1 ", "10.1.2.3", "", {"modality", "uploader"}),
    ("PACS", "203.0.113.9", "AB:" * 31 + "AB", {"archive-peer"}),
])  # fmt: skip
def test_matching_rules_add_up(title: str, host: str, certificate: str, roles: set[str]) -> None:
    principal = rules.admitted(Calling(title, "SIXFOLD", host, certificate), "SIXFOLD", RULES)
    assert (principal.kind, principal.name, principal.roles) == ("ae", title.strip(), roles)


@pytest.mark.parametrize(("calling", "reason"), [
    (Calling("ANY", "OTHER", "127.0.0.1"), 7),
    (Calling("ANY", "SIXFOLD", "192.0.2.1"), 3),
    (Calling("CT22", "SIXFOLD", "10.1.0.1"), 3),
    (Calling("ct1", "SIXFOLD", "10.1.2.3"), 3),
    (Calling("PACS", "SIXFOLD", "203.0.113.9"), 3),
    (Calling("PACS", "SIXFOLD", "203.0.113.9", "cd" * 32), 3),
    (Calling("OLD", "SIXFOLD", "203.0.113.9"), 3),
    (Calling("", "SIXFOLD", "127.0.0.1"), 3),
    (Calling("A\0B", "SIXFOLD", "127.0.0.1"), 3),
    (Calling("ANY", "SIXFOLD", "not an address"), 3),
])  # fmt: skip
def test_rejection_carries_the_codes_of_the_standard(calling: Calling, reason: int) -> None:
    with pytest.raises(NotAdmitted) as caught:
        rules.admitted(calling, "SIXFOLD", RULES)
    assert (caught.value.result, caught.value.source, caught.value.reason) == (1, 1, reason)


@pytest.mark.parametrize("rule", [
    PeerRule("", "*", "modality"),
    PeerRule("A" * 17, "*", "modality"),
    PeerRule("A\\B", "*", "modality"),
    PeerRule("A", "ct1.hospital", "modality"),
    PeerRule("A", "10.0.0.0/33", "modality"),
    PeerRule("A", "*", "emperor"),
    PeerRule("A", "*", "modality", certificate_sha256="ab"),
])  # fmt: skip
def test_bad_rules_are_refused(rule: PeerRule) -> None:
    with pytest.raises(BadEntry):
        rules.check_peer(rule)


def test_a_title_pattern_is_no_regular_expression() -> None:
    with pytest.raises(NotAdmitted):
        rules.admitted(Calling("CTX", "SIXFOLD", "127.0.0.1"), "SIXFOLD", [PeerRule("C.X", "*", "modality")])
