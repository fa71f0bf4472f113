"""What is known of well-known tasks: where the states that matter lie, and what learning takes.

Declared bounds often say little: those of CartPole's velocities are infinite, those of Acrobot's
are five times what is ever visited. A configuration may override everything; environments may
declare attributes of the same names (`typical_ranges` and `typical_squash` for the first two);
other tasks get by with their bounds or statistics, and general defaults.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KnownTask:
    """What is known of a task.

    Parameters
    ----------
    ranges : tuple of (float, float), optional
        Typical (low, high) of each number observed.
    squash : str
        How they are scaled: by tanh, or linearly, if nothing beyond them matters.
    population : int, optional
        Survivors of a generation; of fewer, the best take over too soon.
    training_episodes : int, optional
        Episodes of an rollout; of fewer, starts are learnt by heart.
    racing_episodes : int, optional
        Episodes after which a hopeless genome is abandoned.
    training_steps : int, optional
        Steps after which training episodes are cut off.
    output_copies, output_bias : int and float, optional
        Populations of outputs, see `DevelopmentConfig`.
    receptor_tau : float, optional
        Time constant with which founders' receptors adapt [ms], where what was seen before matters.
    """

    ranges: tuple[tuple[float, float], ...] | None = None
    squash: str = "tanh"
    population: int | None = None
    training_episodes: int | None = None
    racing_episodes: int | None = None
    training_steps: int | None = None
    output_copies: int | None = None
    output_bias: float | None = None
    receptor_tau: float | None = None


OLD_ATTRIBUTES = {"racing_episodes": "trial_episodes"}
"""Names under which environments once declared what they now declare under others."""
UNKNOWN_TASK = KnownTask()
_CART_POLE = KnownTask(ranges=((-2.4, 2.4), (-3.0, 3.0), (-0.21, 0.21), (-3.0, 3.0)))
_ONE = (-1.0, 1.0)

KNOWN_TASKS: dict[str, KnownTask] = {
    "CartPole-v0": _CART_POLE,
    "CartPole-v1": _CART_POLE,
    "Acrobot-v1": KnownTask(
        ranges=(_ONE, _ONE, _ONE, _ONE, (-4.0, 4.0), (-8.0, 8.0)),
        training_episodes=30,
        racing_episodes=3,
    ),
    "MountainCar-v0": KnownTask(ranges=((-1.2, 0.6), (-0.07, 0.07)), training_episodes=15),
    "MountainCarContinuous-v0": KnownTask(ranges=((-1.2, 0.6), (-0.07, 0.07))),
    "Pendulum-v1": KnownTask(ranges=(_ONE, _ONE, (-8.0, 8.0)), training_episodes=50),
    # Agents that hover until the limit of 1,000 steps would take most of the time. One neuron for
    # each engine is too coarse: return -17 after 5,000 evaluations, with eight 165, tonic ones 221.
    # Ten episodes are learnt by heart: of those with 230 to 270 over them some had 19 over others.
    "LunarLander-v3": KnownTask(
        ranges=(_ONE, (-1.5, 1.5), _ONE, _ONE, (-0.6, 0.6), _ONE, _ONE, _ONE),
        training_episodes=30,
        racing_episodes=3,
        training_steps=400,
        output_copies=8,
        output_bias=1.0,
    ),
}
