"""Storage Commitment as provider (PS3.4 annex J): the request is kept, accepted, verified, and its result reported.

A requestor whose address is known is called on a new association, with our role as provider selected (PS3.4 J.3.3); one whose
address is unknown hears the result on the association that asked. What could not be told stays with whoever keeps the request.
"""

from collections.abc import Callable

from sixfold.dicom.uids import like_uid
from sixfold.dimse.channel import Incoming
from sixfold.dimse.client import ClientSettings, report_commitment
from sixfold.dimse.dataset import read_commitment, write_commitment_result
from sixfold.dimse.errors import DimseFailure
from sixfold.dimse.instances import MessageIds
from sixfold.dimse.message import NActionRequest, NEventReportRequest, NEventReportResponse
from sixfold.dimse.scp.session import Session
from sixfold.dimse.services import CommitFailure, Commitment, CommitResult, Remote, Response
from sixfold.dimse.status import (
    INVALID_ARGUMENT,
    NO_SUCH_ACTION,
    NO_SUCH_SOP_CLASS,
    PROCESSING_FAILURE,
    Category,
    Operation,
    category,
    status_of,
)
from sixfold.dimse.uids import STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE
from sixfold.kernel.errors import SixfoldError

REQUEST_COMMITMENT = 1
"""Action type of PS3.4 J.3.2."""

ALL_COMMITTED, SOME_FAILED = 1, 2
"""Event types of PS3.4 J.3.3."""


class CommitmentProvider:
    """The commitment requests of one association."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids = MessageIds()
        self._unanswered: dict[int, tuple[Commitment, CommitResult]] = {}

    def handle(self, incoming: Incoming, request: NActionRequest) -> int:
        """Accept or refuse one request; verify and report what was accepted. Returns the status of the N-ACTION."""
        session = self._session
        try:
            asked = self._read(incoming, request)
            commitment = session.services.commitment(session.caller, asked.transaction_uid, list(asked.committed))
        except Exception as error:  # noqa: BLE001 - the edge: each failure becomes a status, or ends the association
            response = session.failure(error, Operation.NORMALIZED)
            session.channel.drop_data_set()
            session.answer(incoming, response)
            return response.status
        session.answer(incoming, Response())
        self._report(incoming, commitment, self._verify(commitment, asked))
        return 0

    def answered(self, response: NEventReportResponse) -> None:
        """Take the peer's answer to a report on this association."""
        told = self._unanswered.pop(response.responded_to, None)
        if told is None:
            return
        if category(response.status) is Category.FAILURE:
            self._undelivered(*told, f"N-EVENT-REPORT answered {response.status:04X}")
        else:
            self._note(told[0].told)

    def close(self) -> None:
        """The association is over: what was not answered is tried again."""
        while self._unanswered:
            self._undelivered(*self._unanswered.popitem()[1], "N-EVENT-REPORT not answered")

    def _read(self, incoming: Incoming, request: NActionRequest) -> CommitResult:
        if request.requested_sop_class_uid != STORAGE_COMMITMENT:
            raise DimseFailure(NO_SUCH_SOP_CLASS)
        if request.action_type_id != REQUEST_COMMITMENT:
            raise DimseFailure(NO_SUCH_ACTION)
        data = self._session.channel.read_data_set(self._session.settings.max_identifier)
        asked = read_commitment(data, incoming.context.transfer_syntax)
        if not like_uid(asked.transaction_uid):
            raise DimseFailure(INVALID_ARGUMENT, "the Transaction UID is no UID")
        return asked

    def _verify(self, commitment: Commitment, asked: CommitResult) -> CommitResult:
        try:
            return commitment.verify()
        except Exception as error:  # noqa: BLE001 - the edge: the request was accepted, so its result must be a failure
            self._session.failure(error, Operation.NORMALIZED)
            status, _ = status_of(error, Operation.NORMALIZED)
            reason = status if status in (0x0110, 0x0213) else PROCESSING_FAILURE
            failed = tuple(CommitFailure(*reference, reason) for reference in asked.committed)
            return CommitResult(asked.transaction_uid, (), failed)

    def _report(self, incoming: Incoming, commitment: Commitment, result: CommitResult) -> None:
        session = self._session
        try:
            remote = session.services.destination(session.caller, session.caller.calling_ae)
        except SixfoldError as error:
            session.failure(error, Operation.NORMALIZED)
            remote = None
        if remote is None:
            self._report_here(incoming, commitment, result)
        else:
            session.background(lambda: self._report_there(remote, commitment, result))

    def _report_here(self, incoming: Incoming, commitment: Commitment, result: CommitResult) -> None:
        channel = self._session.channel
        request = NEventReportRequest(
            message_id=self._ids.next(),
            affected_sop_class_uid=STORAGE_COMMITMENT,
            affected_sop_instance_uid=STORAGE_COMMITMENT_INSTANCE,
            event_type_id=SOME_FAILED if result.failed else ALL_COMMITTED,
            has_data_set=True,
        )
        self._unanswered[request.message_id] = commitment, result
        data = write_commitment_result(result, incoming.context.transfer_syntax)
        channel.send(incoming.context, request, (data,))

    def _report_there(self, remote: Remote, commitment: Commitment, result: CommitResult) -> None:
        try:
            report_commitment(remote, result, ClientSettings.of(self._session.settings, self._session.caller.called_ae))
        except (SixfoldError, OSError) as error:
            self._undelivered(commitment, result, str(error))
        else:
            self._note(commitment.told)

    def _undelivered(self, commitment: Commitment, result: CommitResult, problem: str) -> None:
        self._session.hooks.log(
            "dimse.commitment_undelivered",
            calling_ae=self._session.caller.calling_ae,
            transaction_uid=result.transaction_uid,
            error=problem,
        )
        self._note(lambda: commitment.untold(result, problem))

    def _note(self, note: Callable[[], None]) -> None:
        """Tell the keeper; when it cannot take it the request is still kept, and its result is told once more at worst."""
        try:
            note()
        except SixfoldError as error:
            self._session.hooks.log("dimse.commitment_not_noted", calling_ae=self._session.caller.calling_ae, error=str(error))
