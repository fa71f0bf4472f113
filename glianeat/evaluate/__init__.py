"""Activity to objectives."""
