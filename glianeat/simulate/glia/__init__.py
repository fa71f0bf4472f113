"""Astrocytes and their channels."""
