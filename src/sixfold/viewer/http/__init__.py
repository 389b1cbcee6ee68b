"""The viewer's web edges, below `/api/viewer` and `/dicomweb/federated`."""

from litestar import Router

from sixfold.governance import Governance
from sixfold.viewer.http.federation import federation_routers
from sixfold.viewer.service.federation.federation import Federation

__all__ = ["routers"]


def routers(federation: Federation, governance: Governance, public_url: str) -> list[Router]:
    """All routers of the viewer; `public_url` is how users reach us, empty for as they asked."""
    return federation_routers(federation, governance, public_url)
