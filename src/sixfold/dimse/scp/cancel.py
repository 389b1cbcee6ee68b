"""C-CANCEL while an operation is under way (PS3.7 9.3.2.3): looked for between two answers, never waited for."""

from sixfold.dimse.channel import Channel, Incoming
from sixfold.dimse.message import CancelRequest


class CancelWatch:
    """Looks for the cancellation of one request; any other command is put back for its turn."""

    def __init__(self, channel: Channel, message_id: int) -> None:
        self._channel = channel
        self._message_id = message_id
        self.cancelled = False

    def look(self) -> bool:
        """Return True once the cancellation has arrived; raise an `AssociationEnded` where the peer is gone."""
        if not self.cancelled and not self._channel.has_unread:
            incoming = self._channel.try_command()
            if incoming is not None and not self.take(incoming):
                self._channel.unread(incoming)
        return self.cancelled

    def take(self, incoming: Incoming) -> bool:
        """Take a command that is a cancellation, of this request or of one long answered; False for any other."""
        if not isinstance(incoming.message, CancelRequest):
            return False
        self.cancelled = self.cancelled or incoming.message.responded_to == self._message_id
        return True
