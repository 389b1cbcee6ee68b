"""Reference documents that are made from the code: `make docs` writes them, a test holds them against it."""

import argparse
import dataclasses
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from litestar.routes import HTTPRoute

from sixfold.app.cli import parser
from sixfold.governance.http.access import declared_action
from sixfold.kernel.settings import PREFIX, Settings, read_settings

_MADE = "<!-- Made by `make docs` from the code: do not edit. -->\n\n"


def settings_page() -> str:
    """Every setting with its default and purpose."""
    head = f"# Settings\n\n{_MADE}Read once at start; a wrong or unknown value stops it.\n"
    lines = [head + f"Each can be given as a file instead: `{PREFIX}X_FILE`.\n"]
    lines.append("| variable | default | what it is for |\n|---|---|---|")
    for item in dataclasses.fields(Settings):
        default = item.metadata["default"] or "(empty)"
        secret = " (a secret: prefer the file)" if item.metadata["secret"] else ""
        lines.append(f"| `{PREFIX}{item.name.upper()}` | `{default}` | {item.metadata['help']}{secret} |")
    return "\n".join(lines) + "\n"


def cli_page() -> str:
    """Every command with its arguments."""
    lines = [f"# Command line\n\n{_MADE}"]
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
    from sixfold.app.schema import migrate
    from sixfold.app.web import make_app
    from sixfold.app.wiring import build

    head = f"# HTTP routes\n\n{_MADE}Roles and their actions: [access.md](access.md).\n\n"
    lines = [head + "| path | method | action | purpose |\n|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({}, home=folder)
        migrate(settings)
        house = build(settings)
        for route in sorted(make_app(house).routes, key=lambda item: item.path):
            lines += _rows(route) if isinstance(route, HTTPRoute) else []
        house.close()
    return "\n".join(lines) + "\n"


def _rows(route: HTTPRoute) -> list[str]:
    rows = []
    for handler in route.route_handlers:
        for method in sorted(str(item) for item in handler.http_methods):
            if method == "OPTIONS" or route.path.startswith("/assets") or route.path in ("/", "/{file_path:path}"):
                continue
            purpose = (handler.fn.__doc__ or "").strip().splitlines()[0]
            rows.append(f"| `{route.path}` | {method} | {declared_action(handler, method)} | {purpose} |")
    return sorted(rows)


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings_page,
    "docs/reference/cli.md": cli_page,
    "docs/reference/routes.md": routes_page,
}


def main() -> None:
    """Write every page below the current folder."""
    for name, make in PAGES.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), "utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
