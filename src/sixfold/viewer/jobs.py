"""The viewer's duties: copies that nobody needs any more, records of patients that are new."""

from sixfold.kernel.duties import Duty
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.identity.identity import Identity


def duties(copies: Copies, identity: Identity) -> list[Duty]:
    """What a worker does for the viewer."""

    def tidy() -> int:
        copies.tidy()
        return 0  # one pass does it all

    return [
        Duty("viewer.copies", tidy, every=600.0),
        Duty("viewer.identity", identity.advance, every=2.0, lease=600.0),
    ]
