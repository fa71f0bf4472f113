"""Neuron models."""

from glianeat.simulate.models.galif import GALIF
from glianeat.simulate.models.graded import GRADED
from glianeat.simulate.models.izhikevich import IZHIKEVICH
from glianeat.simulate.models.model import NeuronModel
from glianeat.simulate.models.risp import RISP

MODELS: tuple[NeuronModel, ...] = (GALIF, IZHIKEVICH, GRADED, RISP)
"""All neuron models; the first is the default."""
