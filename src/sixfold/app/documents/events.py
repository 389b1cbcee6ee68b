"""The page of the feed: every kind of event that a part declares in its model."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import sixfold
from sixfold.app.documents.markdown import MADE, table
from sixfold.kernel.events import Event
from sixfold.kernel.kinds import EventKind

_HEAD = f"""# Events

{MADE}Every change is an event, written in the transaction of the change. `GET /api/events` gives them by pull,
`GET /api/events/stream` as Server-Sent Events ([routes.md](routes.md)). No committed event is skipped, and any of them can be
read again. Those of part `governance` are the audit: only who may `audit` sees them.

"""

_FIELDS = {
    "seq": "its number; the feed is in this order, with gaps",
    "at": "when it was told, UTC, as in `2026-01-31T12:00:00.000Z`",
    "part": "the part of the house that tells it",
    "kind": "one of those below",
    "subject": "what changed",
    "actor": "who did it: `person:NAME`, `token:NAME`, `ae:TITLE`, `system:sixfold`, or `unknown`",
    "payload": "an object with the fields of the kind; one that has nothing to say may be absent",
}


def declared_kinds() -> dict[str, list[EventKind]]:
    """The kinds of event by part, in the order in which its model declares them."""
    found = {part: [kind for model in models for kind in _kinds_in(model)] for part, models in _models()}
    return {part: kinds for part, kinds in found.items() if kinds}


def _kinds_in(model: ModuleType) -> Iterator[EventKind]:
    return (item for item in vars(model).values() if isinstance(item, EventKind))


def _models() -> Iterator[tuple[str, list[ModuleType]]]:
    """Of each part its model, or the modules of the package that it has become."""
    for part in sorted(module.name for module in iter_modules(sixfold.__path__) if module.ispkg):
        package = import_module(f"sixfold.{part}")
        if any(module.name == "model" for module in iter_modules(package.__path__)):
            model = import_module(f"sixfold.{part}.model")
            inside = sorted(module.name for module in iter_modules(getattr(model, "__path__", [])))
            yield part, [import_module(f"{model.__name__}.{name}") for name in inside] or [model]


def events_page() -> str:
    """Every kind of event: when it is told, what its subject is, and its payload."""
    fields = table(("field", "meaning"), ((f"`{name}`", _FIELDS[name]) for name in Event.__struct_fields__))
    parts = [f"## Part {part}\n\n" + "\n".join(map(_section, kinds)) for part, kinds in declared_kinds().items()]
    return _HEAD + "\n".join([fields, *parts])


def _section(kind: EventKind) -> str:
    head = f"### {kind.name}\n\nWhen {kind.when}. Subject: {kind.subject}.\n"
    if not kind.payload:
        return head + "The payload is empty.\n"
    return head + "\n" + table(("payload", "meaning"), ((f"`{name}`", told) for name, told in kind.payload.items()))
