"""Generations in numbers."""

import msgspec


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One generation in numbers."""

    number: int
    evaluations: int
    """Evaluations up to and including this generation."""
    steps: int
    """Environment steps of training up to and including this generation; those of evaluations that
    failed are not known. Of runs of older versions, what the evaluations that they kept say."""
    best_key: int
    best_return: float
    best_power: float
    best_spikes: float
    """Spikes of all neurons of the best genome [Hz]."""
    mean_return: float
    """Mean return of the survivors."""
    front_size: int
    failures: int
    """Offspring whose evaluation failed."""
    digest: str


Quantiles = tuple[float, float, float, float, float]
"""Minimum, first quartile, median, third quartile and maximum."""


class OperatorRecord(msgspec.Struct, frozen=True):
    """How the children of one operator of mutation did in their generation."""

    applied: int
    """Children it had a part in."""
    survived: int
    """Of these, who survived the selection of their generation."""
    improved: int
    """Of these, who did better than their fitter parent: a higher return, or as high a one at
    less power."""


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """One generation of survivors in numbers; those whose evaluation failed are left out."""

    number: int
    survivors: int
    """Survivors whose evaluation went well: those that the quantiles are of."""
    objectives: dict[str, Quantiles]
    """Quantiles of each objective, in its own unit and direction; empty if there are none."""
    sizes: dict[str, Quantiles]
    """Quantiles of developed neurons, hidden neurons, synapses and astrocytes."""
    ratios: dict[int, Quantiles]
    """Quantiles of the expressed glia-to-neuron ratio, by region index, over those who have the
    region."""
    ratio_genes: dict[int, Quantiles]
    """The same of the ratio genes."""
    species: dict[int, int]
    """Survivors of each species; empty if there are no species."""
    operators: dict[str, OperatorRecord]
    """How the offspring of each operator of mutation did; empty if they have no parents."""
    reference: tuple[float, ...]
    """Point from which the hypervolume is counted, objectives turned so that all are to be
    maximised; empty until a genome went well."""
    hypervolume: float
    """Volume that the survivors' front dominates, down to the reference."""
