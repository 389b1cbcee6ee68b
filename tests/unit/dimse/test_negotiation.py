"""What is agreed on, for every kind of offer."""

import pytest

from sixfold.dimse.message import QueryOptions
from sixfold.dimse.negotiation import (
    ABSTRACT_SYNTAX_REFUSED,
    ACCEPTED,
    TRANSFER_SYNTAXES_REFUSED,
    Agreement,
    Context,
    Policy,
    conclude,
    may_be_storage,
    negotiate,
    option_bytes,
    query_options,
    refusal,
)
from sixfold.dimse.pdu import (
    AssociateAccept,
    AssociateRequest,
    AsyncWindow,
    CommonExtended,
    ContextResult,
    ExtendedNegotiation,
    OfferedContext,
    RoleSelection,
    UserIdentity,
    UserInformation,
    decode,
    encode,
)
from sixfold.dimse.scp.offer import SOP_CLASSES
from sixfold.dimse.uids import STUDY_ROOT_FIND, STUDY_ROOT_GET, STUDY_ROOT_MOVE

CT = "1.2.840.10008.5.1.4.1.1.2"
VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT, EXPLICIT, BIG, JPEG = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.70",
)
POLICY = Policy(SOP_CLASSES, max_length=65536, async_window=AsyncWindow(8, 8))


def offer(*contexts: tuple[str, tuple[str, ...]], **user: object) -> AssociateRequest:
    offers = tuple(OfferedContext(2 * at + 1, uid, syntaxes) for at, (uid, syntaxes) in enumerate(contexts))
    return AssociateRequest("CALLED", "CALLING", offers, UserInformation(max_length=16384, **user))  # type: ignore[arg-type]


def answer(request: AssociateRequest, policy: Policy = POLICY) -> tuple[AssociateAccept, Agreement]:
    accept, agreement = negotiate(request, policy)
    assert decode(2, encode(accept)[6:]) == accept
    return accept, agreement


def test_each_context_gets_its_result_in_order() -> None:
    accept, agreement = answer(
        offer(
            (VERIFICATION, (BIG, EXPLICIT, IMPLICIT)),
            (CT, (JPEG, EXPLICIT)),
            ("1.2.840.10008.5.1.4.31", (IMPLICIT,)),
            (STUDY_ROOT_FIND, (BIG,)),
            (CT, ()),
        )
    )
    assert accept.contexts == (
        ContextResult(1, ACCEPTED, EXPLICIT),
        ContextResult(3, ACCEPTED, JPEG),
        ContextResult(5, ABSTRACT_SYNTAX_REFUSED, IMPLICIT),
        ContextResult(7, TRANSFER_SYNTAXES_REFUSED, IMPLICIT),
        ContextResult(9, TRANSFER_SYNTAXES_REFUSED, IMPLICIT),
    )
    assert set(agreement.contexts) == {1, 3}
    assert agreement.peer_max_length == 16384
    assert (accept.called_ae, accept.calling_ae, accept.user.max_length) == ("CALLED", "CALLING", 65536)


@pytest.mark.parametrize("syntax", [IMPLICIT, BIG, "1.2.840.10008.1.2.1.99", "1.2.840.113619.5.2", "1.2.3.4"])
def test_storage_takes_any_transfer_syntax(syntax: str) -> None:
    assert answer(offer((CT, (syntax,))))[0].contexts == (ContextResult(1, ACCEPTED, syntax),)


def test_preferred_syntaxes_win_over_the_senders_order() -> None:
    policy = Policy({}, preferred_syntaxes=(JPEG, EXPLICIT))
    assert answer(offer((CT, (IMPLICIT, EXPLICIT, JPEG))), policy)[0].contexts[0].transfer_syntax == JPEG
    assert answer(offer((CT, (BIG, IMPLICIT))), policy)[0].contexts[0].transfer_syntax == BIG


@pytest.mark.parametrize(
    ("uid", "expected"),
    [
        (CT, True),
        ("1.2.840.10008.5.1.4.1.1.999", True),
        ("1.3.12.2.1107.5.9.1", True),
        ("1.2.840.113619.4.27", True),
        ("1.2.840.10008.5.1.4.34.7", True),
        ("1.2.840.10008.5.1.4.31", False),
        (VERIFICATION, False),
        ("1.2.840.10008.1.20.1", False),
        ("1.2.840.10008.99.1", False),
        ("no uid", False),
        ("", False),
        ("1." + "2" * 64, False),
    ],
)
def test_E4_private_sop_classes_are_storage_others_of_the_standard_are_not(uid: str, expected: bool) -> None:
    assert may_be_storage(uid) is expected


def test_a_private_class_of_another_service_is_not_storage() -> None:
    assert not may_be_storage("1.2.3", CommonExtended("1.2.3", "1.2.840.10008.4.99"))
    request = offer(("1.2.3", (IMPLICIT,)), common_extended=(CommonExtended("1.2.3", "1.2.840.10008.4.99"),))
    assert answer(request)[0].contexts[0].result == ABSTRACT_SYNTAX_REFUSED


def test_S8_roles_let_a_requestor_receive_storage_only() -> None:
    roles = (
        RoleSelection(CT, scu=True, scp=True),
        RoleSelection(STUDY_ROOT_GET, scu=True, scp=True),
        RoleSelection("1.2.840.10008.5.1.4.31", scu=True, scp=True),
    )
    accept, agreement = answer(offer((CT, (EXPLICIT,)), (STUDY_ROOT_GET, (EXPLICIT,)), roles=roles))
    assert accept.user.roles == (
        RoleSelection(CT, scu=True, scp=True),
        RoleSelection(STUDY_ROOT_GET, scu=True, scp=False),
    )
    assert agreement.contexts[1].requestor_scp
    assert not agreement.contexts[3].requestor_scp


def test_without_role_selection_the_requestor_is_user_only() -> None:
    context = answer(offer((CT, (EXPLICIT,))))[1].contexts[1]
    assert context == Context(1, CT, EXPLICIT, requestor_scu=True, requestor_scp=False)


@pytest.mark.parametrize(
    ("asked", "agreed"),
    [
        ((1, 1), (1, 1)),
        ((0, 0), (8, 8)),
        ((3, 100), (3, 8)),
    ],
)
def test_S9_the_async_window_is_the_smaller_one(asked: tuple[int, int], agreed: tuple[int, int]) -> None:
    accept, agreement = answer(offer((CT, (EXPLICIT,)), async_window=AsyncWindow(*asked)))
    assert accept.user.async_window == AsyncWindow(*agreed) == agreement.async_window


def test_no_window_is_answered_where_none_was_proposed() -> None:
    accept, agreement = answer(offer((CT, (EXPLICIT,))))
    assert accept.user.async_window is None
    assert agreement.async_window == AsyncWindow(1, 1)


def test_query_options_are_those_that_both_sides_have() -> None:
    items = (
        ExtendedNegotiation(STUDY_ROOT_FIND, b"\1\0\1\1"),
        ExtendedNegotiation(STUDY_ROOT_MOVE, b"\1"),
        ExtendedNegotiation(VERIFICATION, b"\1"),
        ExtendedNegotiation(CT, b"\2\0\3\0\1\0"),
        ExtendedNegotiation("1.2.9", b"\1"),
    )
    contexts = ((STUDY_ROOT_FIND, (EXPLICIT,)), (STUDY_ROOT_MOVE, (EXPLICIT,)), (VERIFICATION, (EXPLICIT,)), (CT, (EXPLICIT,)))
    accept, agreement = answer(offer(*contexts, extended=items))
    assert accept.user.extended == (
        ExtendedNegotiation(STUDY_ROOT_FIND, b"\1\0\1\1"),
        ExtendedNegotiation(STUDY_ROOT_MOVE, b"\1"),
        ExtendedNegotiation(CT, b"\2\0\3\0\0\0"),
    )
    assert agreement.contexts[1].options == QueryOptions(relational=True, fuzzy=True, timezone=True)
    assert agreement.contexts[3].options == QueryOptions(relational=True)


def test_option_bytes_and_back() -> None:
    options = QueryOptions(date_time=True, timezone=True)
    assert option_bytes(options) == b"\0\1\0\1"
    assert query_options(option_bytes(options)) == options
    assert query_options(b"") == QueryOptions()
    assert option_bytes(options, 2) == b"\0\1"


def test_a_user_identity_is_answered_where_an_answer_is_wanted() -> None:
    silent = offer((CT, (EXPLICIT,)), identity=UserIdentity(1, b"me"))
    asking = offer((CT, (EXPLICIT,)), identity=UserIdentity(1, b"me", response_requested=True))
    assert answer(silent)[0].user.identity_response is None
    assert answer(asking)[0].user.identity_response == b""


def test_S9_128_contexts() -> None:
    contexts = tuple((f"1.2.3.{number}", (EXPLICIT, IMPLICIT)) for number in range(128))
    accept, agreement = answer(offer(*contexts))
    assert [result.id for result in accept.contexts] == list(range(1, 256, 2))
    assert len(agreement.contexts) == 128


def test_another_application_context_is_refused() -> None:
    request = AssociateRequest("A", "B", (), application_context="1.2.3")
    rejection = refusal(request)
    assert rejection is not None
    assert (rejection.result, rejection.source, rejection.reason) == (1, 1, 2)
    assert refusal(AssociateRequest("A", "B", ())) is None


def test_what_a_peer_accepts_unasked_is_void() -> None:
    request = offer((CT, (EXPLICIT,)), (CT, (IMPLICIT,)))
    results = (ContextResult(1, 0, JPEG), ContextResult(3, 0, IMPLICIT), ContextResult(5, 0, EXPLICIT))
    user = UserInformation(max_length=0, roles=(RoleSelection(CT, scu=True, scp=True),))
    agreement = conclude(request, AssociateAccept("A", "B", results, user))
    assert list(agreement.contexts) == [3]
    assert not agreement.contexts[3].requestor_scp
