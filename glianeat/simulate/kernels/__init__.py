"""Compiled functions: arrays and scalars in, arrays out, no objects."""
