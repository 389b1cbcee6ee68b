"""What the viewer speaks of: frozen values, events, errors."""

PART = "viewer"
