"""Activity to measures."""
