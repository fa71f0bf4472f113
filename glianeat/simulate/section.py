"""What a row of the table of sections says, and who brings rows to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from glianeat.typing import AnyArray

Kind = Literal["f8", "u4", "u1"]
VECTOR = 8  # float64 numbers in a 512-bit vector


@dataclass(frozen=True)
class Section:
    """One array of the packed state.

    Parameters
    ----------
    name : str
        What it is called by kernels (in capitals), in records and in snapshots.
    shape : tuple of str or int
        Its axes: named sizes, such as ``("slots",)``, or numbers.
    unit : str
        Unit of its values; ``1`` if they have none.
    text : str
        What it holds.
    kind : str
        NumPy's code of its type.
    initial : float, optional
        What all of it is at first; None if that differs by network: the packer says.
    is_state : bool
        Whether it changes as the network runs, from one step to the next: part of snapshots.
    resets : bool
        Whether a return to rest restores it to what it was at first.
    decays : bool
        Whether it decays towards zero, and is set to zero before its numbers become denormal.
    """

    name: str
    shape: tuple[str | int, ...]
    unit: str
    text: str
    kind: Kind = "f8"
    initial: float | None = 0.0
    is_state: bool = True
    resets: bool = False
    decays: bool = False


def parameter(
    name: str, shape: tuple[str | int, ...], unit: str, text: str, kind: Kind = "f8"
) -> Section:
    """Return a section that stays as it was packed."""
    return Section(name, shape, unit, text, kind, initial=None, is_state=False)


def scratch(name: str, shape: tuple[str | int, ...], text: str, kind: Kind = "f8") -> Section:
    """Return a section that every step writes before it reads it."""
    return Section(name, shape, "1", text, kind, is_state=False)


@dataclass(frozen=True)
class Scalar:
    """One number of the section of scalars."""

    name: str
    unit: str
    text: str


@dataclass(frozen=True)
class Whole:
    """One whole number of the head."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Owner:
    """Whoever owns sections: the network itself, a neuron model, a glial channel, a pool.

    Parameters
    ----------
    name : str
        How settings and messages call it.
    sections : tuple of Section
        Arrays of its own; empty in networks that do not use it.
    scalars : tuple of Scalar
        Numbers of its own.
    wholes : tuple of Whole
        Whole numbers of its own.
    """

    name: str
    sections: tuple[Section, ...] = ()
    scalars: tuple[Scalar, ...] = ()
    wholes: tuple[Whole, ...] = ()


@dataclass(frozen=True)
class Values:
    """What an owner packs: arrays by section, numbers by scalar and by whole number."""

    sections: Mapping[str, AnyArray] = field(default_factory=dict)
    scalars: Mapping[str, float] = field(default_factory=dict)
    wholes: Mapping[str, int] = field(default_factory=dict)
