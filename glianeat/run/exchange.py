"""Neurons for glia: how many hidden neurons cost as much as the astrocytes of a founder."""

from collections.abc import Mapping

import numpy as np

from glianeat.develop.ratios import astrocyte_counts, preset_ratios
from glianeat.develop.settings import DevelopmentConfig
from glianeat.elementary import exp2_each
from glianeat.energetics.cost import EnergyConfig
from glianeat.genome.founders import FIRST_ASSOCIATION, MOTOR, SENSORY
from glianeat.genome.schema import REGIONS
from glianeat.genome.variation import GenomeConfig

RATE = 10.0  # [Hz] of a hidden neuron …
SEEN = 0.25  # … and mean amplitude of the receptor that it hears
WEIGHT = 2.4  # [threshold] mean magnitude of founders' weights
_LENGTH = 6.0  # [region radii] of its two axons


def neurons_worth(
    genome: GenomeConfig,
    development: DevelopmentConfig,
    energy: EnergyConfig,
    shape: tuple[int, int],
    *,
    graded: bool,
) -> int:
    """Return how many hidden neurons cost as much as the astrocytes that founders would have.

    Both with what they cost to build and to keep. A neuron spikes at 10 Hz, and hears one receptor,
    which transmits a quarter of its range, or spikes as often; it has one synapse in and one out.

    Parameters
    ----------
    genome : GenomeConfig
        How founders are made.
    development : DevelopmentConfig
        How many astrocytes they would have.
    energy : EnergyConfig
        What things cost.
    shape : tuple of int
        Numbers of inputs and of output neurons.
    graded : bool
        Whether receptors transmit gradedly.

    Returns
    -------
    int
        One at least, if there would be any astrocytes.
    """
    astrocytes = _astrocytes_of_founders(genome, development, shape)
    worth = astrocytes * (energy.astrocyte + energy.build_astrocyte / energy.lifetime)
    number = int(np.floor(worth / _neuron(genome, energy, graded=graded) + 0.5))
    return max(number, min(astrocytes, 1))


def _astrocytes_of_founders(
    genome: GenomeConfig, development: DevelopmentConfig, shape: tuple[int, int]
) -> int:
    mass = np.zeros(FIRST_ASSOCIATION + genome.association_regions)
    mass[SENSORY], mass[MOTOR] = shape
    if development.glia in {"free", "soft"}:
        return int((mass > 0.0).sum())
    if development.glia == "fixed":
        ratio = preset_ratios(development.preset, np.arange(len(mass)))
    else:
        schema = REGIONS.traits[REGIONS.column("log2_ratio")]
        told: Mapping[str, float] = genome.traits.get("regions", {}).get("log2_ratio", {})
        ratio = exp2_each(np.full(len(mass), told.get("init_mean", schema.init_mean)))
    return int(astrocyte_counts(ratio, mass).sum())


def _neuron(genome: GenomeConfig, energy: EnergyConfig, *, graded: bool) -> float:
    """Return the power of a founder's hidden neuron [EU/s]."""
    kept = energy.rest + energy.build_neuron / energy.lifetime
    kept += 2.0 * (energy.connection + energy.build_synapse / energy.lifetime)
    kept += energy.wire * _LENGTH
    into = genome.split_weight / energy.reference_weight
    heard = RATE * energy.excitatory * into
    if graded:
        heard = 1000.0 * energy.graded_rate * SEEN * energy.graded * into
    sent = RATE * (energy.spike + energy.excitatory * WEIGHT / energy.reference_weight)
    return kept + heard + sent
