"""The glia-to-neuron ratio that the energy budget predicts."""

import numpy as np

from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import KINDS
from glianeat.evaluate.evaluation import Evaluation
from glianeat.inspector.views.numbers import rounded
from glianeat.inspector.views.overview import region_names_of
from glianeat.run.run import Run
from glianeat.typing import FloatArray

GLIAL = ("astrocyte", "build_astrocyte", "release")  # what astrocytes take themselves
_NOTE = (
    "The fewest astrocytes per neuron that can supply what the neurons of the region take: demand "
    "per neuron over the supply of an astrocyte at rest less its own upkeep, for the best genome "
    "of each generation. More supply where calcium is high is not counted."
)
_UNLIMITED = "None: without the metabolic channel, pools stay full and no ratio is too small."
_UNGATED = "None: a low pool does nothing here (energy.gate = none), so no ratio is too small."
_UPKEEP = "None: an astrocyte takes more than it supplies, so no ratio meets the demand."


def predicted_ratios(run: Run) -> tuple[dict[str, list[float]] | None, str]:
    """Return the predicted ratio of each region in each generation, and what it is.

    Returns
    -------
    dict of str to list of float, or None
        By region name; NaN where a region has no neurons or no astrocytes to tell its mass by.
        None where no ratio is predicted.
    str
        What it is, or why there is none.
    """
    config = run.config
    if not config.astrocyte.metabolic:
        return None, _UNLIMITED
    if config.energy.gate == "none":
        return None, _UNGATED
    net = net_supply(config.energy)
    if net <= 0.0:
        return None, _UPKEEP
    keys = [summary.best_key for summary in run.summaries]
    evaluations = dict(run.history.evaluations(set(keys)))
    names = region_names_of(run)
    rows = {key: _of_one(one, config.energy, len(names)) for key, one in evaluations.items()}
    missing = np.full(len(names), np.nan)
    table = np.array([rows.get(key, missing) for key in keys]).reshape(len(keys), len(names)) / net
    columns = {name: rounded(table[:, i]) for i, name in enumerate(names)}
    return {
        name: column
        for i, (name, column) in enumerate(columns.items())
        if np.isfinite(table[:, i]).any()
    }, _NOTE


def net_supply(config: EnergyConfig) -> float:
    """Return what an astrocyte supplies at rest beyond its own upkeep [EU/s]."""
    upkeep = config.astrocyte + config.build_astrocyte / config.lifetime
    return config.supply - upkeep * config.housekeeping


def _of_one(evaluation: Evaluation, config: EnergyConfig, n_regions: int) -> FloatArray:
    """Return the demand of the neurons of each region per neuronal mass [EU/s]."""
    demand = np.full(n_regions, np.nan)
    if not evaluation.is_ok or not evaluation.amounts or evaluation.seconds <= 0.0:
        return demand
    power = evaluation.ledger.energy(config) / evaluation.seconds
    neural = power[[kind not in GLIAL for kind in KINDS]].sum(axis=0)
    astrocytes, ratios = np.array(evaluation.astrocytes, float), np.array(evaluation.ratios)
    told = (ratios > 0.0) & (astrocytes > 0.0)
    mass = np.where(told, astrocytes, np.nan) / np.where(told, ratios, 1.0)
    n = min(n_regions, len(mass), len(neural))
    demand[:n] = (neural[: len(mass)] / mass)[:n]
    return demand
