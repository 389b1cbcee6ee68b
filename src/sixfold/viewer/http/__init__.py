"""The viewer's web edges."""
