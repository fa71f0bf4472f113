"""Finds the compiled twin of an environment, if it has one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glianeat.tasks.compiled import acrobot, cart_pole, mountain_car, pendulum
from glianeat.tasks.compiled.dynamics import Twin

if TYPE_CHECKING:
    import gymnasium

# Each environment's twin, and whether the twin knows all of the environment's settings. Classes
# bear their full names, for which nothing needs to be imported.
_TWINS: dict[str, tuple[Twin, Callable[[Any], bool]]] = {
    "gymnasium.envs.classic_control.acrobot.AcrobotEnv": (acrobot.TWIN, acrobot.knows),
    "gymnasium.envs.classic_control.cartpole.CartPoleEnv": (cart_pole.TWIN, cart_pole.knows),
    "gymnasium.envs.classic_control.continuous_mountain_car.Continuous_MountainCarEnv": (
        mountain_car.CONTINUOUS_TWIN,
        mountain_car.knows_continuous,
    ),
    "gymnasium.envs.classic_control.mountain_car.MountainCarEnv": (
        mountain_car.TWIN,
        mountain_car.knows,
    ),
    "gymnasium.envs.classic_control.pendulum.PendulumEnv": (pendulum.TWIN, pendulum.knows),
}

_HARMLESS = {  # wrappers that change neither observations nor rewards nor actions
    "gymnasium.wrappers.common.OrderEnforcing",
    "gymnasium.wrappers.common.PassiveEnvChecker",
    "gymnasium.wrappers.common.TimeLimit",
}


def twin_of(environment: "gymnasium.Env[Any, Any]") -> Twin | None:
    """Return the twin that plays as the environment does.

    Parameters
    ----------
    environment : gymnasium.Env
        An environment, with its wrappers. It need not have been reset.

    Returns
    -------
    Twin or None
        The environment's own attribute ``twin``, or that of Gymnasium's classic control. None if
        there is none; if a wrapper may change what the task shows, takes or gives; if the class
        is derived from a known one, since it may have changed the dynamics; and if the
        environment has settings that the twin does not know.
    """
    task = environment.unwrapped
    wrapper: Any = environment
    while wrapper is not task:
        if _full_name(wrapper) not in _HARMLESS:
            return None
        wrapper = wrapper.env
    own = getattr(task, "twin", None)
    if isinstance(own, Twin):
        return own
    twin, knows = _TWINS.get(_full_name(task), (None, None))
    return twin if knows is not None and knows(task) else None


def _full_name(thing: object) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"
