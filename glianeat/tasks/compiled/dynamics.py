"""Compiled tasks: the dynamics of a task as functions that run within compiled code.

A compiled task plays whole episodes without leaving compiled code, from the states in which
Gymnasium's own ``reset(seed=…)`` begins them. It is found by itself: an environment shows one as
its attribute ``compiled``; `glianeat.tasks.compiled` knows those of Gymnasium's classic control.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glianeat.typing import FloatArray

if TYPE_CHECKING:
    import gymnasium


@dataclass(frozen=True)
class CompiledDynamics:
    """The dynamics of a task, in functions that can be compiled.

    `step`, `observe` and `energy_intake` are plain Python functions of a module, and so are the
    functions that they call, which bear the decorator `glianeat.compilable`. They may use numbers,
    arrays (without making any), loops, and the modules `math` and `numpy`. All randomness of an
    episode is drawn by the environment's `reset` and handed over in the state.

    Parameters
    ----------
    start : callable
        ``start(environment) -> state``, shape (S,): the state, after a reset of the environment,
        with all its parameters and its draws of this episode. This one is never compiled.
    step : callable
        ``step(state, action) -> (reward, terminated)``: changes the state in place. `action` has
        shape (A,): the number of a discrete action, or those of a Box, clipped to its bounds and
        of its precision.
    observe : callable
        ``observe(state, observation) -> None``: fills in the observation, shape (O,), flattened
        in the order of `gymnasium.spaces.utils.flatten`, but a discrete observation is one number.
        Numbers of a float32 space are rounded: ``numpy.float32(x)``.
    energy_intake : callable, optional
        ``energy_intake(state) -> energy``: what the last step put into the agent's metabolic
        reserve [EU], for environments that have a `metabolic_reserve`; their `info` says the same
        as ``energy``.
    """

    start: Callable[["gymnasium.Env[Any, Any]"], FloatArray]
    step: Callable[[FloatArray, FloatArray], tuple[float, bool]]
    observe: Callable[[FloatArray, FloatArray], None]
    energy_intake: Callable[[FloatArray], float] | None = None
