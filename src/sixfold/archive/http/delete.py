"""DELETE as a reversible rejection, and its undoing."""

from typing import Any

import msgspec
from litestar import Router, delete, post
from litestar.params import FromPath, FromQuery

from sixfold.archive.http.edge import LEVELS, STUDY, AnyRequest
from sixfold.archive.service.reject import Registrar
from sixfold.governance.http import needs
from sixfold.governance.model import Action


class Restored(msgspec.Struct, frozen=True):
    """How many instances are shown again."""

    instances: int


def delete_handlers(registrar: Registrar) -> list[Any]:
    """DELETE at the three levels."""

    def reject(request: AnyRequest) -> None:
        """Hide a study, a series or an instance; its bytes are kept and it can be restored."""
        path = request.path_params
        uids = path["study"], path.get("series", ""), path.get("instance", "")
        registrar.reject(uids, reason=request.query_params.get("reason", "")[:200], by=request.user)

    make = [delete(path, opt=needs(Action.REJECT), sync_to_thread=True, status_code=204) for path in LEVELS]
    return [decorate(reject) for decorate in make]


def restore_router(registrar: Registrar) -> Router:
    """`POST /api/studies/{study}/restore`."""

    @post(f"/api{STUDY}/restore", opt=needs(Action.REJECT), sync_to_thread=True, status_code=200)
    def restore(request: AnyRequest, study: FromPath[str], reason: FromQuery[str] = "") -> Restored:
        """Show what was rejected of a study again."""
        return Restored(registrar.restore((study, "", ""), reason=reason[:200], by=request.user))

    return Router("/", route_handlers=[restore], tags=["studies"])
