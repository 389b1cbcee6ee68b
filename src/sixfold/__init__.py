"""Sixfold: an open enterprise imaging platform. `ARCHITECTURE.md` is the map; start there."""

__version__ = "0.1.0"
