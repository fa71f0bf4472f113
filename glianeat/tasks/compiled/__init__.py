"""Finds the compiled task of an environment, if it has one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glianeat.errors import ConfigError
from glianeat.tasks.compiled import acrobot, cart_pole, mountain_car, pendulum
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.wrapping import full_name, is_harmless, wrappers_of

if TYPE_CHECKING:
    import gymnasium

# Each environment's compiled dynamics, and whether they know all of its settings. Classes
# bear their full names, for which nothing needs to be imported.
_KNOWN: dict[str, tuple[CompiledDynamics, Callable[[Any], bool]]] = {
    "gymnasium.envs.classic_control.acrobot.AcrobotEnv": (acrobot.DYNAMICS, acrobot.knows),
    "gymnasium.envs.classic_control.cartpole.CartPoleEnv": (cart_pole.DYNAMICS, cart_pole.knows),
    "gymnasium.envs.classic_control.continuous_mountain_car.Continuous_MountainCarEnv": (
        mountain_car.CONTINUOUS_DYNAMICS,
        mountain_car.knows_continuous,
    ),
    "gymnasium.envs.classic_control.mountain_car.MountainCarEnv": (
        mountain_car.DYNAMICS,
        mountain_car.knows,
    ),
    "gymnasium.envs.classic_control.pendulum.PendulumEnv": (pendulum.DYNAMICS, pendulum.knows),
}


def find_compiled(environment: "gymnasium.Env[Any, Any]") -> CompiledDynamics | None:
    """Return the compiled task that plays as the environment does.

    Parameters
    ----------
    environment : gymnasium.Env
        An environment, with its wrappers. It need not have been reset.

    Returns
    -------
    CompiledDynamics or None
        The environment's own attribute ``compiled``, or that of Gymnasium's classic control; none
        if there is none; if a wrapper may change what the task shows, takes or gives, and does not
        say how (`glianeat.tasks.wrapping`); if the class is derived from a known one, since it may
        have changed the dynamics; and if the environment has settings that the compiled task does
        not know.

    Raises
    ------
    ConfigError
        If the environment shows its compiled task under the name that was given up, ``twin``.
    """
    suspects = [one for one in wrappers_of(environment) if not is_harmless(one)]
    if not all(hasattr(one, "compiled_around") for one in suspects):
        return None
    found = _innermost(environment.unwrapped)
    for wrapper in reversed(suspects):
        found = found and wrapper.compiled_around(found)
    return found


def _innermost(task: Any) -> CompiledDynamics | None:
    """Return the compiled task of an environment without wrappers."""
    own = getattr(task, "compiled", None)
    if isinstance(own, CompiledDynamics):
        return own
    if isinstance(getattr(task, "twin", None), CompiledDynamics):
        raise ConfigError(
            f"{type(task).__name__}.twin: is called `compiled` now; rename the attribute"
        )
    compiled, knows = _KNOWN.get(full_name(task), (None, None))
    return compiled if knows is not None and knows(task) else None
