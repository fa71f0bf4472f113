"""Compilation: the only package that knows Numba."""
