"""The web application as the documents look at it: built over an empty house."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Litestar

from sixfold.app.schema import migrate
from sixfold.app.web import make_app
from sixfold.app.wiring import build
from sixfold.kernel.settings import read_settings


@contextmanager
def application() -> Iterator[Litestar]:
    """The application with all its routes; it serves nobody."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({}, home=folder)
        migrate(settings)
        house = build(settings)
        try:
            yield make_app(house)
        finally:
            house.close()
