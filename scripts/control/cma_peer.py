"""CMA-ES (pycma) on the board, with its defaults, on linear policies and on tanh units.

Where there are thousands of parameters, its covariances are too many: then it is separable.
"""

import contextlib
from typing import Any

import cma
import numpy as np

from control.play import CANDIDATES, Course, Finished, Policy
from control.policies import Network
from control.tasks import BoardTask, Outcome

STEP = 0.5  # of CMA-ES at the start, from all weights 0; weights are in units of 1 / sqrt(fan-in)
MOST_JOINT = 1000  # parameters, beyond which only variances are learnt


def cma_es(task: BoardTask, seed: int, steps: int, hidden: int) -> tuple[Outcome, Policy]:
    """Train a policy of some hidden tanh units, or a linear one, by CMA-ES with its defaults."""
    course = Course(task, seed, steps)
    network = Network(course.player, hidden, recurrent=task.remembers and hidden > 0)
    options: dict[str, Any] = {"seed": seed + 1, "verbose": -9}  # pycma takes 0 for the time
    options["CMA_diagonal"] = network.n_parameters > MOST_JOINT
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
