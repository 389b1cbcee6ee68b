"""Capabilities (PS3.18 8.9): what is served here, told from the very routes that serve it."""

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from litestar import HttpMethod, route
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from sixfold.archive.http.edge import OFFERS, AnyRequest, Edge, accepted
from sixfold.archive.http.negotiation import JSON, Offer, choose
from sixfold.archive.http.sending import Whole
from sixfold.archive.service.metadata import DICOMWEB
from sixfold.governance.http import needs
from sixfold.governance.model import Action

WADL = "application/vnd.sun.wadl+xml"
_NAMESPACE = "http://wadl.dev.java.net/2009/02"
_OFFERS = (Offer(JSON), Offer(WADL), Offer("application/xml"))


class Method(msgspec.Struct, frozen=True):
    """One method of a resource: what it does, and the media types that it answers with, where it says so."""

    name: str
    about: str
    produces: tuple[str, ...]


class Resource(msgspec.Struct, frozen=True):
    """A resource by its path template, relative to the service's base."""

    path: str
    methods: tuple[Method, ...]


def capabilities_handler(edge: Edge, handlers: Sequence[Any]) -> Any:
    """GET and OPTIONS of the service's base, telling of `handlers`."""
    resources = resources_of(handlers)

    @route("/", http_method=[HttpMethod.GET, HttpMethod.OPTIONS], opt=needs(Action.OWN))
    async def capabilities(request: AnyRequest) -> ASGIApp:
        """What is served here."""
        form = choose(accepted(request), _OFFERS).offer.name
        base = f"{edge.base_url(request)}{DICOMWEB}"
        body = msgspec.json.encode({"base": base, "resources": resources}) if form == JSON else _wadl(resources, base)
        return Whole(body, {"Content-Type": form, "Cache-Control": "private, max-age=60", "Vary": "Accept"})

    return capabilities


def resources_of(handlers: Sequence[Any]) -> list[Resource]:
    """The resources of route handlers, by path, with the methods of all of them."""
    methods: dict[str, list[Method]] = {}
    for handler in handlers:
        if isinstance(handler, HTTPRouteHandler):
            for path in sorted(handler.paths):
                for name in sorted(handler.http_methods):
                    about = (handler.fn.__doc__ or "").strip().partition("\n")[0]
                    methods.setdefault(_template(path), []).append(Method(str(name), about, handler.opt.get(OFFERS, ())))
    return [Resource(path, tuple(methods[path])) for path in sorted(methods)]


def _template(path: str) -> str:
    """A path without the types of its parameters."""
    return path.replace(":str}", "}").replace(":path}", "}")


def _wadl(resources: Sequence[Resource], base: str) -> bytes:
    application = Element("application", {"xmlns": _NAMESPACE})
    root = SubElement(application, "resources", {"base": base})
    for resource in resources:
        node = SubElement(root, "resource", {"path": resource.path.lstrip("/")})
        for method in resource.methods:
            child = SubElement(node, "method", {"name": method.name})
            SubElement(child, "doc").text = method.about
            response = SubElement(child, "response")
            for media_type in method.produces:
                SubElement(response, "representation", {"mediaType": media_type})
    document: bytes = tostring(application, encoding="utf-8", xml_declaration=True)
    return document
