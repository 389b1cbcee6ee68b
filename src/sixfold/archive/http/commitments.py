"""What those who run the house see of Storage Commitment: the results that their requestors do not know yet."""

from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.params import QueryParameter

from sixfold.archive.service.commitments import Commitments
from sixfold.archive.store.commitments import Kept
from sixfold.governance.http import needs
from sixfold.governance.model import Action


class Waiting(msgspec.Struct, frozen=True):
    """A page of requests, oldest first, out of `count`; ask again with `after` the last one's key."""

    count: int
    commitments: list[Kept]


def commitments_router(commitments: Commitments) -> Router:
    """`GET /api/commitments`."""

    @get("/commitments", opt=needs(Action.ADMINISTER), sync_to_thread=True)
    def waiting(
        after: Annotated[str, QueryParameter(pattern="^[0-9a-z]{0,26}$")] = "",
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
    ) -> Waiting:
        """Requests for Storage Commitment whose results could not be told yet, and why."""
        return Waiting(*commitments.waiting(after, limit))

    return Router("/api", route_handlers=[waiting])
