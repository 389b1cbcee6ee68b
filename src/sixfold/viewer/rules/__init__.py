"""The viewer's decisions, as pure functions; a room for each family."""
