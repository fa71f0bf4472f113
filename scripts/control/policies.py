"""Policies of fixed shape: linear, or one layer of tanh units."""

from collections.abc import Callable, Sequence

import numpy as np

from control.play import Act, Player, Policy, Vector


class Network:
    """Policies from vectors of parameters: linear, or with one layer of tanh units.

    Weights are divided by the root of the fan-in. Numbers of a Box pass through tanh.
    """

    def __init__(self, player: Player, hidden: int, *, recurrent: bool) -> None:
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
