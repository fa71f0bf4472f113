"""What genes are called: inputs and outputs by their channels, synapses by what they join."""

from collections.abc import Sequence

from glianeat.genome.founders import region_name
from glianeat.genome.genome import Genome
from glianeat.genome.schema import Role
from glianeat.text import safe

_HIDDEN = "hidden "
_DIGITS = 4  # of an innovation number, that tell hidden neurons apart


class GeneNames:
    """Names of the genes of some genomes of one run.

    Parameters
    ----------
    genomes : sequence of Genome
        Whose genes are named; where two have the same gene, they call it the same.
    inputs : sequence of str
        Names of the input channels; those without one are called in 0, in 1, ….
    outputs : sequence of str
        Names of the outputs; those without one are called out 0, out 1, ….
    regions : int
        Regions that genomes of the run have at most; more if these have more.
    """

    def __init__(
        self,
        genomes: Sequence[Genome],
        inputs: Sequence[str] = (),
        outputs: Sequence[str] = (),
        regions: int = 0,
    ) -> None:
        self._regions: dict[int, str] = {}
        self._neurons: dict[int, str] = {}
        self._roles: dict[int, int] = {}
        for genome in genomes:
            regions = max(regions, *(index + 1 for index in region_indices(genome)))
        for genome in genomes:
            columns = genome.regions.innovation.tolist(), genome.regions.field("index").tolist()
            for number, index in zip(*columns, strict=True):
                self._regions[number] = region_name(index, regions)
            self._name_neurons(genome, (inputs, outputs))

    def _name_neurons(self, genome: Genome, channels: tuple[Sequence[str], Sequence[str]]) -> None:
        neurons = genome.neurons
        columns = [neurons.field(name).tolist() for name in ("role", "channel")]
        for number, role, channel in zip(neurons.innovation.tolist(), *columns, strict=True):
            self._roles[number] = role
            if role == Role.HIDDEN:
                self._neurons[number] = hidden_name(number)
            else:
                names = channels[0] if role == Role.INPUT else channels[1]
                kind = "in" if role == Role.INPUT else "out"
                known = channel < len(names)
                self._neurons[number] = safe(names[channel]) if known else f"{kind} {channel}"

    def region(self, number: int) -> str:
        """Return what a region is called: sensory, motor, association, ….

        Parameters
        ----------
        number : int
            Innovation number.
        """
        return self._regions.get(number, f"region {number:016x}")

    def neuron(self, number: int) -> str:
        """Return what a neuron is called: its channel, or ``hidden`` and its first digits."""
        return self._neurons.get(number, hidden_name(number))

    def neuron_gene(self, number: int) -> str:
        """Return the same with what kind of neuron it is: ``input pole angle +``."""
        role = self._roles.get(number, Role.HIDDEN)
        if role == Role.HIDDEN:
            return f"hidden neuron {hidden_name(number).removeprefix(_HIDDEN)}"
        return f"{'input' if role == Role.INPUT else 'output'} {self.neuron(number)}"

    def synapse(self, source: int, target: int) -> str:
        """Return what a synapse is called: ``pole angle + → push left``."""
        return f"{self.neuron(source)} → {self.neuron(target)}"


def hidden_name(number: int) -> str:
    """Return what a hidden neuron is called: ``hidden`` and the first digits of its number."""
    return f"{_HIDDEN}{number:016x}"[: len(_HIDDEN) + _DIGITS]


def region_indices(genome: Genome) -> list[int]:
    """Return the indices of a genome's regions, rising; some may be missing in between."""
    return sorted(genome.regions.field("index").tolist())
