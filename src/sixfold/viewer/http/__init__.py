"""The viewer's web edges, below `/api/viewer` and `/dicomweb/federated`."""

from litestar import Router

from sixfold.archive.http import Edge
from sixfold.governance import Governance
from sixfold.viewer.http.facade import CopiesEdge, WadoFacade
from sixfold.viewer.http.federation import federation_routers
from sixfold.viewer.http.identity import identity_router
from sixfold.viewer.http.launch import launch_router
from sixfold.viewer.http.objects import objects_router
from sixfold.viewer.http.study import ahead_handler, study_handlers
from sixfold.viewer.rules.federation.showing import FACADE
from sixfold.viewer.service.ahead import PriorsAhead
from sixfold.viewer.service.presence import Presence
from sixfold.viewer.service.priors import Comparisons
from sixfold.viewer.service.viewer import Viewer
from sixfold.viewer.service.whereabouts import Whereabouts

__all__ = ["routers"]


def routers(viewer: Viewer, ours: Edge, governance: Governance) -> list[Router]:
    """All routers of the viewer, beside our own archive's edge."""
    archive, public_url = ours.archive, ours.public_url
    whereabouts = Whereabouts(viewer.federation, governance)
    copies = CopiesEdge(viewer.copies.archive, public_url, FACADE, ours.threads)
    facade = WadoFacade(governance, ours, copies, whereabouts, viewer.assembly)
    presence = Presence(archive, viewer.copies)
    comparisons = Comparisons(viewer.federation, viewer.identity.showing)
    handlers = study_handlers(viewer.federation, whereabouts, presence, comparisons, governance)
    ahead = ahead_handler(PriorsAhead(comparisons, whereabouts, viewer.assembly, viewer.ahead), governance)
    study = Router("/api/viewer", route_handlers=[*handlers, ahead], tags=["federation"])
    wado = Router(FACADE, route_handlers=facade.handlers(), tags=["federation"])
    objects = objects_router(facade, ours, copies, governance)
    identity = identity_router(viewer.identity, governance)
    return [*federation_routers(viewer.federation, governance, public_url), study, wado, objects, identity, launch_router()]
