"""Revisions of the database's schema, run by `sixfold.app.schema` at start."""
