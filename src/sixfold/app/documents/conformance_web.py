"""The tables of the conformance statement that tell of DICOMweb: from the routes, and from what they read and answer by."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from litestar.routes import HTTPRoute

from sixfold.app.documents.empty import empty_house
from sixfold.app.documents.markdown import table
from sixfold.app.documents.reference import purpose_of
from sixfold.app.web import make_app
from sixfold.archive.http import qido
from sixfold.archive.http.edge import OFFERS
from sixfold.archive.http.frames import MEDIA_TYPES
from sixfold.archive.http.viewing import LARGEST
from sixfold.archive.service.metadata import DICOMWEB
from sixfold.dicom.query import FLAGS, NUMBERS
from sixfold.dicom.render.model import THUMBNAIL_SIZE
from sixfold.governance.http.problems import MEANINGS

_URI_SERVICE = "/wado"


def _services() -> str:
    with empty_house() as house:
        routes = [route for route in make_app(house).routes if isinstance(route, HTTPRoute)]
    served = [route for route in routes if route.path_format.startswith(DICOMWEB) or route.path_format == _URI_SERVICE]
    rows = sorted(
        (route.path_format, str(method), purpose_of(handler), _forms(handler.opt.get(OFFERS, ())))
        for route in served
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    )
    return table(
        ("resource", "method", "what it does", "media types of the answer"), ((f"`{path}`", *rest) for path, *rest in rows)
    )


def _forms(offers: Sequence[str]) -> str:
    """The media types, by whether they are had alone, as parts of multipart/related, or both."""
    types = {offer: re.fullmatch(r'multipart/related; type="(.*)"', offer) for offer in offers}
    alone = [offer for offer, part in types.items() if part is None]
    parts = [part[1] for part in types.values() if part is not None]
    forms = {
        "alone or in parts": [name for name in alone if name in parts],
        "alone": [name for name in alone if name not in parts],
        "in parts": [name for name in parts if name not in alone],
    }
    return "; ".join(f"{how}: {', '.join(f'`{name}`' for name in names)}" for how, names in forms.items() if names)


def _query_parameters() -> str:
    meanings = {
        "fuzzymatching": "`true`: names match by the beginning or the sound of each word",
        "emptyvaluematching": '`true`: `""` matches an absent or empty attribute',
        "multiplevaluematching": "`true`: of several values, parted by backslashes, all must be there, not any",
        "limit": f"most answers: {qido.MOST:,}, and {qido.USUAL:,} without it; within a study {qido.MOST_IN_STUDY:,}",
        "offset": "answers to leave out at the beginning",
    }
    rows = [(f"`{name}`", meanings[name]) for name in (*FLAGS, *NUMBERS)]
    others = [
        ("`includefield`", "an attribute to return besides, by keyword or tag, through sequences by dots; or `all`"),
        ("`cursor`", 'goes on where a page ended: it is part of the link `rel="next"` of each answer that has more'),
        ("an attribute", "by keyword, tag, or a path through sequences joined by dots: a condition that an answer meets"),
    ]
    return table(("parameter", "meaning"), [*rows, *others])


def _frame_types() -> str:
    rows = [(f"`{name}`", ", ".join(syntaxes)) for name, syntaxes in MEDIA_TYPES.items()]
    return table(("media type", "transfer syntaxes, the default first"), rows)


def _statuses() -> str:
    ours = {
        200: "the whole of what was asked for; of a store request: every instance was stored, and nothing is to be told of it",
        202: "some instances were not stored, or bear a warning: the body tells which and why",
        204: "a query found nothing; a rejection was done",
        206: "a byte range; or a part of the instances, the rest being unreadable or not to be had in that form",
        304: "nothing has changed since the ETag that was given",
        406: "none of the media types or transfer syntaxes that were asked for can be given",
        409: "no instance of a store request was stored",
        415: "the body is of a media type or coding that is not taken",
        416: "the byte range lies outside of what there is",
    }
    rows = ours | {meaning.status: meaning.title for meaning in MEANINGS.values() if meaning.status not in ours}
    return table(("status", "meaning"), ((str(code), text) for code, text in sorted(rows.items())))


TABLES: Final[dict[str, Callable[[], str]]] = {
    "web_services": _services,
    "web_query_parameters": _query_parameters,
    "web_frame_types": _frame_types,
    "web_largest": lambda: str(LARGEST),
    "web_thumbnail": lambda: str(THUMBNAIL_SIZE),
    "web_statuses": _statuses,
}
