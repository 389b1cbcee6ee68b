"""All SQL of the viewer, and its tables."""
