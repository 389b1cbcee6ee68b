"""What the viewer does; a room for each family."""
