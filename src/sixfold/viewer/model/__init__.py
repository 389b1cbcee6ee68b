"""What the viewer speaks of: frozen values, events, errors; a module for each family."""

PART = "viewer"
