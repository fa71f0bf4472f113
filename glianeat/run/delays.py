"""How late synapses may be in the task's time: chosen where the settings leave it open.

What was seen some steps of the task ago is remembered exactly by synapses that are so late: a
neuron hears what its receptors showed then. Where choices or bits are all that is observed, no
number fades from step to step, and adapting receptors and membranes keep little of the order in
which things were shown; so founders' delays are spread over several steps, half of them short.
Where numbers are observed, delays begin short.
"""

from glianeat.codec.codec import SettledCodec
from glianeat.genome.schema import LONGEST_DELAY, MAX_DELAY, SYNAPSES
from glianeat.genome.variation import GenomeConfig
from glianeat.tasks.task import TaskSpec

REMEMBERED_STEPS = 8  # of the task, if it does not say
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
    if model not in _COUNTED:
        return genome
    steps = task.known.memory_steps
    longest = min(LONGEST_DELAY, float(codec.hold * ((steps or REMEMBERED_STEPS) + 1)))
    longest = told.get("max_value", max(longest, float(MAX_DELAY)))
    changes = {"max_value": longest}
    if steps is not None or all(part.kind != "box" for part in task.observed):
        fastest = told.get("min_value", 1.0)
        middle = float(round((fastest + longest) / 2.0))
        changes |= {
            "init_mean": fastest if steps is None else middle,
            "init_stdev": _SPREAD * (longest - fastest),
            "mutate_power": min(float(codec.hold), longest - fastest),
            "replace_rate": _REPLACED,
        }
    synapses = {**genome.traits.get(SYNAPSES.name, {}), "delay": {**changes, **told}}
    return genome.replace(traits={**genome.traits, SYNAPSES.name: synapses})
