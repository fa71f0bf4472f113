"""Modules that stand in for packages that are not installed: tasks of the same names and spaces."""
