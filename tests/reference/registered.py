"""The slow references that registered models and channels name."""

from importlib import import_module


def reference_of(owner):
    """Return the slow function that a registered model or channel names as its reference."""
    module, name = owner.reference.split(":")
    return getattr(import_module(module), name)
