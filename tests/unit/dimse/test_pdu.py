"""The PDU codec against bytes that pynetdicom publishes, its own round trips, and bytes that are wrong."""

import struct

import pytest
from pynetdicom.tests import encoded_pdu_items as fixture

from sixfold.dimse.errors import PduError
from sixfold.dimse.pdu import (
    Abort,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    AsyncWindow,
    CommonExtended,
    ContextResult,
    ExtendedNegotiation,
    IdentityType,
    OfferedContext,
    Pdu,
    ReleaseRequest,
    ReleaseResponse,
    RoleSelection,
    UserIdentity,
    UserInformation,
    decode,
    encode,
)

FULL_USER = UserInformation(
    max_length=16384,
    implementation_class_uid="1.2.3",
    implementation_version="V_1",
    async_window=AsyncWindow(3, 0),
    roles=(RoleSelection("1.2.840.10008.5.1.4.1.1.2", scu=True, scp=True), RoleSelection("1.2", scu=False, scp=True)),
    extended=(ExtendedNegotiation("1.2.840.10008.5.1.4.1.2.2.1", b"\1\1\0\1"),),
    common_extended=(
        CommonExtended("1.2.3.4", "1.2.840.10008.4.2", ("1.2.3", "1.2.3.44")),
        CommonExtended("1.2.3.5", "1.2.840.10008.4.2"),
    ),
    identity=UserIdentity(IdentityType.USERNAME_PASSCODE, b"user", b"secret", response_requested=True),
)
REQUEST = AssociateRequest(
    "CALLED", "CALLING", (OfferedContext(1, "1.2.840.10008.1.1", ("1.2.840.10008.1.2", "1.2.3")),), FULL_USER
)
ACCEPT = AssociateAccept(
    "CALLED",
    "CALLING",
    (ContextResult(1, 0, "1.2.840.10008.1.2"), ContextResult(255, 3, "1.2.840.10008.1.2")),
    UserInformation(max_length=0, identity_response=b"ticket"),
)


def decoded(raw: bytes) -> Pdu:
    return decode(raw[0], raw[6:])


@pytest.mark.parametrize(
    "pdu",
    [REQUEST, ACCEPT, AssociateReject(2, 3, 2), ReleaseRequest(), ReleaseResponse(), Abort(2, 6)],
    ids=lambda pdu: type(pdu).__name__,
)
def test_every_pdu_survives_the_wire(pdu: Pdu) -> None:
    raw = encode(pdu)
    assert struct.unpack_from(">BxI", raw)[1] == len(raw) - 6
    assert decoded(raw) == pdu


@pytest.mark.parametrize(
    "name",
    [
        "a_associate_rq",
        "a_associate_rq_user_async",
        "a_associate_rq_role",
        "a_associate_rq_user_id_user_pass",
        "a_associate_rq_user_id_ext_neg",
        "a_associate_ac",
        "a_associate_ac_user",
        "a_associate_rj",
        "a_release_rq",
        "a_release_rp",
        "a_abort",
        "a_p_abort",
    ],
)
def test_foreign_bytes_mean_the_same_after_our_own_encoding(name: str) -> None:
    pdu = decoded(getattr(fixture, name))
    assert decoded(encode(pdu)) == pdu


def test_the_fields_of_a_foreign_request() -> None:
    pdu = decoded(fixture.a_associate_rq_user_id_user_pass)
    assert isinstance(pdu, AssociateRequest)
    assert pdu.user.identity == UserIdentity(2, b"pynetdicom", b"p4ssw0rd")
    assert pdu.contexts[0].abstract_syntax == "1.2.840.10008.5.1.4.1.1.2"
    negotiated = decoded(fixture.a_associate_rq_com_ext_neg)
    assert isinstance(negotiated, AssociateAccept)
    assert negotiated.user.common_extended[0].service_class_uid == "1.2.840.10008.4.2"


def test_an_acceptance_may_name_no_transfer_syntax_for_a_refused_context() -> None:
    for raw in (fixture.a_associate_ac_zero_ts, fixture.a_associate_ac_no_ts):
        pdu = decoded(raw)
        assert isinstance(pdu, AssociateAccept)
        assert pdu.contexts[-1] == ContextResult(pdu.contexts[-1].id, 3, "")


def test_unknown_items_are_ignored() -> None:
    raw = encode(REQUEST)
    with_unknown = raw[6:] + b"\x99\0\0\3abc"
    assert decode(1, with_unknown) == REQUEST


def test_uids_padded_by_the_sender_are_trimmed() -> None:
    raw = encode(AssociateRequest("A", "B", (OfferedContext(1, "1.2.3\0", ("1.2 ",)),)))
    pdu = decoded(raw)
    assert isinstance(pdu, AssociateRequest)
    assert pdu.contexts == (OfferedContext(1, "1.2.3", ("1.2",)),)


def test_a_request_cut_anywhere_is_refused_or_still_well_formed() -> None:
    body = encode(REQUEST)[6:]
    refused = 0
    for end in range(len(body)):
        try:
            decode(1, body[:end])
        except PduError:
            refused += 1
    assert refused > len(body) - 20  # only a cut between two items leaves a well-formed PDU


@pytest.mark.parametrize("kind", [3, 5, 6, 7])
@pytest.mark.parametrize("length", [0, 3, 5])
def test_the_fixed_pdus_have_exactly_four_bytes(kind: int, length: int) -> None:
    with pytest.raises(PduError):
        decode(kind, bytes(length))


@pytest.mark.parametrize("ids", [(2,), (1, 1), (0,)])
def test_context_ids_are_odd_and_unique(ids: tuple[int, ...]) -> None:
    request = AssociateRequest("A", "B", tuple(OfferedContext(number, "1.2", ("1.2",)) for number in ids))
    with pytest.raises(PduError, match="even or used twice"):
        decoded(encode(request))


def test_an_unknown_type_has_the_abort_reason_of_the_standard() -> None:
    with pytest.raises(PduError) as raised:
        decode(0x44, b"")
    assert raised.value.reason == 1


@pytest.mark.parametrize("title", ["", "SEVENTEEN_LETTERS"])
def test_a_title_that_does_not_fit_is_not_sent(title: str) -> None:
    with pytest.raises(PduError):
        encode(AssociateRequest(title, "B", ()))


def test_an_item_that_does_not_fit_is_not_sent() -> None:
    identity = UserIdentity(IdentityType.SAML, bytes(65535))
    with pytest.raises(PduError):
        encode(AssociateRequest("A", "B", (), UserInformation(identity=identity)))


def test_a_secret_does_not_show() -> None:
    assert "secret" not in repr(FULL_USER)
    assert "token" not in repr(UserIdentity(IdentityType.JWT, b"token"))
