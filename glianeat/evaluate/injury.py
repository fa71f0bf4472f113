"""An agent's damage in one episode: what dies is drawn, and dies when it is time."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from glianeat.config import shown
from glianeat.develop.lesions import Gone, nothing_gone, region_names
from glianeat.develop.network import Network
from glianeat.errors import ConfigError
from glianeat.evaluate.agent import Agent
from glianeat.evaluate.damage import KINDS, Damage, parse_damage
from glianeat.evaluate.watch import Watcher
from glianeat.streams import Purpose, stream
from glianeat.typing import BoolArray

_SHARE, _WHO, _ASTROCYTES = range(3)  # what a stream is for


class Injury:
    """All damage of one episode of an agent.

    Parameters
    ----------
    agent : Agent
        Who suffers it.
    damage : sequence of str
        What dies, see `glianeat.evaluate.damage`.
    seed : int
        Seed of the episode.
    probe : Watcher, optional
        Records the first steps of the episode.
    """

    def __init__(
        self, agent: Agent, damage: Sequence[str], seed: int, probe: Watcher | None = None
    ) -> None:
        self._agent, self._seed, self._probe = agent, seed, probe
        planned = ((number, parse_damage(text)) for number, text in enumerate(damage))
        self._waiting = sorted(
            ((one.step(agent.hold), number, one) for number, one in planned),
            key=lambda waiting: waiting[:2],
        )
        self._sensors = np.zeros(agent.n_sensors, dtype=np.bool_)
        self._dead: Gone | None = None

    def strike(self, step: int) -> None:
        """Let everything die that is to die before a step."""
        due = [one for one in self._waiting if one[0] <= step]
        self._waiting = self._waiting[len(due) :]
        for _, number, damage in due:
            self._draw(number, damage)
        if due:
            self._agent.damage(self._sensors, self._dead)

    def acting(self, agent: Agent) -> Callable[[Any], Any]:
        """Return how the agent, at rest, acts on observations and is damaged meanwhile."""
        act = agent.act_quickly if self._probe is None else self._probe.acting(agent)
        step = 0

        def act_or_suffer(observation: Any) -> Any:
            nonlocal step
            self.strike(step)
            step += 1
            return act(observation)

        return act_or_suffer

    def stages(self, last: int) -> Iterator[int]:
        """Yield the steps until which to live, and strike between them."""
        while self._waiting and self._waiting[0][0] < last:
            step = self._waiting[0][0]
            yield step
            self.strike(step)
        yield last

    def _draw(self, number: int, damage: Damage) -> None:
        """Add what a damage kills to the dead."""
        shares = damage.shares
        share = shares[int(self._random(damage, number, _SHARE, 1)[0] * len(shares))]
        network = self._agent.network
        if damage.kind == "sensors":
            everyone = np.ones(len(self._sensors), dtype=np.bool_)
            self._sensors |= self._some(everyone, share, damage, number)
            return
        dead = nothing_gone(network) if self._dead is None else self._dead
        neurons, synapses, astrocytes = _concerned(network, damage)
        self._dead = Gone(
            dead.neurons | self._some(neurons, share, damage, number),
            dead.synapses | self._some(synapses, share, damage, number),
            dead.astrocytes | self._some(astrocytes, share, damage, number, _ASTROCYTES),
        )

    def _some(
        self, among: BoolArray, share: float, damage: Damage, number: int, purpose: int = _WHO
    ) -> BoolArray:
        """Return a share of those that are concerned, those of the lowest numbers drawn."""
        some = np.zeros(len(among), dtype=np.bool_)
        concerned = np.flatnonzero(among)
        drawn = self._random(damage, number, purpose, len(concerned))
        count = int(share * len(concerned) + 0.5)
        some[concerned[np.argsort(drawn, kind="stable")[:count]]] = True
        return some

    def _random(self, damage: Damage, number: int, purpose: int, count: int) -> Any:
        kind = KINDS.index(damage.kind)
        return stream(self._seed, Purpose.DAMAGE, kind, number, purpose).random(count)


def _concerned(network: Network, damage: Damage) -> Gone:
    """Return what may die of a damage that is not one of sensors."""
    concerned, kind = nothing_gone(network), damage.kind
    if kind == "neurons":
        concerned.neurons[network.n_inputs :] = True
    elif kind == "synapses":
        concerned.synapses[:] = True
    elif kind == "astrocytes":
        concerned.astrocytes[:] = True
    else:
        region = _region(network, damage)
        concerned.neurons[:] = network.cells.region == region
        concerned.astrocytes[:] = network.glia.region == region
    return concerned


def _region(network: Network, damage: Damage) -> int:
    """Return the index of a region; that of none if the network does not have it."""
    names = region_names(network.n_regions)
    if damage.region in names:
        return names.index(damage.region)
    return int(damage.region) if damage.region.isdigit() and damage.region.isascii() else -1


def check_regions(network: Network, damage: Sequence[str]) -> None:
    """Raise `ConfigError` if a damage names a region that a network does not have."""
    for one in map(parse_damage, damage):
        if one.kind == "region" and not 0 <= _region(network, one) < network.n_regions:
            names = ", ".join(region_names(network.n_regions))
            raise ConfigError(
                f"damage: region must be one of {names}, or an index below {network.n_regions}, "
                f"got {shown(one.region)}"
            )
