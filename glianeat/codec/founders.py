"""How founders begin on a task: whether their receptors adapt, and how slowly."""

from glianeat.genome.schema import SLOWEST
from glianeat.genome.variation import GenomeConfig
from glianeat.simulate.settings import NeuronConfig
from glianeat.tasks.task import TaskSpec

_ADAPTING = {"init_stdev": 0.5}  # phasic share of founders that adapt
_REMEMBERING = {"init_mean": 0.35, "init_stdev": 0.4}  # where what was seen before matters
_SPREAD = 0.6  # stdev of the time constant over its mean
_SLOW = 4000.0  # [ms] at birth, of what may be as slow as astrocytes …
_SLOWEST = {"max_value": SLOWEST}  # … and at most
_AS_ASTROCYTES = {"mutate_rate": 0.3, "mutate_power": 0.5}  # of their time constant
# an adaptation of 4 s adds up 27 times as many spikes as one of 150 ms: its jumps are as much less
_SLOWLY_ADAPTING = {"init_stdev": 0.00375, "mutate_rate": 0.3, "mutate_power": 0.0075}


def with_founders_for(genome: GenomeConfig, neuron: NeuronConfig, spec: TaskSpec) -> GenomeConfig:
    """Return how founders are made for a task, where settings leave that open.

    Parameters
    ----------
    genome : GenomeConfig
        Settings; what they say is kept.
    neuron : NeuronConfig
        The model of neurons, and whether receptors and adaptation may be slow.
    spec : TaskSpec
        What is known of the task.
    """
    numbers = all(part.kind == "box" for part in spec.acted)
    tau = spec.known.receptor_tau
    if neuron.slow_adaptation:
        slow = {"init_mean": _SLOW, "init_stdev": _SPREAD * _SLOW, **_AS_ASTROCYTES, **_SLOWEST}
        genome = _changed(genome, {"adaptation": _SLOWLY_ADAPTING, "tau_adaptation": slow})
    if neuron.slow_receptors:
        genome = _changed(genome, {"tau_phasic": {**_AS_ASTROCYTES, **_SLOWEST}})
        return _with_adapting_founders(genome, _SLOW)
    if (numbers or tau) and neuron.model != "graded":
        return _with_adapting_founders(genome, tau)
    return genome


def _changed(genome: GenomeConfig, changes: dict[str, dict[str, float]]) -> GenomeConfig:
    """Return settings with changes of traits of neurons, where they say nothing themselves."""
    neurons = dict(genome.traits.get("neurons", {}))
    for trait, change in changes.items():
        neurons[trait] = {**change, **neurons.get(trait, {})}
    return genome.replace(traits={**genome.traits, "neurons": neurons})


def _with_adapting_founders(genome: GenomeConfig, tau: float | None) -> GenomeConfig:
    """Let founders' receptors adapt, unless the settings say how they begin.

    Where actions are numbers, such as forces, what is right depends on how fast things change: on
    Pendulum, agents whose founders did not adapt came to rotate for ever, and stayed so. What
    adapts slowly remembers, for about `tau` [ms]: with it, poles are balanced whose velocities are
    not shown, and a sample is told from another half a second later.
    """
    founders = {"phasic": _ADAPTING if tau is None else _REMEMBERING}
    if tau is not None:
        founders["tau_phasic"] = {"init_mean": tau, "init_stdev": _SPREAD * tau}
    neurons = dict(genome.traits.get("neurons", {}))
    for trait, beginning in founders.items():
        told = neurons.get(trait, {})
        if not told.keys() & {"init_mean", "init_stdev"}:
            neurons[trait] = {**beginning, **told}
    return genome.replace(traits={**genome.traits, "neurons": neurons})
