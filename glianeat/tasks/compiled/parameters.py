"""Reading the parameters of an environment."""

from collections.abc import Iterable


def are_numbers(values: Iterable[object]) -> bool:
    """Return whether all are plain numbers of Python.

    NumPy's scalars are not: one of them would change the precision in which an environment
    computes (NumPy enhancement proposal 50), and an array would not fit in a state.
    """
    return all(type(value) in (int, float) for value in values)


def attributes(task: object, names: Iterable[str]) -> list[object]:
    """Return the named attributes of `task`; those that it lacks are None."""
    return [getattr(task, name, None) for name in names]
