"""The pages of settings, command line and routes."""

import argparse
import dataclasses

from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from sixfold.app.cli import parser
from sixfold.app.documents.empty import empty_house
from sixfold.app.documents.markdown import MADE, table
from sixfold.app.interface import described
from sixfold.app.web import make_app, service_routers
from sixfold.governance.http.access import declared_action
from sixfold.kernel.settings import PREFIX, Settings

_PAGE = ("/assets", "/{file")
"""The web page's own files."""


def settings_page() -> str:
    """Every setting with its default and purpose."""
    head = f"# Settings\n\n{MADE}Read once at start; a wrong or unknown value stops it.\n"
    head += f"Each can be given as a file instead: `{PREFIX}X_FILE`.\n\n"
    return head + table(("variable", "default", "what it is for"), map(_setting, dataclasses.fields(Settings)))


def _setting(item: dataclasses.Field[object]) -> tuple[str, str, str]:
    secret = " (a secret: prefer the file)" if item.metadata["secret"] else ""
    default = item.metadata["default"] or "(empty)"
    return f"`{PREFIX}{item.name.upper()}`", f"`{default}`", item.metadata["help"] + secret


def cli_page() -> str:
    """Every command with its arguments."""
    lines = [f"# Command line\n\n{MADE}"]
    top = parser()
    groups = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    for name, command in groups[0].choices.items():
        lines.append(f"## sixfold {name}\n\n{command.description}\n")
        for action in command._actions:
            shown = ", ".join(action.option_strings) or f"`{action.dest}`"
            value = f" {action.metavar}" if action.metavar else ""
            lines.append(f"- {shown}{value}: {action.help}")
        lines.append("")
    return "\n".join(lines)


def routes_page() -> str:
    """Every HTTP route with its methods, the action that it needs and its purpose."""
    head = f"# HTTP routes\n\n{MADE}Roles and their actions: [access.md](access.md).\n\n"
    with empty_house() as house:
        routes = [
            route for route in make_app(house).routes if isinstance(route, HTTPRoute) and not route.path.startswith(_PAGE)
        ]
    rows = [row for route in sorted(routes, key=lambda item: item.path) for row in _rows(route)]
    return head + table(("path", "method", "action", "purpose"), rows)


def _rows(route: HTTPRoute) -> list[tuple[str, str, str, str]]:
    return sorted(
        (f"`{route.path}`", method, declared_action(handler, method), purpose_of(handler))
        for handler in route.route_handlers
        for method in map(str, handler.http_methods)
        if method != "OPTIONS" and route.path != "/"
    )


def purpose_of(handler: HTTPRouteHandler) -> str:
    """What a route is for: the first line of its docstring."""
    told = getattr(handler.fn, "func", handler.fn)  # what runs in a thread is wrapped
    return (told.__doc__ or "").strip().partition("\n")[0]


def interface_page() -> str:
    """What `GET /api/schema` answers."""
    with empty_house() as house:
        return described(service_routers(house)).decode()
