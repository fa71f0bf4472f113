"""A made-up run in the shapes of ``web/src/contract.ts``, of any size and with any names."""

from collections.abc import Iterable
from typing import Any

import numpy as np

REGIONS = ("sensory", "association", "motor")
OPERATORS = ("crossover", "weights", "add synapse", "add neuron", "add astrocyte", "ratio")
TRAITS = {
    "regions": [("log2_ratio", "", "glia per neuron, as a power of two")],
    "neurons": [("threshold", "mV", "where it fires"), ("tau", "ms", "how fast it forgets")],
    "astrocytes": [("gain", "", "how strongly it answers")],
    "synapses": [("weight", "threshold", "how strong it is"), ("delay", "ms", "how late it is")],
}


def _floats(values: Iterable[float]) -> list[float]:
    return [float(round(value, 5)) for value in values]


def _quantiles(rows: Iterable[np.ndarray]) -> list[list[float]]:
    return [_floats(np.quantile(row, [0, 0.25, 0.5, 0.75, 1])) for row in rows]


class Made:
    """A made-up run.

    Parameters
    ----------
    generations, population : int
    suffix : str
        What is added to every name and every text.
    seed : int
    """

    def __init__(
        self, generations: int = 60, population: int = 40, suffix: str = "", seed: int = 1
    ):
        self.suffix = suffix
        self.generations, self.population = generations, population
        self.random = random = np.random.default_rng(seed)
        self.regions = [one + suffix for one in REGIONS]
        n = generations * population
        self.key = np.arange(n)
        self.generation = np.repeat(np.arange(generations), population)
        self._breed()
        progress = self.generation / max(1, generations - 1)
        noise = random.normal(0, 1, n)
        self.reward = np.clip(500 * progress**0.7 * random.beta(4, 1.4, n) + 8 * noise, 0, 500)
        self.power = (
            40
            + 0.3 * self.reward * random.gamma(6, 0.16, n)
            + 60 * (1 - progress) * random.random(n)
        )
        start, end = np.array([1.0, 0.6, 1.4]), np.array([0.4, 1.9, 1.1])
        drift = start + (end - start) * progress[:, None]
        self.ratios = drift * np.exp(random.normal(0, 0.25, (n, 3)))
        self.sizes = {
            "neurons": 8 + (20 * progress + random.poisson(3, n)).astype(int),
            "hidden": 2 + (20 * progress + random.poisson(3, n)).astype(int),
            "synapses": 20 + (70 * progress + random.poisson(9, n)).astype(int),
            "astrocytes": 6 + (14 * progress + random.poisson(3, n)).astype(int),
        }
        self.failed = (random.random(n) < 0.01).astype(int)
        self.fronts = [self._front(g) for g in range(generations)]
        self.survivors = self.key[self.generation == generations - 1]

    def _breed(self) -> None:
        """Choose parents among few of the generation before, so that lines coalesce."""
        n, size = len(self.key), self.population
        self.parent = np.full(n, -1)
        self.mate = np.full(n, -1)
        self.species = np.zeros(n, int)
        self.species[:size] = self.random.integers(1, 4, size)
        for g in range(1, self.generations):
            born = slice(g * size, (g + 1) * size)
            pool = (g - 1) * size + self.random.choice(size, max(2, size // 4), replace=False)
            self.parent[born] = self.random.choice(pool, size)
            crossed = self.random.random(size) < 0.3
            self.mate[born] = np.where(crossed, self.random.choice(pool, size), -1)
            self.species[born] = self.species[self.parent[born]]
            new = born.start + np.flatnonzero(self.random.random(size) < 0.02)
            self.species[new] = self.species.max() + 1
        bits = self.random.integers(1, 2 ** len(OPERATORS), n) & ~1
        self.operators = np.where(self.mate >= 0, bits | 1, bits)
        self.operators[:size] = 0

    def _front(self, g: int) -> list[int]:
        keys = self.key[self.generation == g]
        best, front = -np.inf, []
        for key in keys[np.argsort(self.power[keys])]:
            if self.reward[key] > best:
                best = self.reward[key]
                front.append(int(key))
        return front

    @property
    def best(self) -> int:
        """The key of the best genome."""
        last = self.fronts[-1]
        return last[-1]

    def overview(self, run: str = "made-up") -> dict[str, Any]:
        """Return ``overview``."""
        s = self.suffix
        return {
            "name": run + s,
            "task": "CartPole-v1" + s,
            "seed": 1,
            "finished": "all generations are done" + s,
            "generations": self.generations,
            "evaluations": len(self.key),
            "individuals": len(self.key),
            "digest": "5f2a9c0e71d4b3868a1f" + s,
            "strategy": "nsga2" + s,
            "has_front": True,
            **self._names(),
            "species": True,
            "genomes": [int(key) for front in self.fronts for key in front],
            "episodes": [self.best],
            "best": self.best,
            "shown": self.best,
            "front": self.fronts[-1],
            "notes": ["Episodes are held for the best genome alone." + s],
            "provenance": [["glianeat" + s, "1.0" + s], ["python", "3.11.9"]],
            "config": [["evolution.population" + s, str(self.population)], ["task.id", "CartPole"]],
        }

    def _names(self) -> dict[str, Any]:
        """Return what has names and units."""
        s = self.suffix
        return {
            "objectives": [
                {"name": "reward" + s, "unit": s, "direction": 1},
                {"name": "power" + s, "unit": "EU/s" + s, "direction": -1},
            ],
            "measures": [{"name": "spikes" + s, "unit": "1/s" + s, "direction": -1}],
            "regions": self.regions,
            "observations": [one + s for one in ("cart position +", "pole angle +")],
            "actions": [one + s for one in ("push left", "push right")],
            "traits": {
                family: [{"name": a + s, "unit": b + s, "meaning": c + s} for a, b, c in rows]
                for family, rows in TRAITS.items()
            },
            "energy_kinds": [
                {"name": "spikes" + s, "cost": 1.0, "meaning": "an action potential" + s}
            ],
            "operators": [one + s for one in OPERATORS],
        }

    def _by_generation(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(self.generations, self.population)

    def history(self) -> dict[str, Any]:
        """Return ``history``."""
        s, g = self.suffix, self.generations
        reward, power = self._by_generation(self.reward), self._by_generation(self.power)
        return {
            "number": list(range(g)),
            "evaluations": [(i + 1) * self.population for i in range(g)],
            "steps": [(i + 1) * self.population * 100 for i in range(g)],
            "seconds": _floats(np.cumsum(self.random.gamma(9, 0.1, g))),
            "failures": self._by_generation(self.failed).sum(axis=1).tolist(),
            "front_size": [len(front) for front in self.fronts],
            "best_key": [front[-1] for front in self.fronts],
            "best_return": _floats(reward.max(axis=1)),
            "mean_return": _floats(reward.mean(axis=1)),
            "fresh_return": [
                value if i % 3 == 1 else None
                for i, value in enumerate(_floats(reward.max(axis=1) * 0.8))
            ],
            "fresh_key": [front[-1] if i % 3 == 1 else -1 for i, front in enumerate(self.fronts)],
            "gap": "training 9, fresh 7: learnt by heart" + s,
            "hypervolume": _floats(
                np.maximum.accumulate(reward.max(axis=1) * (300 - power.min(axis=1)))
            ),
            "objectives": {"reward" + s: _quantiles(reward), "power" + s: _quantiles(power)},
            "sizes": {name: _quantiles(self._by_generation(v)) for name, v in self.sizes.items()},
            "ratios": self._ratios(self.ratios),
            "ratio_genes": self._ratios(self.ratios * 1.05),
            "optimum": {name: [0.5 + 0.6 * i] * g for i, name in enumerate(self.regions)},
            "optimum_note": "The ratio at which supply meets the power of the last survivors." + s,
            "species": self._stream(),
            "operators": self._success(),
        }

    def _stream(self) -> list[dict[str, Any]]:
        species = self._by_generation(self.species)
        numbers = sorted(set(self.species.tolist()))
        return [
            {"number": one, "members": (species == one).sum(axis=1).tolist()} for one in numbers
        ]

    def _success(self) -> dict[str, Any]:
        applied = self.random.poisson(self.population / 6, (len(OPERATORS), self.generations))
        return {
            name + self.suffix: {
                "applied": applied[i].tolist(),
                "survived": (applied[i] // 3).tolist(),
                "improved": (applied[i] // (6 + i)).tolist(),
            }
            for i, name in enumerate(OPERATORS)
        }

    def _ratios(self, ratios: np.ndarray) -> dict[str, list[list[float]]]:
        return {
            name: _quantiles(self._by_generation(ratios[:, i]))
            for i, name in enumerate(self.regions)
        }

    def front(self) -> dict[str, Any]:
        """Return ``fronts``."""
        return {"front": self.fronts, "generation": list(range(self.generations))}

    def individuals(self) -> dict[str, Any]:
        """Return ``individuals``."""
        s = self.suffix
        values: dict[str, Any] = {
            "reward" + s: _floats(self.reward),
            "power" + s: _floats(self.power),
            "spikes" + s: _floats(self.power * 2.5),
            "return": _floats(self.reward),
            **{name: sizes.tolist() for name, sizes in self.sizes.items() if name != "hidden"},
            **{f"ratio {name}": _floats(self.ratios[:, i]) for i, name in enumerate(self.regions)},
        }
        return {
            "sampled": False,
            "key": self.key.tolist(),
            "generation": self.generation.tolist(),
            "parent": self.parent.tolist(),
            "mate": self.mate.tolist(),
            "operators": self.operators.tolist(),
            "species": self.species.tolist(),
            "failed": self.failed.tolist(),
            "values": values,
        }
