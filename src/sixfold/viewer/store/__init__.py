"""All SQL of the viewer; a module for each family."""
