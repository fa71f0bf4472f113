"""The history of a run: all that happened in it, read from its store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import Objective
from glianeat.genome.distance import DistanceConfig, compatibility_distance
from glianeat.genome.founders import region_name
from glianeat.genome.genome import Genome
from glianeat.history.difference import GeneDifference, differences
from glianeat.history.lineage import MOST_CHANGES, Step, lineage
from glianeat.history.names import GeneNames, region_indices
from glianeat.history.phylogeny import Phylogeny, phylogeny
from glianeat.store.columns import Columns
from glianeat.store.contents import Contents
from glianeat.typing import FloatArray, IntArray

_LEAST_REGIONS, _MOST_REGIONS = 3, 1000
_MOST_STEPS = 5000  # of lineages that are kept


class Channels(msgspec.Struct, frozen=True):
    """What the channels of a run's genomes are called."""

    inputs: tuple[str, ...] = ()
    """Names of the input channels."""
    outputs: tuple[str, ...] = ()
    """Names of the outputs."""


class Difference(msgspec.Struct, frozen=True):
    """How two genomes differ."""

    first: int
    """Key of the first genome."""
    second: int
    """Key of the second genome."""
    distance: float
    """Compatibility distance."""
    rows: tuple[GeneDifference, ...]
    """Whole genes first, then ratios, then other traits by how much they differ."""


class _Kept(NamedTuple):
    """What is read or computed once, as long as the run has the same digest."""

    digest: str
    regions: list[str]
    steps: dict[int, Step]  # of lineages, which share most of them


class RunHistory:
    """What happened in a run. Every call reads the store, but for what it keeps until that changes.

    Parameters
    ----------
    store : Contents
        The run, open.
    objectives : sequence of Objective
        What its survivors are compared by.
    channels : Channels
        What inputs and outputs are called.
    distance : DistanceConfig
        Coefficients of the distance between genomes.
    """

    def __init__(
        self,
        store: Contents,
        objectives: Sequence[Objective] = (),
        channels: Channels | None = None,
        distance: DistanceConfig | None = None,
    ) -> None:
        self._store, self._objectives = store, tuple(objectives)
        self._channels, self._distance = channels or Channels(), distance or DistanceConfig()
        self._latest = _Kept("", [], {})

    def individuals(self, after: int = -1) -> Columns:
        """Return all individuals as columns, by rising key: parents, operators, returns, power.

        Parameters
        ----------
        after : int
            Only those of larger keys, born since these were read before.
        """
        return self._store.columns(after)

    def some_individuals(self, keys: Iterable[int]) -> Columns:
        """Return some individuals as columns, by rising key; those not there are left out."""
        return self._store.columns_of(keys)

    def failed(self, generation: int) -> list[Evaluation]:
        """Return the evaluations that failed of those born in a generation, by rising key."""
        return self._store.failed(generation)

    def _kept(self) -> "_Kept":
        """Return what is kept of the run as it is now."""
        digest = self._store.digest
        if self._latest.digest != digest:  # the run has gone on
            told = self._store.statistics()
            indices = [index for one in told for index in (*one.ratio_genes, *one.ratios)]
            count = 1 + min(max(indices, default=_LEAST_REGIONS - 1), _MOST_REGIONS)
            self._latest = _Kept(digest, names_of(range(count), count), {})
        return self._latest

    def region_names(self) -> list[str]:
        """Return what regions are called, by index: all that survivors had at any time.

        A genome may lack some of them: see `region_names_of`.
        """
        return self._kept().regions

    def region_names_of(self, genome: Genome) -> list[str]:
        """Return what the regions of a genome are called, in the order of their indices."""
        return names_of(region_indices(genome), len(self.region_names()))

    def evaluations(self, keys: Iterable[int]) -> Iterator[tuple[int, Evaluation]]:
        """Yield key and evaluation of some individuals, by rising key."""
        return self._store.evaluations(keys)

    def values(self, keys: IntArray) -> dict[str, FloatArray]:
        """Return what evaluations say of some individuals, by name; each column of shape (N,).

        There are the objectives and measures of the run by their names, ``return``, ``power``,
        ``spikes``, ``neurons``, ``hidden``, ``synapses``, ``astrocytes``, and ``ratio`` with the
        name of each region. NaN stands for what an evaluation does not say, such as all of one
        that failed.

        Parameters
        ----------
        keys : ndarray of int64, shape (N,)
            Rising keys.
        """
        count = len(self.region_names())
        found = {
            key: evaluation_values(evaluation, self._objectives, names_of(regions, count))
            for key, evaluation, regions in self._store.evaluated(keys.tolist())
        }
        rows = [found.get(key, {}) for key in keys.tolist()]
        columns = dict.fromkeys(name for row in rows for name in row)
        return {name: np.array([row.get(name, np.nan) for row in rows]) for name in columns}

    def species_at_birth(self, keys: IntArray) -> IntArray:
        """Return the species of some individuals in the generation in which they were born.

        Parameters
        ----------
        keys : ndarray of int64, shape (N,)
            Their keys.

        Returns
        -------
        ndarray of int64, shape (N,)
            Numbers of species; -1 where there are none, and of those who did not survive.
        """
        species = self._store.species_at_birth(keys.tolist())
        return np.array([species.get(key, -1) for key in keys.tolist()], dtype=np.int64)

    def fronts(self, every: int = 1) -> list[tuple[int, list[int]]]:
        """Return the number of each generation with the keys of its front, best first.

        Parameters
        ----------
        every : int
            Of so many generations one, the last one among them.
        """
        return self._store.fronts(every)

    def lineage(self, key: int, most_changes: int = MOST_CHANGES) -> list[Step]:
        """Return the births that led to a genome, from itself back to its founder.

        Parameters
        ----------
        key : int
            Key of the genome.
        most_changes : int
            How many changes of a step are told.

        Raises
        ------
        CheckpointError
            If the run has no such genome.
        """
        kept = self._kept()
        known = kept.steps if most_changes == MOST_CHANGES else {}
        if len(known) > _MOST_STEPS:
            known.clear()

        def names(genomes: Sequence[Genome]) -> GeneNames:
            channels = self._channels
            return GeneNames(genomes, channels.inputs, channels.outputs, len(kept.regions))

        return lineage(self._store, key, names, known, most_changes=most_changes)

    def difference(self, first: int, second: int) -> Difference:
        """Return how two genomes differ, by innovation number.

        Parameters
        ----------
        first, second : int
            Keys of the genomes.

        Raises
        ------
        CheckpointError
            If the run lacks one of them.
        """
        one, other = (self._store.individual(key).genome for key in (first, second))
        channels, regions = self._channels, len(self.region_names())
        names = GeneNames([one, other], channels.inputs, channels.outputs, regions)
        varying = self._store.schema.varying
        return Difference(
            first,
            second,
            compatibility_distance(one, other, self._distance, varying),
            tuple(differences(one, other, names)),
        )

    def phylogeny(self) -> Phylogeny:
        """Return the ancestors of the last survivors, and where their lines coalesce."""
        return phylogeny(self._store)

    @property
    def number(self) -> int:
        """How many individuals were born."""
        return self._store.number_of_genomes

    def seconds(self) -> list[float]:
        """Return the wall-clock time that the run took up to the end of each generation [s]."""
        return self._store.seconds()


def names_of(regions: Sequence[int], count: int) -> list[str]:
    """Return what regions of some indices are called.

    Parameters
    ----------
    regions : sequence of int
        The indices, rising.
    count : int
        Regions that genomes of the run have.
    """
    count = max(count, *(index + 1 for index in regions), 0)
    return [region_name(index, count) for index in regions]


def evaluation_values(
    evaluation: Evaluation, objectives: Sequence[Objective], regions: Sequence[str]
) -> Mapping[str, float]:
    """Return what an evaluation says, by name; nothing if it failed.

    Parameters
    ----------
    evaluation : Evaluation
        How an individual did.
    objectives : sequence of Objective
        What the run's survivors are compared by.
    regions : sequence of str
        Names of the regions, by index.
    """
    if not evaluation.is_ok:
        return {}
    ratios = zip(regions, evaluation.ratios, strict=False)
    own = {one.name: float(one.value(evaluation)) for one in objectives}
    known = {
        **evaluation.measures,
        "return": evaluation.mean_return,
        "power": evaluation.power,
        "spikes": evaluation.spikes_per_second,
        "neurons": float(evaluation.neurons),
        "hidden": float(evaluation.hidden),
        "synapses": float(evaluation.synapses),
        "astrocytes": float(sum(evaluation.astrocytes)),
        **{f"ratio {name}": ratio for name, ratio in ratios},
    }
    return {
        **own,
        **known,
        **own,
    }  # a task may call its reward like one of these: the reward counts
