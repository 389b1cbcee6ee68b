"""The web edges of federation: the registry, the list over all archives, the DICOMweb facade."""

from litestar import Router

from sixfold.governance import Governance
from sixfold.viewer.http.federation.browse import browse_handlers
from sixfold.viewer.http.federation.qido import qido_router
from sixfold.viewer.http.federation.sources import source_handlers
from sixfold.viewer.service.federation.federation import Federation

__all__ = ["federation_routers"]


def federation_routers(federation: Federation, governance: Governance, public_url: str) -> list[Router]:
    """All routers of the family; `public_url` is how users reach us, empty for as they asked."""
    handlers = [*source_handlers(federation), *browse_handlers(federation, governance)]
    api = Router("/api/viewer", route_handlers=handlers, tags=["federation"])
    return [api, qido_router(federation, governance, public_url)]
