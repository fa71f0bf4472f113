"""How late synapses may be in the task's time: chosen where the settings leave it open.

What was seen some steps of the task ago is remembered exactly by synapses that are so late: a
neuron hears what its receptors showed then. Where a few choices or bits are all that is observed,
too few for what they tell now to be all that matters, founders' delays are spread over several
steps, half of them short, and all receptors are joined, since a pair has one synapse, and so one
delay. Elsewhere delays begin short: of FrozenLake's squares, say, nothing needs remembering.
"""

from glianeat.codec.codec import SettledCodec, n_channels, n_outputs
from glianeat.genome.schema import LONGEST_DELAY, MAX_DELAY, SYNAPSES
from glianeat.genome.variation import GenomeConfig
from glianeat.tasks.task import TaskSpec

REMEMBERED_STEPS = 8  # of the task, if it does not say
FEW_PAIRS = 32  # of receptors and outputs
_SPREAD = 0.5  # stdev of founders' delays, of the time that is remembered
_REPLACED = 0.05  # of delays in a child, drawn anew as at birth
_COUNTED = ("galif", "izhikevich")  # models for whose receptors delays are steps of the task


def with_delays(
    genome: GenomeConfig, model: str, codec: SettledCodec, task: TaskSpec
) -> GenomeConfig:
    """Return settings by which delays reach over several steps of the task.

    Parameters
    ----------
    genome : GenomeConfig
        Settings; what they say of delays stays.
    model : str
        Neuron model. Delays of graded and of event-driven neurons are updates of the network, and
        stay as the schema has them.
    codec : SettledCodec
        Says how long a step of the task is.
    task : TaskSpec
        What is observed, and for how many steps it matters, if that is known.
    """
    told = genome.traits.get(SYNAPSES.name, {}).get("delay", {})
    if model not in _COUNTED or not codec.receptor_delays:
        return genome
    steps = task.known.memory_steps
    longest = min(LONGEST_DELAY, float(codec.hold * ((steps or REMEMBERED_STEPS) + 1)))
    longest = told.get("max_value", max(longest, float(MAX_DELAY)))
    changes = {"max_value": longest}
    if steps is not None or _tells_little(codec, task):
        fastest = told.get("min_value", 1.0)
        middle = float(round((fastest + longest) / 2.0))
        changes |= {
            "init_mean": fastest if steps is None else middle,
            "init_stdev": _SPREAD * (longest - fastest),
            "mutate_power": min(float(codec.hold), longest - fastest),
            "replace_rate": _REPLACED,
        }
        fully = max(genome.connect_fully_below, FEW_PAIRS)
        genome = genome.replace(connect_fully_below=fully)
    synapses = {**genome.traits.get(SYNAPSES.name, {}), "delay": {**changes, **told}}
    return genome.replace(traits={**genome.traits, SYNAPSES.name: synapses})


def _tells_little(codec: SettledCodec, task: TaskSpec) -> bool:
    """Return whether few choices or bits are all that is observed."""
    choices = all(part.kind != "box" for part in task.observed)
    return choices and n_channels(codec, task) * n_outputs(codec, task) <= FEW_PAIRS
