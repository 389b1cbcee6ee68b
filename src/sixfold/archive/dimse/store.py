"""C-STORE: what the network receives goes to the intake (PS3.4 B)."""

from sixfold.archive.model import Provenance, Refused
from sixfold.archive.service.intake import Intake, Reception
from sixfold.dimse.services import Response, StoreRequest
from sixfold.dimse.status import COERCED
from sixfold.kernel.clock import to_text, utc_now


class Receiver:
    """The storage side of one association."""

    def __init__(self, intake: Intake, actor: str, source: str) -> None:
        self._intake = intake
        self._actor = actor
        self._source = source
        self._reception: Reception | None = None

    def begin(self, request: StoreRequest, transfer_syntax: str) -> None:
        """A C-STORE request arrived; its data set follows."""
        came = Provenance("dimse", self._actor, self._source, to_text(utc_now()))
        names = request.affected_sop_class_uid, request.affected_sop_instance_uid
        self._reception = self._intake.receive(transfer_syntax, *names, came)

    def write(self, fragment: memoryview) -> None:
        """The next bytes of the data set."""
        assert self._reception is not None
        self._reception.write(fragment)

    def finish(self) -> Response:
        """The data set is here; answers once it is safe and indexed."""
        assert self._reception is not None
        reception, self._reception = self._reception, None
        try:
            outcome = reception.finish()
        except Refused as error:
            return Response(error.reason, str(error)[:64])
        if outcome.reason:
            return Response(COERCED, f"kept aside: {outcome.reason}"[:64])
        return self.settled(outcome.study_uid) or Response()

    def settled(self, study_uid: str) -> Response | None:
        """Another answer than success for an instance that was kept; None for none."""
        return None

    def abort(self) -> None:
        """The peer went away in the middle."""
        if self._reception is not None:
            reception, self._reception = self._reception, None
            reception.abort()

    def close(self) -> None:
        """The association ended."""
        self.abort()
