"""Lesions: what an agent loses when one of its means of remembering is taken away."""

import numpy as np

import glianeat
from glianeat.errors import DevelopmentError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.evaluate.rollout import RolloutConfig, RolloutWorker
from glianeat.genome.genome import Genome
from glianeat.genome.schema import NEURONS, Role
from glianeat.streams import Purpose
from glianeat.typing import BoolArray, FloatArray


def without_phasic_receptors(genome: Genome) -> Genome:
    """Return a genome whose receptors do not adapt."""
    traits = genome.neurons.traits.copy()
    traits[:, NEURONS.column("phasic")] = 0.0
    return _with_neurons(genome, traits)


def without_adaptation(genome: Genome) -> Genome:
    """Return a genome whose neurons have no adaptation, after-depolarisation or threshold rise."""
    traits = genome.neurons.traits.copy()
    for name in ("adaptation", "afterdepolarisation", "threshold_jump"):
        traits[:, NEURONS.column(name)] = 0.0
    return _with_neurons(genome, traits)


def without_hidden_neurons(genome: Genome) -> Genome:
    """Return a genome whose hidden neurons send nothing."""
    hidden = genome.neurons.innovation[genome.neurons.field("role") == Role.HIDDEN]
    return _silenced(genome, np.isin(genome.synapses.field("source"), hidden))


def without_recurrence(genome: Genome) -> Genome:
    """Return a genome whose outputs send nothing back."""
    outputs = genome.neurons.innovation[genome.neurons.field("role") == Role.OUTPUT]
    return _silenced(genome, np.isin(genome.synapses.field("source"), outputs))


def _with_neurons(genome: Genome, traits: FloatArray) -> Genome:
    neurons = genome.neurons.with_traits(traits)
    return Genome(genome.key, genome.regions, neurons, genome.astrocytes, genome.synapses)


def _silenced(genome: Genome, rows: BoolArray) -> Genome:
    keys = genome.synapses.fields.copy()
    keys[rows, genome.synapses.family.field_column("enabled")] = 0
    synapses = genome.synapses.with_fields(keys)
    return Genome(genome.key, genome.regions, genome.neurons, genome.astrocytes, synapses)


def lesioned_returns(run: "glianeat.Run", genome: Genome, episodes: int) -> dict[str, float | None]:
    """Return the mean return of a genome under each lesion, None if nothing of it is left."""
    whole = run.experiment.rollout
    forgetful = whole.replace(codec=whole.codec.replace(keep_state=False))
    simulation = whole.simulation
    astrocyte = simulation.astrocyte.replace(gain=False, slow_current=False)
    no_glia = whole.replace(simulation=simulation.replace(astrocyte=astrocyte))
    lesions: dict[str, tuple[RolloutConfig, Genome]] = {
        "memory": (forgetful, genome),
        "phasic receptors": (whole, without_phasic_receptors(genome)),
        "adaptation": (whole, without_adaptation(genome)),
        "hidden neurons": (whole, without_hidden_neurons(genome)),
        "recurrence": (whole, without_recurrence(genome)),
        "gliotransmission": (no_glia, genome),
    }
    return {name: _mean_return(*lesion, episodes) for name, lesion in lesions.items()}


def _mean_return(config: RolloutConfig, genome: Genome, episodes: int) -> float | None:
    rollout_worker = RolloutWorker(config)
    try:
        plan = EpisodePlan(purpose=Purpose.TEST, episodes=episodes)
        evaluation = rollout_worker.evaluate(genome, plan)
    except DevelopmentError:
        return None
    finally:
        rollout_worker.close()
    return evaluation.mean_return if evaluation.is_ok else None
