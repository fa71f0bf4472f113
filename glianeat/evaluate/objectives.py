"""Objectives: what an evaluation is worth; every one is maximised."""

from glianeat.evaluate.protocol import Evaluation

OBJECTIVES = ("mean_return", "power")
"""Mean return, maximised, and mean power [EU/s], minimised.

Power, not energy: an agent that dies early must not look thrifty.
"""


def objectives(evaluation: Evaluation) -> tuple[float, float]:
    """Return (mean return, −power), both to be maximised."""
    return evaluation.mean_return, -evaluation.power
