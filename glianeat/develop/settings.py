"""Settings of development: where the number of a region's astrocytes comes from."""

from typing import Annotated, Literal

from glianeat.config import Settings, within
from glianeat.errors import ConfigError

GliaMode = Literal["enforced", "soft", "free", "fixed", "developmental"]
Preset = Literal["human", "mouse", "uniform", "none"]


class DevelopmentConfig(Settings):
    """How a genome grows into a network (models: D3).

    The presets are cells that are no neurons, per neuron, endothelium among them: human counts are
    those of [1]_, mouse those of [2]_. The association regions stand for the cerebral cortex (with
    white matter and hippocampus), the motor region for the cerebellum, and the sensory region for
    the rest of the brain, where the relays of the senses lie:

    ========  ===========  =====  =======
    preset    association  motor  sensory
    ========  ===========  =====  =======
    human            3.72  0.232     11.2
    mouse            0.87  0.165     1.24
    uniform             1      1        1
    none                0      0        0
    ========  ===========  =====  =======

    Numbers are rounded: a region of few neurons and a small ratio may have no astrocytes, and then
    starves once its pool is empty, unless pools fill by themselves (``astrocyte.metabolic=false``).

    References
    ----------
    .. [1] F. A. C. Azevedo et al., "Equal numbers of neuronal and nonneuronal cells make the human
       brain an isometrically scaled-up primate brain", J. Comp. Neurol. 513, 2009, pp. 532-541.
    .. [2] S. Herculano-Houzel, "The glia/neuron ratio: how it varies uniformly across brain
       structures and species and what that means for brain physiology and evolution", Glia 62,
       2014, pp. 1377-1391, and the data compiled there.
    .. [3] D. P. Pelvig, H. Pakkenberg, A. K. Stark and B. Pakkenberg, "Neocortical glial cell
       numbers in human brains", Neurobiol. Aging 29, 2008, pp. 1754-1762.
    """

    encoding: str = "direct"
    """How genomes are founded and developed, by the name of an encoding: `direct`, in which every
    gene of a neuron or synapse stands for itself."""
    glia: GliaMode = "enforced"
    """How many astrocytes a region has: its ratio gene times its neuronal mass (`enforced`); one
    for each of its astrocyte genes, whatever its ratio gene says (`free`); the same, but straying
    from the ratio gene costs energy (`soft`); a preset ratio times its mass (`fixed`); or as
    enforced, but few at birth and all in the adult (`developmental`): the k-th of K training
    episodes is lived at age (k - 1) / (K - 1), with 1/6 of the adult's astrocytes at age 0, as in
    the newborn neocortex (Pelvig et al. 2008). Validation, tests and replays show the adult."""
    preset: Preset = "human"
    """Ratios of the regions, for `fixed`, in place of their genes."""
    ratio_penalty: Annotated[float, within(at_least=0, unit="EU/s")] = 10.0
    """What straying costs in the energy objective, for `soft`: this times the squared logarithm of
    the ratio of astrocytes to those that the gene asks for, summed over the regions with
    neurons [EU/s]. A region without astrocytes counts as one with half an astrocyte."""
    territories: Literal["tiled", "shuffled"] = "tiled"
    """Which neurons of a region an astrocyte ensheathes: neighbours, so that territories tile the
    region; or, as a control, as many as chance deals out to it in each genome anew, so that no
    territory is inherited."""
    neurons_for_glia: bool = False
    """As a control: no astrocytes grow, and founders have as many hidden neurons more as cost the
    same, by what is said above of the astrocytes of founders; see
    `glianeat.run.exchange.neurons_worth`. Pools then need to be filled by something else:
    ``astrocyte.metabolic=false``, or a budget that does not depend on glia."""
    output_copies: Annotated[int, within(at_least=1, at_most=1000)] | None = None
    """Neurons that each output gene grows into, with equal synapses; what they show together is
    their mean, which is finer than what one neuron can say in a step of the task. By default
    what the task is known to need, or where spikes make numbers, such as forces, 8, and 16 where
    they do so by twitches, else 1."""
    copy_spread: Annotated[float, within(at_least=0, at_most=8, unit="threshold")] = 0.5
    """How far the biases of an output's copies spread to either side of the gene's [threshold], so
    that they do not spike together."""
    output_bias: Annotated[float, within(at_least=-8, at_most=8, unit="threshold")] | None = None
    """What is added to the biases of outputs [threshold]: from 1, they fire when at rest, and small
    inputs move their rates. By default what the task is known to need, or 1.5 where spikes make
    numbers, 2.5 where they do so by twitches, else 0."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.preset != "human" and self.glia != "fixed":
            raise ConfigError(
                "preset: counts only with development.glia = 'fixed', got "
                f"{self.preset!r} with glia = {self.glia!r}"
            )
