"""pynetdicom as user and as provider."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from pynetdicom import AE, build_role, evt
from pynetdicom.pdu import P_DATA_TF
from pynetdicom.pdu_primitives import (
    SOPClassExtendedNegotiation,
    UserIdentityNegotiation,
)
from pynetdicom.sop_class import (
    CTImageStorage,
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)
from tests.conformance.dimse.conftest import EXPLICIT, House, content, encoded, parsed, same, stored
from tests.unit.dimse.conftest import eventually

from sixfold.dimse.client import ClientSettings, Proposal, associate, report_commitment, request_commitment
from sixfold.dimse.client.commitment import await_commitment
from sixfold.dimse.fakes import FakeArchive
from sixfold.dimse.message import FindRequest, QueryOptions
from sixfold.dimse.negotiation import UNCOMPRESSED
from sixfold.dimse.pdu import RoleSelection
from sixfold.dimse.services import Caller, CommitFailure, CommitResult, FindMatch, Remote

CALLER = Caller("", "", "", 0, None, None, None)
CT = str(CTImageStorage)


@contextmanager
def associated(house: House, *contexts: str, **options: Any) -> Iterator[Any]:
    """An association of pynetdicom's with a house."""
    user = AE("PYNET")
    user.acse_timeout = user.dimse_timeout = user.network_timeout = 20
    for context in contexts:
        user.add_requested_context(context, options.pop("syntaxes", None) or [EXPLICIT])
    association = user.associate("127.0.0.1", house.remote.port, ae_title="HOUSE", **options)
    assert association.is_established
    yield association
    association.release()


def query() -> Dataset:
    model = Dataset()
    model.QueryRetrieveLevel, model.StudyInstanceUID = "STUDY", "1.2"
    return model


def sent(house: House, files: list[Path]) -> list[int | None]:
    """The statuses of an echo and of each file, None where pynetdicom saw no answer and gave up."""
    with associated(house, Verification, CT) as association:
        statuses: list[int | None] = [association.send_c_echo().get("Status")]
        for path in files:
            if statuses[-1] is None:
                break
            statuses.append(association.send_c_store(path).get("Status"))
    return statuses


def test_it_echoes_and_stores(house: House, files: list[Path]) -> None:
    # Its reactor may not have paused yet when an answer comes at once, and takes it for a request ("Received unexpected C-STORE
    # service message"): an answer that only it has lost comes at another try.
    tries = (sent(house, files) for _ in range(3))
    statuses = next((told for told in tries if None not in told), [None])
    assert set(statuses) == {0}
    for path in files:
        assert same(house.archive.stored[str(dcmread(path).SOPInstanceUID)], path)


def test_it_hears_statuses_and_comments(house: House, files: list[Path]) -> None:
    def on_store(step: str, _: str) -> None:
        if step == "finish":
            raise OSError(28, "No space left")

    house.archive.on_store = on_store
    with associated(house, CT) as association:
        status = association.send_c_store(files[0])
    assert (status.Status, status.ErrorComment) == (0xA700, "no room left")


def test_its_identity_and_options_arrive(house: House) -> None:
    identity = UserIdentityNegotiation()
    identity.user_identity_type, identity.primary_field, identity.secondary_field = 2, b"user", b"pass"
    identity.positive_response_requested = True
    extended = SOPClassExtendedNegotiation()
    extended.sop_class_uid = StudyRootQueryRetrieveInformationModelFind
    extended.service_class_application_information = b"\x01\x01\x00\x01"
    find = StudyRootQueryRetrieveInformationModelFind
    with associated(house, find, ext_neg=[identity, extended]) as association:
        accepted = association.acceptor.sop_class_extended
        assert accepted == {find: b"\x01\x01\x00\x01"}
        assert [status.Status for status, _ in association.send_c_find(query(), find)] == [0]
    asked = house.archive.asked[0].identity
    assert asked is not None
    assert (asked.primary, asked.secondary) == (b"user", b"pass")
    request = house.archive.requests[0]
    assert isinstance(request, FindRequest)
    assert request.options == QueryOptions(relational=True, date_time=True, timezone=True)


def test_it_finds(house: House) -> None:
    answer = query()
    answer.PatientName = "A^B"
    house.archive.matches = lambda: iter([FindMatch(encoded(answer, EXPLICIT))] * 3)
    find = StudyRootQueryRetrieveInformationModelFind
    with associated(house, find) as association:
        answers = list(association.send_c_find(query(), find))
    assert [status.Status for status, _ in answers] == [0xFF00] * 3 + [0]
    assert answers[0][1].PatientName == "A^B"


def test_it_cancels_a_query(house: House) -> None:
    def slow() -> Iterator[FindMatch]:
        while True:
            time.sleep(0.005)
            yield FindMatch(encoded(query(), EXPLICIT))

    house.archive.matches = slow
    find = StudyRootQueryRetrieveInformationModelFind
    with associated(house, find) as association:
        seen = []
        for status, _ in association.send_c_find(query(), find, msg_id=7):
            seen.append(status.Status)
            if len(seen) == 5:
                association.send_c_cancel(7, query_model=find)
    assert seen[-1] == 0xFE00


def hold(house: House, files: list[Path]) -> set[str]:
    for path in files:
        one = stored(path)
        house.archive.stored[one.sop_instance_uid] = one
    return set(house.archive.stored)


def test_it_gets(house: House, files: list[Path]) -> None:
    wanted, got = hold(house, files), {}

    def on_store(event: Any) -> int:
        got[str(event.request.AffectedSOPInstanceUID)] = event.dataset
        return 0

    model = StudyRootQueryRetrieveInformationModelGet
    roles = [build_role(CT, scp_role=True)]
    with associated(house, model, CT, ext_neg=roles, evt_handlers=[(evt.EVT_C_STORE, on_store)]) as association:
        statuses = [status for status, _ in association.send_c_get(query(), model)]
    assert statuses[-1].Status == 0
    assert statuses[-1].NumberOfCompletedSuboperations == 5
    assert set(got) == wanted
    for path in files:
        assert content(got[str(dcmread(path).SOPInstanceUID)]) == content(dcmread(path))


@contextmanager
def provider(*contexts: str, handlers: list[Any], roles: bool = False) -> Iterator[Remote]:
    """One of pynetdicom's servers on a free port."""
    ae = AE("PYNET")
    for context in contexts:
        ae.add_supported_context(context, scu_role=roles or None, scp_role=roles or None)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield Remote("PYNET", "127.0.0.1", server.server_address[1])
    finally:
        server.shutdown()


def test_it_moves_to_itself(house: House, files: list[Path]) -> None:
    wanted, got = hold(house, files), set()

    def on_store(event: Any) -> int:
        got.add(str(event.request.AffectedSOPInstanceUID))
        return 0xB000 if len(got) == 1 else 0

    model = StudyRootQueryRetrieveInformationModelMove
    with provider(CT, handlers=[(evt.EVT_C_STORE, on_store)]) as remote:
        house.archive.destinations["PYNET"] = remote
        with associated(house, model) as association:
            answers = list(association.send_c_move(query(), "PYNET", model))
    final, _ = answers[-1]
    assert final.Status == 0xB000
    assert (final.NumberOfCompletedSuboperations, final.NumberOfWarningSuboperations) == (4, 1)
    assert got == wanted


def test_S8_it_reads_the_failed_list(house: House, files: list[Path]) -> None:
    wanted = hold(house, files)
    model = StudyRootQueryRetrieveInformationModelMove
    with provider(CT, handlers=[(evt.EVT_C_STORE, lambda _: 0xA700)]) as remote:
        house.archive.destinations["PYNET"] = remote
        with associated(house, model) as association:
            answers = list(association.send_c_move(query(), "PYNET", model))
    final, identifier = answers[-1]
    assert (final.Status, final.NumberOfFailedSuboperations) == (0xA702, 5)
    assert set(identifier.FailedSOPInstanceUIDList) == wanted
    assert final.ErrorComment.startswith("5 failed")


def commitment(references: list[tuple[str, str]]) -> Dataset:
    data = Dataset()
    data.TransactionUID = generate_uid()
    data.ReferencedSOPSequence = []
    for sop_class, uid in references:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
        data.ReferencedSOPSequence.append(item)
    return data


def on_report(reports: list[Dataset]) -> Any:
    def handle(event: Any) -> tuple[int, None]:
        reports.append(event.event_information)
        return 0, None

    return handle


def test_S10_it_hears_of_commitment_on_the_same_association(house: House, files: list[Path]) -> None:
    uid = stored(files[0]).sop_instance_uid
    hold(house, files)
    reports: list[Dataset] = []
    asked = commitment([(CT, uid), (CT, "9.9")])
    model = StorageCommitmentPushModel
    sent: list[object] = []  # two PDUs of the request, and one of the answer to the report: no release before it is gone
    handlers = [(evt.EVT_N_EVENT_REPORT, on_report(reports)), (evt.EVT_PDU_SENT, lambda event: sent.append(event.pdu))]
    with associated(house, model, evt_handlers=handlers) as association:
        status, _ = association.send_n_action(asked, 1, model, StorageCommitmentPushModelInstance)
        assert status.Status == 0
        eventually(lambda: reports and sum(type(pdu) is P_DATA_TF for pdu in sent) >= 3)
    assert reports[0].TransactionUID == asked.TransactionUID
    assert reports[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == uid
    assert reports[0].FailedSOPSequence[0].FailureReason == 0x0112
    assert house.undelivered == []


def test_S10_it_hears_of_commitment_on_a_new_association(house: House, files: list[Path]) -> None:
    hold(house, files)
    reports: list[Dataset] = []
    roles: list[Any] = []

    def on_negotiated(event: Any) -> None:
        roles.append(event.assoc.requestor.role_selection)

    handlers = [(evt.EVT_N_EVENT_REPORT, on_report(reports)), (evt.EVT_REQUESTED, on_negotiated)]
    model = StorageCommitmentPushModel
    with provider(model, handlers=handlers, roles=True) as remote:
        house.archive.destinations["PYNET"] = remote
        with associated(house, model) as association:
            asked = commitment([(CT, stored(files[0]).sop_instance_uid)])
            association.send_n_action(asked, 1, model, StorageCommitmentPushModelInstance)
        eventually(lambda: reports)
    assert reports[0].TransactionUID == asked.TransactionUID
    assert "FailedSOPSequence" not in reports[0]
    assert (roles[0][model].scu_role, roles[0][model].scp_role) == (False, True)
    assert house.undelivered == []


def test_S10_a_report_that_it_refuses_raises(house: House) -> None:
    result = CommitResult("1.2.3", (), (CommitFailure(CT, "1.2", 0x0112),))
    handlers = [(evt.EVT_N_EVENT_REPORT, lambda _: (0x0110, None))]
    model = StorageCommitmentPushModel
    with provider(model, handlers=handlers, roles=True) as remote, pytest.raises(Exception, match="0110"):
        report_commitment(remote, result)
    assert house.archive.asked == []


def test_we_ask_it_for_commitment(house: House) -> None:
    model = str(StorageCommitmentPushModel)

    def on_action(event: Any) -> tuple[int, None]:
        def report() -> None:
            data = event.action_information
            event.assoc.send_n_event_report(data, 1, model, StorageCommitmentPushModelInstance)

        threading.Timer(0.2, report).start()
        return 0, None

    with (
        provider(model, handlers=[(evt.EVT_N_ACTION, on_action)]) as remote,
        associate(remote, [Proposal(model, UNCOMPRESSED)], ClientSettings("HOUSE")) as us,
    ):
        request_commitment(us, "1.2.3", [(CT, "1.2.4")])
        assert await_commitment(us, 10) == CommitResult("1.2.3", ((CT, "1.2.4"),))
    assert house.archive.asked == []


def test_we_store_find_move_and_get(house: House, files: list[Path]) -> None:
    instances = [dcmread(path) for path in files]
    kept: dict[str, Dataset] = {}

    def on_store(event: Any) -> int:
        data = event.dataset
        kept[str(data.SOPInstanceUID)] = data
        return 0

    def on_find(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        for number in range(3):
            answer = Dataset()
            answer.PatientID = f"{event.identifier.PatientID}{number}"
            yield 0xFF00, answer

    def on_get(event: Any) -> Iterator[Any]:
        yield len(instances)
        for one in instances:
            yield 0xFF00, one

    def on_move(event: Any) -> Iterator[Any]:
        yield "127.0.0.1", house.remote.port
        yield len(instances)
        for one in instances:
            yield 0xFF00, one

    handlers = [
        (evt.EVT_C_STORE, on_store),
        (evt.EVT_C_FIND, on_find),
        (evt.EVT_C_GET, on_get),
        (evt.EVT_C_MOVE, on_move),
    ]
    models = [
        str(StudyRootQueryRetrieveInformationModelFind),
        str(StudyRootQueryRetrieveInformationModelGet),
        str(StudyRootQueryRetrieveInformationModelMove),
    ]
    ae = AE("PYNET")
    for uid in models:
        ae.add_supported_context(uid)
    ae.add_supported_context(CT, scu_role=True, scp_role=True)
    ae.add_requested_context(CT)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        proposals = [Proposal(uid, (EXPLICIT,)) for uid in (*models, CT)]
        remote = Remote("PYNET", "127.0.0.1", server.server_address[1])
        with associate(remote, proposals, ClientSettings("HOUSE"), roles=[RoleSelection(CT, scu=True, scp=True)]) as us:
            assert {outcome.status for outcome in us.store(stored(path) for path in files)} == {0}
            model = Dataset()
            model.QueryRetrieveLevel, model.PatientID = "PATIENT", "P"
            found = [parsed(match.identifier, EXPLICIT).PatientID for match in us.find(models[0], encoded(model, EXPLICIT))]
            assert found == ["P0", "P1", "P2"]
            mine = FakeArchive()
            got = list(us.get(models[1], encoded(model, EXPLICIT), mine.storage(CALLER)))
            assert (got[-1].response.status, len(mine.stored)) == (0, 5)
            moved = list(us.move(models[2], "HOUSE", encoded(model, EXPLICIT)))
            assert moved[-1].response.status == 0
    finally:
        server.shutdown()
    assert len(kept) == 5
    assert set(house.archive.stored) == set(mine.stored) == set(kept)
