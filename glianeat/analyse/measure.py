"""What a measure is: a number that is computed from what a network did."""

from collections.abc import Callable
from dataclasses import dataclass

from glianeat.develop.network import Network
from glianeat.genome.schema import Role
from glianeat.simulate.trace import Trace
from glianeat.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Observed:
    """What a network did in its episodes, as measures look at it.

    Parameters
    ----------
    network : Network
        The adult's.
    spikes : ndarray of float64, shape (N,)
        Spikes of each neuron in all episodes; graded transmission counts as many as it stands for.
    seconds : float
        Simulated time of all episodes [s].
    trace : Trace or None
        What happened in the probed steps, millisecond by millisecond, if a measure needs it.
    traced_energy : float
        Energy spent meanwhile [EU].
    """

    network: Network
    spikes: FloatArray
    seconds: float
    trace: Trace | None = None
    traced_energy: float = 0.0

    @property
    def probe(self) -> Trace:
        """The trace, for measures that need one."""
        if self.trace is None:
            raise ValueError("a measure that needs a trace must say so")
        return self.trace

    def is_role(self, role: int) -> BoolArray:
        """Return which neurons have a role, shape (N,)."""
        found: BoolArray = self.network.cells.role == role
        return found

    @property
    def is_cell(self) -> BoolArray:
        """Which neurons are no inputs, shape (N,)."""
        return ~self.is_role(Role.INPUT)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure of activity.

    Parameters
    ----------
    name : str
        Its name in settings, files and tables.
    unit : str
        Unit of its value.
    direction : int
        1 if more is usually wanted, -1 if less: what it is as an objective unless that says so.
    meaning : str
        What it is, in a few words.
    value : callable
        Returns it from what was `Observed`; always a finite number.
    needs_trace : bool
        Whether it needs the first steps of an episode millisecond by millisecond, which are slow to
        record; other measures cost nothing.
    """

    name: str
    unit: str
    direction: int
    meaning: str
    value: Callable[[Observed], float]
    needs_trace: bool = False
