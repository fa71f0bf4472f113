"""Evolved agents as source files that need nothing: no glianeat, no NumPy."""
