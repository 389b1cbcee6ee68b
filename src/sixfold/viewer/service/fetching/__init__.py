"""Bringing a series of another archive here, by whichever way it gives it; what a peer does wrong is told, not raised."""

from typing import Protocol

from sixfold.archive.model import Provenance
from sixfold.archive.service.intake import Intake
from sixfold.viewer.model.retrieval import Delivered


class Fetcher(Protocol):
    """One archive that gives its instances. Thread-safe."""

    def fetch(self, study_uid: str, series_uid: str, into: Intake, came: Provenance) -> Delivered:
        """Bring a series into an intake; an instance that was here already counts as delivered."""
