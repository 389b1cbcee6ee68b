"""Whose records belong together, as pure decisions: names and dates made comparable, compared, weighed, judged."""
