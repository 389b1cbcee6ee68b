"""Storage Commitment both ways (PS3.4 annex J)."""

import pytest
from tests.unit.dimse.conftest import CT, PROPOSALS, House, Street, eventually, instance

from sixfold.dimse.channel import Incoming
from sixfold.dimse.client import ClientAssociation, ClientSettings, report_commitment, request_commitment
from sixfold.dimse.client.commitment import await_commitment
from sixfold.dimse.errors import AssociationRefused, ConnectionLost, DimseFailure
from sixfold.dimse.fakes import FakeArchive
from sixfold.dimse.negotiation import Policy, Support
from sixfold.dimse.services import Caller, CommitFailure, Commitment, CommitResult, Reference, Remote
from sixfold.dimse.uids import STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE
from sixfold.kernel.errors import Unavailable

ASKED: list[Reference] = [(CT, "1.2.3.1"), ("1.2.840.10008.5.1.4.1.1.4", "1.2.3.2"), (CT, "9.9")]
RESULT = CommitResult(
    "1.9.1",
    ((CT, "1.2.3.1"),),
    (CommitFailure(ASKED[1][0], "1.2.3.2", 0x0119), CommitFailure(CT, "9.9", 0x0112)),
)


def stored(house: House) -> House:
    for number in (1, 2):
        held = instance(number)
        house.archive.stored[held.sop_instance_uid] = held
    return house


def test_S10_a_caller_without_address_hears_on_the_same_association(house: House) -> None:
    stored(house)
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED)
        assert await_commitment(peer, 10) == RESULT
        assert peer.echo() == 0
    assert house.metrics.operations[0] == ("NAction", 0)
    assert house.undelivered == []


def test_S10_a_caller_that_leaves_before_the_result_is_kept_for_a_retry(house: House) -> None:
    stored(house)
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED)
    eventually(lambda: house.undelivered)
    caller, result = house.undelivered[0]
    assert (caller.calling_ae, result) == ("TESTER", RESULT)


def reporting(serve: Street) -> tuple[House, House]:
    """A house, and another one in the place of the requestor: it takes the role of the user on a new association."""
    house, user = serve(), serve(ae_titles=("TESTER",))
    provider = user.server._provider
    takes = Policy({STORAGE_COMMITMENT: Support(requestor_scu=False, requestor_scp=True)})
    user.server._provider = type(provider)(
        provider.services,
        provider.settings,
        provider.hooks,
        takes,
        provider.enter,
        provider.leave,
        provider.background,
    )
    house.archive.destinations["TESTER"] = user.remote
    return stored(house), user


def test_S10_a_known_caller_is_called_on_a_new_association_with_our_role_selected(serve: Street) -> None:
    house, user = reporting(serve)
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED)
        # The fake user knows no N-EVENT-REPORT: it hears it, refuses it, and the result goes to the retry hook.
        eventually(lambda: user.metrics.operations == [("NEventReport", 0x0211)])
    eventually(lambda: house.undelivered)
    assert house.undelivered[0][1] == RESULT
    assert user.archive.asked[0].calling_ae == "HOUSE"
    assert user.archive.asked[0].abstract_syntaxes == (STORAGE_COMMITMENT,)


def test_S10_an_unreachable_caller_is_kept_for_a_retry(house: House) -> None:
    stored(house)
    house.archive.destinations["TESTER"] = Remote("TESTER", "127.0.0.1", 1)
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED)
        eventually(lambda: house.undelivered)
    assert house.undelivered[0][1] == RESULT


def test_S10_a_report_raises_what_went_wrong(house: House) -> None:
    with pytest.raises(ConnectionLost):
        report_commitment(Remote("X", "127.0.0.1", 1), RESULT)
    with pytest.raises(AssociationRefused):
        report_commitment(Remote("X", house.remote.host, house.remote.port), RESULT)


def test_S10_a_verification_that_fails_is_a_failed_result(serve: Street) -> None:
    class Broken(FakeArchive):
        def verify(self, transaction_uid: str, references: list[Reference]) -> CommitResult:
            raise Unavailable("store away")

    house = serve(Broken())
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED[:1])
        result = await_commitment(peer, 10)
    assert result == CommitResult("1.9.1", (), (CommitFailure(CT, "1.2.3.1", 0x0213),))


def test_S10_a_request_is_kept_before_it_is_accepted_and_until_its_result_is_told(house: House) -> None:
    stored(house)
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED)
        assert len(house.archive.kept) == 1
        await_commitment(peer, 10)
        eventually(lambda: house.archive.kept == [])
    assert house.undelivered == []


def test_S10_a_request_that_cannot_be_kept_is_not_accepted(serve: Street) -> None:
    class Full(FakeArchive):
        def commitment(self, caller: Caller, transaction_uid: str, references: list[Reference]) -> Commitment:
            raise Unavailable("no room")

    house = serve(Full())
    with house.associate() as peer:
        with pytest.raises(DimseFailure) as refused:
            request_commitment(peer, "1.9.1", ASKED)
        assert peer.echo() == 0
    assert refused.value.status == 0x0213


@pytest.mark.parametrize("answered", [True, False])
def test_S10_a_keeper_that_cannot_take_note_does_not_end_the_association(serve: Street, answered: bool) -> None:
    class Deaf(FakeArchive):
        def commitment(self, caller: Caller, transaction_uid: str, references: list[Reference]) -> Commitment:
            return DeafCommitment()

    house = serve(Deaf())
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED)
        if answered:
            await_commitment(peer, 10)
            assert peer.echo() == 0
    eventually(lambda: "dimse.commitment_not_noted" in [event for event, _ in house.log])


class DeafCommitment:
    def verify(self) -> CommitResult:
        return RESULT

    def told(self) -> None:
        raise Unavailable("the database is away")

    def untold(self, result: CommitResult, problem: str) -> None:
        raise Unavailable("the database is away")


def action(peer: ClientAssociation, instance_uid: str, kind: int, data: bytes | None) -> int:
    return peer.action(STORAGE_COMMITMENT, instance_uid, kind, data).status


def test_S10_requests_that_are_wrong_are_refused(house: House) -> None:
    with house.associate() as peer:
        assert action(peer, STORAGE_COMMITMENT_INSTANCE, 2, b"") == 0x0123
        assert action(peer, STORAGE_COMMITMENT_INSTANCE, 1, b"") == 0x0115
        assert action(peer, STORAGE_COMMITMENT_INSTANCE, 1, None) == 0x0115
        assert action(peer, STORAGE_COMMITMENT_INSTANCE, 1, b"\x08\0garbage") == 0x0115
        assert peer.echo() == 0
    for transaction in ("", "no UID", "1." * 33):
        with house.associate() as peer, pytest.raises(DimseFailure):
            request_commitment(peer, transaction, [])
    assert house.archive.kept == []


def test_a_result_that_the_peer_refuses_is_kept_for_a_retry(house: House) -> None:
    stored(house)
    with house.associate() as peer:
        request_commitment(peer, "1.9.1", ASKED)
        incoming = peer.channel.next_command()
        peer.channel.drop_data_set()
        refuse(peer, incoming)
        eventually(lambda: house.undelivered)
    assert len(house.undelivered) == 1


def refuse(peer: ClientAssociation, incoming: Incoming) -> None:
    from sixfold.dimse.scp.session import answer_to
    from sixfold.dimse.services import Response

    peer.channel.send(incoming.context, answer_to(incoming.message, Response(0x0110)))


def test_the_settings_of_a_server_serve_its_own_calls(house: House) -> None:
    settings = ClientSettings.of(house.server._settings, "")
    assert settings.calling_ae == "HOUSE"
    assert PROPOSALS[-1].abstract_syntax == STORAGE_COMMITMENT
