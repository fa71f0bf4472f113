"""CartPole under a feed-forward network of neat-python, to be timed beside ours."""

from collections.abc import Callable

import gymnasium
import neat
import numpy as np


def feed_forward(size: tuple[int, int, int, int]) -> neat.nn.FeedForwardNetwork:
    """Return a feed-forward network of neat-python, of random weights."""
    n_inputs, n_hidden, n_outs, n_synapses = size
    rng = np.random.default_rng(0)
    inputs = [-i - 1 for i in range(n_inputs)]
    cells = list(range(n_outs, n_outs + n_hidden)) + list(range(n_outs))
    links: dict[int, list[tuple[int, float]]] = {cell: [] for cell in cells}
    while sum(map(len, links.values())) < n_synapses:
        place = int(rng.integers(len(cells)))
        sources = inputs + cells[: min(place, n_hidden)]
        source = sources[int(rng.integers(len(sources)))]
        links[cells[place]].append((source, float(rng.normal())))
    evals = [(cell, neat.activations.tanh_activation, sum, 0.1, 1.0, links[cell]) for cell in cells]
    return neat.nn.FeedForwardNetwork(inputs, list(range(n_outs)), evals)


def neat_side(size: tuple[int, int, int, int], n_steps: int) -> Callable[[], int]:
    """Return a function that steps CartPole-v1 under such a network, and says how often."""
    environment = gymnasium.make("CartPole-v1", disable_env_checker=True)
    network = feed_forward(size)

    def run() -> int:
        observation, _ = environment.reset(seed=0)
        activate, step = network.activate, environment.step
        for _ in range(n_steps):
            first, second = activate(observation)
            observation, _, terminated, truncated, _ = step(0 if first >= second else 1)
            if terminated or truncated:
                observation, _ = environment.reset()
        return n_steps

    return run
