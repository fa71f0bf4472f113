"""What happened generation by generation: quantiles, sizes, ratios, species, operators."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from glianeat.genome.mutation import RECORDED
from glianeat.inspector.views.numbers import FIRST_GENERATION, one, rounded
from glianeat.run.generalisation import FreshTrial
from glianeat.run.predicted_ratios import predicted_ratios
from glianeat.run.run import Run
from glianeat.store.records import Quantiles, Statistics

MOST_GENERATIONS, MOST_SPECIES = 2000, 150  # that are told one by one
OTHERS = -1  # stands for the number of all other species
NOT_TRIED = -1  # stands for the key of a genome where none was tried
_NONE = (float("nan"),) * 5


class SpeciesRow(msgspec.Struct, frozen=True):
    """A species, and its members in each generation."""

    number: int
    members: list[int]


class OperatorRows(msgspec.Struct, frozen=True):
    """Children of an operator of mutation in each generation, and how they did."""

    applied: list[int]
    survived: list[int]
    improved: list[int]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """One entry a generation, in order."""

    number: list[int]
    evaluations: list[int]
    steps: list[int]
    seconds: list[float]
    failures: list[int]
    front_size: list[int]
    best_key: list[int]
    best_return: list[float]
    mean_return: list[float]
    fresh_return: list[float]
    fresh_key: list[int]
    gap: str
    hypervolume: list[float]
    objectives: dict[str, list[Quantiles]]
    sizes: dict[str, list[Quantiles]]
    ratios: dict[str, list[Quantiles | None]]
    ratio_genes: dict[str, list[Quantiles | None]]
    optimum: dict[str, list[float]] | None
    optimum_note: str
    species: list[SpeciesRow]
    operators: dict[str, OperatorRows]


def told_generations(number: int) -> list[int]:
    """Return the places of at most `MOST_GENERATIONS` generations, evenly spread, with the last."""
    step = max(1, -(-number // MOST_GENERATIONS))
    return list(range(number))[::-step][::-1]


def history(run: Run) -> History:
    """Return what happened in a run, generation by generation; of very many some are left out."""
    places = told_generations(len(run.summaries))
    summaries, told = run.summaries, {one.number: one for one in run.statistics}
    summaries, seconds = [summaries[i] for i in places], run.history.seconds()
    statistics = [told.get(summary.number) for summary in summaries]
    predicted, note = predicted_ratios(run)
    names, trials = run.history.region_names(), _trials(run, places)
    optimum = {
        name: rounded(predicted[i][places]) for i, name in enumerate(names) if i in predicted
    }
    return History(
        number=[summary.number + FIRST_GENERATION for summary in summaries],
        evaluations=[summary.evaluations for summary in summaries],
        steps=[summary.steps for summary in summaries],
        seconds=rounded([seconds[i] for i in places]),
        failures=[summary.failures for summary in summaries],
        front_size=[summary.front_size for summary in summaries],
        best_key=[summary.best_key for summary in summaries],
        best_return=rounded([summary.best_return for summary in summaries]),
        mean_return=rounded([summary.mean_return for summary in summaries]),
        fresh_return=rounded([t.fresh_return if t else float("nan") for t in trials]),
        fresh_key=[t.evaluation.key if t else NOT_TRIED for t in trials],
        gap=run.generalisation_gap,
        hypervolume=[one(s.hypervolume) if s else float("nan") for s in statistics],
        objectives=_by_name(statistics, lambda s: s.objectives),
        sizes=_by_name(statistics, lambda s: s.sizes),
        ratios=_by_region(run, statistics, lambda s: s.ratios),
        ratio_genes=_by_region(run, statistics, lambda s: s.ratio_genes),
        optimum=optimum or None,
        optimum_note=note,
        species=_species(statistics),
        operators=_operators(statistics),
    )


def _trials(run: Run, places: Sequence[int]) -> list[FreshTrial | None]:
    """Return the latest trial on fresh episodes since the place before; None if there was none."""
    known = {trial.generation: trial for trial in run.progress}
    found: list[FreshTrial | None] = []
    for before, place in zip((-1, *places), places, strict=False):
        own = [known[i] for i in range(before + 1, place + 1) if i in known]
        found.append(own[-1] if own else None)
    return found


def _by_name(
    statistics: Sequence[Statistics | None], of: Callable[[Statistics], Mapping[str, Quantiles]]
) -> dict[str, list[Quantiles]]:
    names = dict.fromkeys(name for s in statistics if s for name in of(s))
    return {name: [_short(of(s).get(name) if s else None) for s in statistics] for name in names}


def _by_region(
    run: Run,
    statistics: Sequence[Statistics | None],
    of: Callable[[Statistics], Mapping[int, Quantiles]],
) -> dict[str, list[Quantiles | None]]:
    found: dict[str, list[Quantiles | None]] = {}
    for index, name in enumerate(run.history.region_names()):
        rows = [of(s).get(index) if s else None for s in statistics]
        if any(rows):
            found[name] = [_short(row) if row else None for row in rows]
    return found


def _short(values: Quantiles | None) -> Quantiles:
    lowest, quarter, middle, three_quarters, highest = map(one, values or _NONE)
    return lowest, quarter, middle, three_quarters, highest


def _species(statistics: Sequence[Statistics | None]) -> list[SpeciesRow]:
    sizes: Counter[int] = Counter()
    for one_of_all in statistics:
        sizes.update(one_of_all.species if one_of_all else {})
    chosen = sorted(number for number, _ in sizes.most_common(MOST_SPECIES))
    rows = [
        SpeciesRow(number, [s.species.get(number, 0) if s else 0 for s in statistics])
        for number in chosen
    ]
    if len(sizes) > len(chosen):
        shown = [sum(members) for members in zip(*(row.members for row in rows), strict=True)]
        alive = [sum(s.species.values()) if s else 0 for s in statistics]
        others = [number - told for number, told in zip(alive, shown, strict=True)]
        rows.append(SpeciesRow(OTHERS, others))
    return rows


def _operators(statistics: Sequence[Statistics | None]) -> dict[str, OperatorRows]:
    found = {}
    for name in RECORDED:
        records = [s.operators.get(name) if s else None for s in statistics]
        if any(records):
            found[name] = OperatorRows(
                [record.applied if record else 0 for record in records],
                [record.survived if record else 0 for record in records],
                [record.improved if record else 0 for record in records],
            )
    return found
