"""The glia-to-neuron ratio that the energy budget predicts."""

import numpy as np

from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import KINDS
from glianeat.evaluate.evaluation import Evaluation
from glianeat.run.run import Run
from glianeat.typing import FloatArray

GLIAL = ("astrocyte", "build_astrocyte", "release")  # what astrocytes take themselves
_NOTE = (
    "The fewest astrocytes per neuron that can supply what the neurons of the region take: demand "
    "per neuron over the supply of an astrocyte at rest less its own upkeep, for the best genome "
    "of each generation. More supply where calcium is high is not counted."
)
_UNLIMITED = "None: without the metabolic channel, pools stay full and no ratio is too small."
_SHARED = "None: regions share one budget (energy.budget); only ratios between regions count."
_UNGATED = "None: a low pool does nothing here (energy.gate = none), so no ratio is too small."
_UNPRICED = "None: energy is no objective here, so no ratio is too large."
_UPKEEP = "None: an astrocyte takes more than it supplies, so no ratio meets the demand."


def predicted_ratios(run: Run) -> tuple[dict[int, FloatArray], str]:
    """Return the predicted ratio of each region in each generation, and what it is.

    Returns
    -------
    dict of int to ndarray of float64, shape (G,)
        By region index; NaN where a region has no neurons, or no astrocytes to tell its mass by.
        Empty where no ratio is predicted.
    str
        What it is, or why there is none.
    """
    reason = _reason_against(run)
    if reason:
        return {}, reason
    energy = run.config.energy
    keys = [summary.best_key for summary in run.summaries]
    evaluations = dict(run.history.evaluations(set(keys)))
    demands = {key: _demands(one, energy) for key, one in evaluations.items()}
    count = max((len(one) for one in demands.values()), default=0)
    table = np.full((len(keys), count), np.nan)
    for row, key in enumerate(keys):
        own = demands.get(key, np.zeros(0))
        table[row, : len(own)] = own / net_supply(energy)
    is_told = np.isfinite(table).any(axis=0)
    return {region: table[:, region] for region in np.flatnonzero(is_told).tolist()}, _NOTE


def _reason_against(run: Run) -> str:
    """Return why a run predicts no ratio, or nothing if it does."""
    config = run.config
    if not config.astrocyte.metabolic:
        return _UNLIMITED
    if config.energy.budget is not None:
        return _SHARED
    if config.energy.gate == "none":
        return _UNGATED
    if net_supply(config.energy) <= 0.0:
        return _UPKEEP
    return "" if any(one.name == "energy" for one in run.objectives) else _UNPRICED


def net_supply(config: EnergyConfig) -> float:
    """Return what an astrocyte supplies at rest beyond its own upkeep [EU/s]."""
    upkeep = config.astrocyte + config.build_astrocyte / config.lifetime
    return config.supply - upkeep * config.housekeeping


def _demands(evaluation: Evaluation, config: EnergyConfig) -> FloatArray:
    """Return what the neurons of each region take per neuronal mass [EU/s], shape (R,)."""
    if not evaluation.is_ok or not evaluation.amounts or evaluation.seconds <= 0.0:
        return np.zeros(0)
    power = evaluation.ledger.energy(config) / evaluation.seconds
    neural = power[[kind not in GLIAL for kind in KINDS]].sum(axis=0)
    astrocytes, ratios = np.array(evaluation.astrocytes, float), np.array(evaluation.ratios)
    told = (ratios > 0.0) & (astrocytes > 0.0)
    mass = np.where(told, astrocytes, np.nan) / np.where(told, ratios, 1.0)
    demands: FloatArray = neural[: len(mass)] / mass
    return demands
