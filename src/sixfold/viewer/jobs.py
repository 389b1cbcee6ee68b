"""The viewer's duties: copies that nobody needs any more."""

from sixfold.kernel.duties import Duty
from sixfold.viewer.service.copies import Copies


def duties(copies: Copies) -> list[Duty]:
    """What a worker does for the viewer."""

    def tidy() -> int:
        copies.tidy()
        return 0  # one pass does it all

    return [Duty("viewer.copies", tidy, every=600.0)]
