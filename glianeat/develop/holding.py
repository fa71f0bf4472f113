"""Networks in which the slow effects of astrocytes and neurons are held, or switched off."""

from dataclasses import replace

import numpy as np

from glianeat.develop.network import Network
from glianeat.errors import SimulationError
from glianeat.genome.schema import ASTROCYTES, NEURONS, Family
from glianeat.typing import FloatArray


def with_efficacy(network: Network, efficacy: FloatArray) -> Network:
    """Return a network in which what arrives at cells is scaled by factors that never change.

    Whatever gain astrocytes or neurons have has no effect; all else, supply among it, is as before.

    Parameters
    ----------
    network : Network
        As it has developed.
    efficacy : ndarray of float64, shape (N − inputs,)
        Factor of each cell, >= 0; ones are no gain at all.

    Raises
    ------
    SimulationError
        If a factor is missing, negative or not finite.
    """
    number = network.n_neurons - network.n_inputs
    sound = efficacy.shape == (number,) and np.isfinite(efficacy).all() and (efficacy >= 0.0).all()
    if not sound:
        raise SimulationError(f"efficacy: must be {number} finite numbers >= 0, got {efficacy}")
    return replace(network, efficacy=efficacy)


def with_current(network: Network, current: FloatArray) -> Network:
    """Return a network whose cells have a steady current in place of slow ones.

    Parameters
    ----------
    network : Network
        As it has developed.
    current : ndarray of float64, shape (N − inputs,)
        Current into each cell [threshold]; zeros are no slow current at all.

    Raises
    ------
    SimulationError
        If a current is missing or not finite.
    """
    cells, glia, n_inputs = network.cells, network.glia, network.n_inputs
    number = network.n_neurons - n_inputs
    if current.shape != (number,) or not np.isfinite(current).all():
        raise SimulationError(f"current: must be {number} finite numbers, got {current}")
    traits = _without(cells.traits, NEURONS, "slow_current")
    traits[n_inputs:, NEURONS.column("bias")] += current
    still = _without(glia.traits, ASTROCYTES, "slow_current")
    return replace(network, cells=replace(cells, traits=traits), glia=replace(glia, traits=still))


def _without(traits: FloatArray, family: Family, name: str) -> FloatArray:
    traits = traits.copy()
    traits[:, family.column(name)] = 0.0
    return traits
