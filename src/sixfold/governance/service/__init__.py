"""The use cases of governance; `Governance` is the door that every edge asks."""

from sixfold.governance.service.governance import Governance

__all__ = ["Governance"]
