"""What is known of well-known tasks: typical ranges of observations, and how starts vary.

Ranges say where the states that matter lie, which the declared bounds often do not: those of
CartPole's velocities are infinite, those of Acrobot's are five times what is ever visited. A
configuration may override them (``task.ranges``); other tasks fall back to their bounds or to
statistics.
"""

TYPICAL_RANGES: dict[str, tuple[tuple[float, float], ...]] = {
    "CartPole-v1": ((-2.4, 2.4), (-3.0, 3.0), (-0.21, 0.21), (-3.0, 3.0)),
    "CartPole-v0": ((-2.4, 2.4), (-3.0, 3.0), (-0.21, 0.21), (-3.0, 3.0)),
    "Acrobot-v1": (
        (-1.0, 1.0),
        (-1.0, 1.0),
        (-1.0, 1.0),
        (-1.0, 1.0),
        (-4.0, 4.0),
        (-8.0, 8.0),
    ),
    "MountainCar-v0": ((-1.2, 0.6), (-0.07, 0.07)),
    "MountainCarContinuous-v0": ((-1.2, 0.6), (-0.07, 0.07)),
    "Pendulum-v1": ((-1.0, 1.0), (-1.0, 1.0), (-8.0, 8.0)),
    "LunarLander-v3": (
        (-1.0, 1.0),
        (-1.5, 1.5),
        (-1.0, 1.0),
        (-1.0, 1.0),
        (-0.6, 0.6),
        (-1.0, 1.0),
        (-1.0, 1.0),
        (-1.0, 1.0),
    ),
}
"""Typical (low, high) of each number observed."""

TRAINING_EPISODES: dict[str, int] = {
    "Acrobot-v1": 10,
    "MountainCar-v0": 15,
    "Pendulum-v1": 50,
    "LunarLander-v3": 10,
}
"""Episodes of an assessment, where fewer starts are learnt by heart."""
