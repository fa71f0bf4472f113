"""CMA-ES (pycma) on the board, with its defaults, on linear policies and on tanh units."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import cma
import numpy as np

from control.play import CANDIDATES, Act, Course, Finished, Policy, Vector
from control.tasks import BoardTask, Outcome

STEP = 0.5  # of CMA-ES at the start, from all weights 0; weights are in units of 1 / sqrt(fan-in)


def cma_es(task: BoardTask, seed: int, steps: int, hidden: int) -> tuple[Outcome, Policy]:
    """Train a policy of some hidden tanh units, or a linear one, by CMA-ES with its defaults."""
    course = Course(task, seed, steps)
    network = Network(course, hidden, recurrent=task.remembers and hidden > 0)
    options = {"seed": seed + 1, "verbose": -9}  # pycma takes 0 for the time
    strategy = cma.CMAEvolutionStrategy(np.zeros(network.n_parameters), STEP, options)
    last: list[Any] = []
    with contextlib.suppress(Finished):
        while True:
            asked = strategy.ask()
            returns = course.evaluate([network.policy(x) for x in asked])
            strategy.tell(asked, [-value for value in returns])
            last = [asked[place] for place in np.argsort(returns)[::-1]]
            course.look(network.policy(strategy.result.xfavorite))
    outcome = course.outcome
    outcome.parameters = network.n_parameters
    outcome.notes = {"population": strategy.popsize, "sigma": float(strategy.sigma)}
    if course.champion is not None:
        return outcome, course.champion
    found = [strategy.result.xfavorite, strategy.result.xbest, *last][:CANDIDATES]
    candidates = [network.policy(x) for x in found]
    return outcome, candidates[course.choose(candidates)]


class Network:
    """Policies from vectors of parameters: linear, or with one layer of tanh units.

    Weights are divided by the root of the fan-in. Numbers of a Box pass through tanh.
    """

    def __init__(self, course: Course, hidden: int, *, recurrent: bool) -> None:
        player = course.player
        n_in, n_out, self._squash = player.n_inputs, player.n_outputs, not player.chooses
        self._recurrent = recurrent
        if hidden:
            into = n_in + (hidden if recurrent else 0)
            self._shapes = [(hidden, into + 1), (n_out, hidden + 1)]
        else:
            self._shapes = [(n_out, n_in + 1)]
        self.n_parameters = sum(rows * columns for rows, columns in self._shapes)

    def policy(self, parameters: Vector) -> Policy:
        """Return the policy of a vector."""
        layers, place = [], 0
        for rows, columns in self._shapes:
            block = np.asarray(parameters[place : place + rows * columns])
            layers.append(block.reshape(rows, columns) / np.sqrt(columns - 1))
            place += rows * columns
        return self._begin(layers)

    def _begin(self, layers: Sequence[Vector]) -> Policy:
        *below, last = layers
        out, out_bias = np.ascontiguousarray(last[:, :-1]), last[:, -1].copy()
        squash: Callable[[Vector], Vector] = np.tanh if self._squash else lambda numbers: numbers
        if not below:
            linear: Act = lambda seen: squash(out @ seen + out_bias)  # noqa: E731
            return lambda: linear
        weights, bias = np.ascontiguousarray(below[0][:, :-1]), below[0][:, -1].copy()

        def act(seen: Vector) -> Vector:
            return squash(out @ np.tanh(weights @ seen + bias) + out_bias)

        def begin() -> Act:
            state = np.zeros(len(bias))

            def remember(seen: Vector) -> Vector:
                nonlocal state
                state = np.tanh(weights @ np.concatenate((seen, state)) + bias)
                return squash(out @ state + out_bias)

            return remember

        return begin if self._recurrent else lambda: act
