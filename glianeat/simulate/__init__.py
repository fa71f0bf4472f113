"""Network to activity."""
