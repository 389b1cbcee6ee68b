"""Our own routes as an OpenAPI 3.1 document; those of DICOMweb are described by PS3.18 and the conformance statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import msgspec
import orjson
from litestar import Litestar, Response, Router, get
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute

from sixfold import __version__
from sixfold.governance.http import needs
from sixfold.governance.http.access import SESSION_COOKIE, declared_action
from sixfold.governance.http.problems import MEDIA_TYPE, Problem
from sixfold.governance.model import Action

MEDIA: Final = "application/vnd.oai.openapi+json"
_OURS: Final = "/api/"
_REFERENCE: Final = "#/components/schemas/{name}"
_ABOUT: Final = """What Sixfold offers besides DICOM. Every operation needs the action that `x-sixfold-action` names, which the
roles of the caller must allow. A browser proves itself by its session's cookie, and sends `X-Sixfold-Request: 1` with whatever
is no GET; a program sends `Authorization: Bearer` and its token."""

Json = dict[str, Any]


def interface_router(services: Sequence[Router]) -> Router:
    """`GET /api/schema`, which describes the routes of `services` and itself; made when it is first asked for."""

    @cache
    def document() -> bytes:
        return described([*services, router])

    @get("/schema", opt=needs(Action.OWN), sync_to_thread=True, media_type=MEDIA)
    def schema() -> Response[bytes]:
        """This description."""
        return Response(document(), media_type=MEDIA, headers={"Cache-Control": "private, max-age=300"})

    router = Router("/api", route_handlers=[schema], tags=["operation"])
    return router


def described(services: Sequence[Router]) -> bytes:
    """The OpenAPI 3.1 document of the routes below `/api`, the same bytes whenever the routes are the same."""
    config = OpenAPIConfig("Sixfold", __version__, description=_ABOUT, use_handler_docstrings=True)
    app = Litestar(services, openapi_config=config)
    document = _plain(app.openapi_schema.to_schema())
    actions = _actions(app)
    document["paths"] = {path: item for path, item in document["paths"].items() if path.startswith(_OURS)}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _complete(operation, actions[path, method])
    _, parts = msgspec.json.schema_components([Problem], ref_template=_REFERENCE)
    document["components"]["schemas"] |= parts
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    }
    return orjson.dumps(document, default=sorted, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"  # sets as defaults


def _actions(app: Litestar) -> dict[tuple[str, str], str]:
    """The action of each operation by its path and method."""
    return {
        (route.path_format, str(method).lower()): declared_action(handler, str(method))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
    }


def _complete(operation: Json, action: str) -> None:
    """Say what the framework does not know: the action that is needed, and the one form of all that is not success."""
    operation["x-sixfold-action"] = action
    operation["security"] = [] if action == Action.OPEN else [{"token": []}, {"session": []}]
    responses = operation["responses"]
    responses.pop("400", None)  # the framework's own form, which nobody gets
    schema = {"$ref": _REFERENCE.format(name=Problem.__name__)}
    responses["default"] = {"description": "What went wrong (RFC 9457)", "content": {MEDIA_TYPE: {"schema": schema}}}


def _plain(value: Any) -> Any:
    """The same with whole numbers written as such, and without what is said by default anyway."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in _DEFAULT_FALSE or item is not False}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


_DEFAULT_FALSE: Final = frozenset({"deprecated", "allowEmptyValue", "allowReserved"})
