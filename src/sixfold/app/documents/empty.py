"""The house as the documents look at it: with all its services, and empty."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from sixfold.app.schema import migrate
from sixfold.app.wiring import House, build
from sixfold.kernel.settings import read_settings


@contextmanager
def empty_house() -> Iterator[House]:
    """A house in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({}, home=folder)
        migrate(settings)
        house = build(settings)
        try:
            yield house
        finally:
            house.close()
