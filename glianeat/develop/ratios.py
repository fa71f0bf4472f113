"""From glia-to-neuron ratios to numbers of astrocytes (models: D3)."""

import numpy as np

from glianeat.develop.network import Network
from glianeat.develop.settings import DevelopmentConfig, Preset
from glianeat.elementary import exp2_each, log_each
from glianeat.errors import DevelopmentError
from glianeat.genome.founders import MOTOR, SENSORY
from glianeat.genome.genome import Genome
from glianeat.typing import FloatArray, IntArray

MAX_ASTROCYTES = 2_000_000  # a region may not develop more, whatever its mass
NEWBORN = 1.0 / 6.0  # share of the adult's glia that a newborn has (Pelvig et al. 2008)
_LN2 = 0.6931471805599453
_LEAST = 0.5  # astrocytes that none count as, where a logarithm is taken

# association, motor, sensory: see `DevelopmentConfig`
_PRESETS: dict[Preset, tuple[float, float, float]] = {
    "human": (3.72, 0.232, 11.2),
    "mouse": (0.87, 0.165, 1.24),
    "uniform": (1.0, 1.0, 1.0),
    "none": (0.0, 0.0, 0.0),
}


def expressed_counts(
    genome: Genome, region_rows: IntArray, mass: FloatArray, config: DevelopmentConfig, age: float
) -> IntArray:
    """Return how many astrocytes each region asks for, shape (R,).

    Parameters
    ----------
    genome : Genome
        Source of the ratios and of the astrocyte genes.
    region_rows : ndarray of int64, shape (R,)
        Rows of the region genes, in order of the region indices.
    mass : ndarray of float64, shape (R,)
        Neuronal mass of each region.
    config : DevelopmentConfig
        Where the numbers come from.
    age : float
        0 at birth, 1 in the adult; matters for developmental glia only.

    Raises
    ------
    DevelopmentError
        If the age is not in 0..1.
    """
    if not 0.0 <= age <= 1.0:
        raise DevelopmentError(f"age: must be >= 0 and <= 1, got {age}")
    regions = genome.regions
    if config.neurons_for_glia:
        return np.zeros(len(regions), dtype=np.int64)
    if config.glia in ("free", "soft"):
        home = genome.regions.rows(genome.astrocytes.field("region"))
        return np.bincount(home, minlength=len(regions))[region_rows].astype(np.int64)
    if config.glia == "fixed":
        ratio = preset_ratios(config.preset, regions.field("index")[region_rows])
    else:
        ratio = exp2_each(regions.trait("log2_ratio")[region_rows])
    grown = NEWBORN + (1.0 - NEWBORN) * age if config.glia == "developmental" else 1.0
    return astrocyte_counts(ratio * grown, mass)


def preset_ratios(preset: Preset, index: IntArray) -> FloatArray:
    """Return the glia-to-neuron ratios of a preset for regions of these indices, shape (R,)."""
    association, motor, sensory = _PRESETS[preset]
    return np.where(index == SENSORY, sensory, np.where(index == MOTOR, motor, association))


def astrocyte_counts(ratio: FloatArray, mass: FloatArray) -> IntArray:
    """Return G_R = round(r_R · M_R), the astrocytes of each region, shape (R,).

    Halves are rounded up, so a region of one neuron at a ratio of one half has an astrocyte.

    Parameters
    ----------
    ratio : ndarray of float64, shape (R,)
        Glia-to-neuron ratio.
    mass : ndarray of float64, shape (R,)
        Neuronal mass of each region.
    """
    counts = np.floor(ratio * mass + 0.5)
    return np.minimum(counts, MAX_ASTROCYTES).astype(np.int64)


def ratio_penalty(genome: Genome, network: Network, config: DevelopmentConfig) -> float:
    """Return what straying from the ratio genes costs the energy objective [EU/s].

    λ · Σ_R (ln(G_R / M_R) − ln r_R)² over the regions with neurons, in mode `soft`; else 0. Where
    there are no astrocytes G_R is taken to be 1/2, so that the cost stays finite.
    """
    if config.glia != "soft":
        return 0.0
    rows = genome.regions.rows(network.region_innovation)
    log_ratio = genome.regions.trait("log2_ratio")[rows] * _LN2
    inhabited = network.mass > 0.0
    found = np.maximum(network.astrocytes, _LEAST)[inhabited] / network.mass[inhabited]
    strayed = log_each(found) - log_ratio[inhabited]
    return config.ratio_penalty * float(np.square(strayed).sum())
