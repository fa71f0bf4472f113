"""A run to pages and pictures."""
