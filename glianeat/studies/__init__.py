"""Replicable experiments: runs over seeds and settings, and how they compare."""
