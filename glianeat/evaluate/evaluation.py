"""What evolution asks of an evaluator, and what it gets."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import msgspec
import numpy as np

from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import Ledger
from glianeat.evaluate.plan import EpisodePlan
from glianeat.genome.genome import Genome

Status = Literal["ok", "undeveloped", "failed", "exited", "malformed", "not_finite", "timeout"]


class Sizes(NamedTuple):
    """What a network is made of."""

    neurons: int
    """Developed neurons, inputs and outputs among them."""
    hidden: int
    """Developed hidden neurons."""
    synapses: int
    """Expressed synapses."""
    astrocytes: tuple[int, ...]
    """Expressed astrocytes, by region."""
    ratios: tuple[float, ...]
    """Expressed glia-to-neuron ratio, by region; 0 for regions without neurons."""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """How a genome did: its returns, what it spent, what it is made of, and measures by name."""

    key: int
    status: Status = "ok"
    reason: str = ""
    abandoned: bool = False
    """Whether it was given up after its trial episodes, since it did worse than all survivors."""
    returns: tuple[float, ...] = ()
    """Return of each episode; of several rewards at once, their sum."""
    rewards: tuple[float, ...] = ()
    """Mean return of each reward, of tasks that give several at once."""
    lengths: tuple[int, ...] = ()
    """Steps of each episode."""
    power: float = 0.0
    """Mean power over the simulated time [EU/s]."""
    penalty: float = 0.0
    """What is added to the power where energy is an objective: see `DevelopmentConfig` [EU/s]."""
    spikes_per_second: float = 0.0
    """Spikes of all neurons [Hz]."""
    output_spikes_per_second: float = 0.0
    """Spikes of outputs [Hz]."""
    seconds: float = 0.0
    """Simulated time [s]."""
    amounts: tuple[tuple[float, ...], ...] = ()
    """The ledger: amounts by kind and region, see :class:`Ledger`."""
    counts: tuple[tuple[float, ...], ...] = ()
    """The ledger: raw counts by name and region."""
    outside: int = 0
    """Observations outside their declared space."""
    neurons: int = 0
    """Developed neurons, inputs and outputs among them."""
    hidden: int = 0
    """Developed hidden neurons."""
    synapses: int = 0
    """Expressed synapses."""
    astrocytes: tuple[int, ...] = ()
    """Expressed astrocytes, by region."""
    ratios: tuple[float, ...] = ()
    """Expressed glia-to-neuron ratio, by region; 0 for regions without neurons."""

    measured: dict[str, float] | msgspec.UnsetType = msgspec.field(
        default=msgspec.UNSET, name="measures"
    )
    """Measures by name, where some were asked for; see `measures`."""

    @property
    def measures(self) -> dict[str, float]:
        """Measures by name, see `glianeat.analyse.activity`; empty if none was asked for."""
        return {} if self.measured is msgspec.UNSET else self.measured

    @property
    def sizes(self) -> Sizes:
        """What the adult's network is made of."""
        return Sizes(self.neurons, self.hidden, self.synapses, self.astrocytes, self.ratios)

    @property
    def is_ok(self) -> bool:
        """Whether all episodes were lived through."""
        return self.status == "ok"

    @cached_property
    def mean_return(self) -> float:
        """Mean return over the episodes; minus infinity if the evaluation failed."""
        if not self.is_ok:
            return -np.inf
        # kept, since a generation asks nine times; and `np.mean` is mostly checks for so few
        return float(np.add.reduce(np.array(self.returns)) / len(self.returns))

    @property
    def standard_error(self) -> float:
        """Standard error of the mean return; infinity if the evaluation failed."""
        if not self.is_ok:
            return np.inf
        number = len(self.returns)
        return float(np.std(self.returns, ddof=1)) / math.sqrt(number) if number > 1 else 0.0

    @property
    def ledger(self) -> Ledger:
        """What was done in all episodes, by kind and region."""
        return Ledger(np.array(self.amounts), np.array(self.counts), self.seconds)

    def energy(self, config: EnergyConfig) -> float:
        """Return the energy spent in all episodes [EU]."""
        return self.ledger.total(config) if self.amounts else 0.0


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What evaluating took, since its evaluator was made; no result depends on it."""

    workers: int
    """How many evaluate at the same time."""
    busy: float = 0.0
    """Time in evaluations, that of all workers together [s]."""
    available: float = 0.0
    """Time while something was to be evaluated, that of all workers together [s]."""
    retries: int = 0
    """Genomes that were given out once more, since a worker was lost or late."""
    losses: int = 0
    """Workers that were lost."""

    @property
    def efficiency(self) -> float:
        """Share of the workers' time that went into evaluations, 0 … 1; NaN if there was none."""
        return self.busy / self.available if self.available > 0.0 else math.nan

    def __add__(self, later: "Work") -> "Work":
        return Work(
            workers=later.workers,
            busy=self.busy + later.busy,
            available=self.available + later.available,
            retries=self.retries + later.retries,
            losses=self.losses + later.losses,
        )


class Evaluator(Protocol):
    """Evaluates genomes; serial, Ray and test doubles look the same from here."""

    def evaluate(self, genomes: Sequence[Genome], plan: EpisodePlan) -> list[Evaluation]:
        """Return one evaluation for each genome, in the order of `genomes`."""
        ...

    def close(self) -> None:
        """Give back environments, processes and memory; the evaluator is of no use afterwards."""
        ...


@runtime_checkable
class CountsWork(Protocol):
    """An evaluator that can say what evaluating took."""

    @property
    def work(self) -> Work:
        """What it took so far."""
        ...
