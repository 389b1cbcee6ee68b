"""The viewer's decisions: pure functions."""
