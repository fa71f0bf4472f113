"""The numbers by which kernels find sections, scalars and whole numbers: ``at.RING``, ``at.CLOCK``.

They are read off the table of sections when they are first needed, which is when kernels are
compiled: the table is made of the rows of all models and channels, whose own kernels use them.
"""

from importlib import import_module


def __getattr__(name: str) -> int:
    constants: dict[str, int] = import_module("glianeat.simulate.sections").TABLE.constants
    if name not in constants:
        raise AttributeError(f"the table of sections has no {name.lower()!r}")
    globals().update(constants)
    return constants[name]
