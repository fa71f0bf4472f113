"""Encodings: how genomes are founded, and how they develop."""
