"""Documents that are made from the code: `make docs` writes them, a test holds them against it."""

import sys
from collections.abc import Callable
from pathlib import Path

from sixfold.app.documents.conformance import conformance_page
from sixfold.app.documents.events import events_page
from sixfold.app.documents.reference import cli_page, interface_page, routes_page, settings_page

PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings_page,
    "docs/reference/cli.md": cli_page,
    "docs/reference/routes.md": routes_page,
    "docs/reference/events.md": events_page,
    "docs/reference/openapi.json": interface_page,
    "docs/conformance/dicom.md": conformance_page,
}


def main() -> None:
    """Write every page below the current folder."""
    for name, make in PAGES.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), "utf-8")
        sys.stdout.write(f"{name}\n")
