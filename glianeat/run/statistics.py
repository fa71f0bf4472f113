"""Statistics of a generation: what its survivors are like, and what made them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from glianeat.elementary import exp2_each
from glianeat.evaluate.evaluation import Evaluation
from glianeat.evaluate.objectives import Objective, objective_values
from glianeat.evolution.hypervolume import hypervolume, reference_point
from glianeat.evolution.individual import Generation, Individual
from glianeat.genome.mutation import RECORDED
from glianeat.genome.schema import REGIONS
from glianeat.genome.tables import GeneTable
from glianeat.store.records import OperatorRecord, Quantiles, Statistics
from glianeat.typing import BoolArray, FloatArray, IntArray

_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_SIZES: dict[str, Callable[[Evaluation], int]] = {
    "neurons": lambda evaluation: evaluation.neurons,
    "hidden": lambda evaluation: evaluation.hidden,
    "synapses": lambda evaluation: evaluation.synapses,
    "astrocytes": lambda evaluation: sum(evaluation.astrocytes),
}


def describe(
    generation: Generation,
    survivors: Sequence[Individual],
    parents: Sequence[Individual],
    objectives: Sequence[Objective],
    reference: tuple[float, ...] = (),
) -> Statistics:
    """Return the statistics of a generation.

    Parameters
    ----------
    generation : Generation
        Who was born, and who survived.
    survivors : sequence of Individual
        Its survivors.
    parents : sequence of Individual
        Whoever the offspring may have for parents, as they were evaluated last.
    objectives : sequence of Objective
        What the front is made of.
    reference : tuple of float
        Point from which earlier hypervolumes were counted; empty if there is none yet. It is then
        fixed by the offspring of this generation that went well (see `reference_point`).
    """
    fit = [individual for individual in survivors if individual.evaluation.is_ok]
    evaluations = [individual.evaluation for individual in fit]
    points = _points(evaluations, objectives)
    if not reference:
        first = [i.evaluation for i in generation.offspring if i.evaluation.is_ok] or evaluations
        reference = tuple(reference_point(_points(first, objectives)).tolist()) if first else ()
    own = points * [objective.direction for objective in objectives]
    expressed, genes = _ratios(fit)
    sizes = [[size(evaluation) for size in _SIZES.values()] for evaluation in evaluations]
    return Statistics(
        number=generation.number,
        survivors=len(fit),
        objectives=_named_quantiles([objective.name for objective in objectives], own),
        sizes=_named_quantiles(_SIZES, np.array(sizes, dtype=np.float64)),
        ratios=expressed,
        ratio_genes=genes,
        species={n: len(keys) for n, keys in sorted(generation.species.items())},
        operators=_operator_records(generation, parents),
        reference=reference,
        hypervolume=hypervolume(points, np.array(reference)) if len(points) else 0.0,
    )


def _points(evaluations: Sequence[Evaluation], objectives: Sequence[Objective]) -> FloatArray:
    """Return objectives that are all to be maximised, shape (P, N)."""
    rows = [objective_values(evaluation, objectives) for evaluation in evaluations]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(objectives))


def _named_quantiles(names: Iterable[str], columns: FloatArray) -> dict[str, Quantiles]:
    if not len(columns):
        return {}
    return dict(
        zip(names, map(_as_quantiles, np.quantile(columns, _SHARES, axis=0).T), strict=True)
    )


def _as_quantiles(values: FloatArray) -> Quantiles:
    lowest, quarter, middle, three_quarters, highest = values.tolist()
    return lowest, quarter, middle, three_quarters, highest


def _ratios(individuals: Sequence[Individual]) -> tuple[dict[int, Quantiles], ...]:
    """Return quantiles of the expressed ratios and of the ratio genes, by region index."""
    if not individuals:
        return {}, {}
    blocks = [individual.genome.block(REGIONS) for individual in individuals]
    table = GeneTable.view(REGIONS, np.concatenate(blocks))
    region, genes = table.field("index"), table.trait("log2_ratio")
    owner = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    order = np.lexsort((region, owner))  # as development orders the regions of a genome
    region = region[order]
    expressed = np.array([ratio for i in individuals for ratio in i.evaluation.ratios])
    told = len(expressed) == len(region)  # evaluators need not tell
    return (
        _by_region(region, expressed) if told else {},
        _by_region(region, exp2_each(genes[order])),
    )


def _by_region(region: IntArray, values: FloatArray) -> dict[int, Quantiles]:
    return {
        int(index): _as_quantiles(np.quantile(values[region == index], _SHARES))
        for index in np.unique(region)
    }


def _operator_records(
    generation: Generation, parents: Sequence[Individual]
) -> dict[str, OperatorRecord]:
    """Return how the children of each operator did."""
    born = generation.offspring
    masks = np.array([individual.operators for individual in born], dtype=np.int64)
    if not masks.any():
        return {}
    made_by = (masks[:, np.newaxis] >> np.arange(len(RECORDED))) & 1 == 1
    alive = {standing.key for standing in generation.survivors}
    survived = np.array([individual.key in alive for individual in born])
    counts = zip(
        made_by.sum(axis=0).tolist(),
        made_by[survived].sum(axis=0).tolist(),
        # whoever starts from a genome may have copies of it beside it
        made_by[_improved(born, {i.key: i.evaluation for i in (*parents, *born)})]
        .sum(axis=0)
        .tolist(),
        strict=True,
    )
    return {
        name: OperatorRecord(*record)
        for name, record in zip(RECORDED, counts, strict=True)
        if record[0]
    }


def _improved(born: Sequence[Individual], known: Mapping[int, Evaluation]) -> BoolArray:
    """Return who did better than the fitter parent, shape (C,)."""
    children = _worth([individual.evaluation for individual in born])
    with_parents = [known.get(i.parents[0], i.evaluation) for i in born]  # nobody beats itself
    before = _worth(with_parents)
    higher = children[:, 0] > before[:, 0]
    thriftier = (children[:, 0] == before[:, 0]) & (children[:, 1] < before[:, 1])
    improved: BoolArray = (higher | thriftier) & np.isfinite(children[:, 0])  # failures are not
    return improved


def _worth(evaluations: Sequence[Evaluation]) -> FloatArray:
    """Return mean return and power of each, shape (C, 2)."""
    return np.array([(one.mean_return, one.power) for one in evaluations])
