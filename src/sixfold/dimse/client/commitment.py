"""Storage Commitment as user, and the report that a provider makes on an association of its own (PS3.4 annex J)."""

from collections.abc import Sequence

from sixfold.dimse.client.association import ClientAssociation, ClientSettings, associate
from sixfold.dimse.dataset import read_commitment, write_commitment_request, write_commitment_result
from sixfold.dimse.errors import DimseFailure
from sixfold.dimse.instances import Proposal
from sixfold.dimse.message import NEventReportRequest, NEventReportResponse
from sixfold.dimse.negotiation import UNCOMPRESSED
from sixfold.dimse.pdu import RoleSelection
from sixfold.dimse.services import CommitResult, Reference, Remote
from sixfold.dimse.status import Category, category
from sixfold.dimse.uids import STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE

REQUEST_COMMITMENT = 1
"""Action type of PS3.4 J.3.2."""

ALL_COMMITTED, SOME_FAILED = 1, 2
"""Event types of PS3.4 J.3.3."""

PROPOSAL = Proposal(STORAGE_COMMITMENT, UNCOMPRESSED)


def report_commitment(remote: Remote, result: CommitResult, settings: ClientSettings | None = None) -> None:
    """Tell a commitment result on a new association, on which we are the provider of the SOP class.

    Raises an error of the tree where the peer cannot be reached, refuses the role or answers with a failure: try again later.
    """
    role = RoleSelection(STORAGE_COMMITMENT, scu=False, scp=True)
    with associate(remote, [PROPOSAL], settings, roles=[role]) as peer:
        context = peer.context(STORAGE_COMMITMENT)
        response = peer.event_report(
            STORAGE_COMMITMENT,
            STORAGE_COMMITMENT_INSTANCE,
            SOME_FAILED if result.failed else ALL_COMMITTED,
            write_commitment_result(result, context.transfer_syntax),
        )
    if category(response.status) is Category.FAILURE:
        raise DimseFailure(response.status, response.comment)


def request_commitment(peer: ClientAssociation, transaction_uid: str, references: Sequence[Reference]) -> None:
    """Ask for commitment on an association that proposed `PROPOSAL`; raise `DimseFailure` where the peer refuses."""
    context = peer.context(STORAGE_COMMITMENT)
    information = write_commitment_request(transaction_uid, references, context.transfer_syntax)
    response = peer.action(STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE, REQUEST_COMMITMENT, information)
    if category(response.status) is Category.FAILURE:
        raise DimseFailure(response.status, response.comment)


def await_commitment(peer: ClientAssociation, seconds: float) -> CommitResult:
    """Wait for the result on the association that asked for it, and acknowledge it."""
    incoming = peer.channel.next_command(seconds)
    message = incoming.message
    if not isinstance(message, NEventReportRequest):
        raise peer.channel.out_of_step(f"{type(message).__name__} where a commitment result is awaited")
    result = read_commitment(peer.channel.read_data_set(), incoming.context.transfer_syntax)
    answer = NEventReportResponse(
        responded_to=message.message_id,
        status=0,
        affected_sop_class_uid=message.affected_sop_class_uid,
        affected_sop_instance_uid=message.affected_sop_instance_uid,
        event_type_id=message.event_type_id,
    )
    peer.channel.send(incoming.context, answer)
    return result
