"""What the services of one association share: the channel, the caller and how failures are told."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from sixfold.dimse.channel import Channel, Incoming
from sixfold.dimse.message import Answer, Request, answer_class
from sixfold.dimse.pdata import Buffer
from sixfold.dimse.services import Caller, Response, Services
from sixfold.dimse.settings import DimseSettings, Hooks
from sixfold.dimse.status import Operation, comment, status_of
from sixfold.kernel.errors import SixfoldError


@dataclass(frozen=True, slots=True)
class Session:
    """One admitted association, as its services see it."""

    channel: Channel
    caller: Caller
    services: Services
    settings: DimseSettings
    hooks: Hooks
    background: Callable[[Callable[[], None]], None]

    def failure(self, error: Exception, operation: Operation) -> Response:
        """Return the response that tells an error of a service; raise it again where the association itself is over."""
        if not self.channel.alive:
            raise error
        status, text = status_of(error, operation)
        fields = {"calling_ae": self.caller.calling_ae, "operation": operation.value, "error": str(error)}
        if not isinstance(error, SixfoldError):
            fields["traceback"] = "".join(traceback.format_exception(error))
        self.hooks.log("dimse.operation_failed", status=f"{status:04X}", **fields)
        return Response(status, text)

    def answer(self, incoming: Incoming, response: Response, data: Buffer | None = None) -> None:
        """Send the final response of an operation."""
        message = answer_to(incoming.message, response, has_data_set=data is not None)
        self.channel.send_buffers(self.channel.message_buffers(incoming.context, message, data))


_ECHOED = {
    "affected_sop_class_uid": ("affected_sop_class_uid", "requested_sop_class_uid"),
    "affected_sop_instance_uid": ("affected_sop_instance_uid", "requested_sop_instance_uid"),
    "action_type_id": ("action_type_id",),
    "event_type_id": ("event_type_id",),
}


def answer_to(request: object, response: Response, **fields: object) -> Answer:
    """Return the response message of any request, naming the same SOP class and instance."""
    if not isinstance(request, Request):
        raise TypeError(f"{type(request).__name__} has no response")
    kind = answer_class(request)
    for name, sources in _ECHOED.items():
        if name in kind.__struct_fields__:
            fields[name] = next((getattr(request, source) for source in sources if hasattr(request, source)), "")
    return msgspec.structs.replace(
        kind(responded_to=request.message_id, status=response.status, comment=comment(response.comment)), **fields
    )
