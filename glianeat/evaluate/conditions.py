"""Conditions: a genome lives the same episodes as it is, and with what glia do taken from it.

So that it can be said of a champion what its astrocytes, or the slow variables of its neurons, are
good for: whether they do anything (a lesion), whether it takes their changes in time (frozen), and
whether it matters which neurons share one (shuffled).
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import Literal, get_args

import msgspec
import numpy as np

from glianeat.config import shown, suggestion
from glianeat.develop.holding import with_current, with_efficacy
from glianeat.develop.lesions import Lesion, lesioned
from glianeat.develop.network import Network
from glianeat.develop.shuffling import shuffled
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import ConfigError, DevelopmentError
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.outcomes import failure
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutWorker
from glianeat.evaluate.watch import MeanEffects
from glianeat.genome.genome import Genome
from glianeat.streams import Purpose, stream
from glianeat.typing import FloatArray

Condition = Literal[
    "intact",
    "no_gain",
    "no_current",
    "no_effects",
    "no_astrocytes",
    "frozen",
    "frozen_overall",
    "shuffled",
]
"""What is different:

- ``intact``: nothing;
- ``no_gain``: what arrives at cells is scaled by one, whatever gain there is;
- ``no_current``: no slow current drives cells;
- ``no_effects``: neither; astrocytes supply as before;
- ``no_astrocytes``: no astrocytes at all, so that they do not supply either;
- ``frozen``: gain and current are those of the intact agent in the same episode, cell by cell, but
  their means over it all the time;
- ``frozen_overall``: … their means over all the episodes;
- ``shuffled``: astrocytes ensheathe other neurons of their regions, dealt out anew in each episode.

What is said of gain and current is said of those of astrocytes and of neurons alike.
"""
CONDITIONS: tuple[Condition, ...] = get_args(Condition)


def evaluate_under(
    condition: Condition,
    worker: RolloutWorker,
    genome: Genome,
    plan: EpisodePlan,
    network: Network | None = None,
) -> Evaluation:
    """Let a genome live some episodes under a condition.

    Parameters
    ----------
    condition : str
        One of `CONDITIONS`.
    worker : RolloutWorker
        Evaluates; its task may be another than that of training.
    genome : Genome
        As it is.
    plan : EpisodePlan
        Which episodes, and what dies in them; see `glianeat.run.episode_choice.plan_of`.
    network : Network, optional
        What is to live in place of the adult that the genome develops into, such as one with
        lesions.

    Returns
    -------
    Evaluation
        Its returns are in the order of the seeds, each a function of condition and seed, with
        ``frozen_overall`` of all of them. If an episode failed, `is_ok` is false and `reason` says
        why.

    Raises
    ------
    ConfigError
        If there is no such condition.
    """
    check_condition(condition)
    try:
        adult = network or worker.develop(genome)
    except DevelopmentError as error:
        return failure(genome.key, "undeveloped", str(error))
    return _Life(worker, genome, adult, plan).under(condition)


def check_condition(condition: str) -> Condition:
    """Return a condition; raise `ConfigError` if it is none."""
    for known in CONDITIONS:
        if condition == known:
            return known
    names, near = ", ".join(CONDITIONS), suggestion(condition, CONDITIONS)
    raise ConfigError(f"condition: must be one of {names}, got {shown(condition)}{near}")


class _Life:
    """A genome, its network, its episodes, and who evaluates it."""

    def __init__(
        self, worker: RolloutWorker, genome: Genome, adult: Network, plan: EpisodePlan
    ) -> None:
        self._worker, self._genome, self._adult, self._plan = worker, genome, adult, plan
        self._seeds = worker.episode_seeds(plan)

    def under(self, condition: Condition) -> Evaluation:
        """Return how it does under a condition."""
        if condition == "shuffled":
            return self._each(self._shuffled)
        if condition in {"frozen", "frozen_overall"}:
            return self._frozen(overall=condition == "frozen_overall")
        return self._worker.evaluate(
            self._genome, self._plan, network=_STEADY[condition](self._adult)
        )

    def _live(self, network: Network, seed: int, watcher: MeanEffects | None = None) -> Evaluation:
        plan = msgspec.structs.replace(self._plan, episodes=1, seeds=(seed,))
        return self._worker.evaluate(self._genome, plan, watcher, network)

    def _each(self, network_of: Callable[[int], Network]) -> Evaluation:
        """Live every episode with a network of its own."""
        lived = [self._live(network_of(seed), seed) for seed in self._seeds]
        return joined(lived, self._worker.energy)

    def _shuffled(self, seed: int) -> Network:
        return shuffled(self._adult, stream(seed, Purpose.TERRITORIES))

    def _frozen(self, *, overall: bool) -> Evaluation:
        means: dict[int, tuple[FloatArray, FloatArray]] = {}
        for seed in dict.fromkeys(self._seeds):
            watcher = MeanEffects()
            intact = self._live(self._adult, seed, watcher)
            if not intact.is_ok:
                return intact
            means[seed] = watcher.efficacy, watcher.current
        if overall:
            efficacy, current = (
                np.mean([means[seed][which] for seed in self._seeds], axis=0) for which in (0, 1)
            )
            held = _held(self._adult, efficacy, current)
            return self._worker.evaluate(self._genome, self._plan, network=held)
        return self._each(lambda seed: _held(self._adult, *means[seed]))


def _held(network: Network, efficacy: FloatArray, current: FloatArray) -> Network:
    return with_current(with_efficacy(network, efficacy), current)


def _without_gain(network: Network) -> Network:
    return with_efficacy(network, np.ones(network.n_neurons - network.n_inputs))


def _without_current(network: Network) -> Network:
    return with_current(network, np.zeros(network.n_neurons - network.n_inputs))


_STEADY: dict[str, Callable[[Network], Network]] = {
    "intact": lambda network: network,
    "no_gain": _without_gain,
    "no_current": _without_current,
    "no_effects": lambda network: _without_current(_without_gain(network)),
    "no_astrocytes": lambda network: lesioned(network, [Lesion("astrocyte")]),
}


def joined(lived: Sequence[Evaluation], energy: EnergyConfig) -> Evaluation:
    """Return one evaluation of episodes that were lived one by one, or the first failure.

    Measures are those of the first episode, sizes those of the first network.
    """
    for one in lived:
        if not one.is_ok:
            return one
    ledger = reduce(add, (one.ledger for one in lived))
    seconds = sum(one.seconds for one in lived)
    per_second = max(seconds, 1e-9)
    rewards = [one.rewards for one in lived]
    return msgspec.structs.replace(
        lived[0],
        returns=tuple(value for one in lived for value in one.returns),
        rewards=tuple(np.mean(rewards, axis=0).tolist()) if rewards[0] else (),
        lengths=tuple(length for one in lived for length in one.lengths),
        power=ledger.power(energy),
        spikes_per_second=float(ledger.count("spikes").sum()) / per_second,
        output_spikes_per_second=sum(one.output_spikes_per_second * one.seconds for one in lived)
        / per_second,
        outside=sum(one.outside for one in lived),
        seconds=seconds,
        amounts=tuple(map(tuple, ledger.amounts.tolist())),
        counts=tuple(map(tuple, ledger.counts.tolist())),
    )
