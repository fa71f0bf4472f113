"""What happened in a run: columns, fronts, lineages, differences, phylogeny."""

import re

import numpy as np
import pytest

import glianeat
from glianeat.errors import CheckpointError
from glianeat.genome.founders import MOTOR
from glianeat.genome.genome import Genome
from glianeat.genome.innovation import region_id
from glianeat.history.lineage import changes
from glianeat.history.names import GeneNames
from glianeat.history.phylogeny import tree_of
from glianeat.store.columns import Columns
from tests.run.runs import SMALL


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a small run."""
    folder = tmp_path_factory.mktemp("runs")
    with glianeat.evolve(SMALL, runs=folder, name="small") as run:
        yield run


def born(parents, generations=None):
    """Return columns of individuals whose keys are their places."""
    number = len(parents)
    zero, nothing = np.zeros(number, dtype=np.int64), np.full(number, -1)
    return Columns(
        key=np.arange(number),
        generation=np.array(generations or zero),
        parent=np.array(parents),
        mate=nothing,
        operators=zero,
        status=zero,
        mean_return=np.zeros(number),
        power=np.zeros(number),
        spikes=np.zeros(number),
    )


def test_columns_agree_with_individuals(run):
    columns = run.history.individuals()
    assert len(columns.key) == 8 * 5
    for row in (0, 17, 39):
        solution = run.solution(int(columns.key[row]))
        assert solution.generation == columns.generation[row]
        assert solution.parents == (columns.parent[row], columns.mate[row])
        assert solution.evaluation.mean_return == columns.mean_return[row]
        assert solution.evaluation.power == columns.power[row]


def test_columns_go_on_after_a_key(run):
    assert run.history.individuals(after=35).key.tolist() == [36, 37, 38, 39]


def test_values_are_those_of_evaluations(run):
    values = run.history.values(np.array([3, 9, 21]))
    evaluation = run.solution(9).evaluation
    assert values["return"][1] == values["reward"][1] == evaluation.mean_return
    assert values["neurons"][1] == evaluation.neurons
    assert values["ratio motor"][1] == evaluation.ratios[1]


def test_fronts_are_those_of_the_generations(run):
    fronts = dict(run.history.fronts())
    assert list(fronts) == [0, 1, 2, 3, 4]
    assert sorted(fronts[4]) == sorted(solution.key for solution in run.front)
    assert [len(front) for front in fronts.values()] == [s.front_size for s in run.summaries]


def test_fronts_can_be_thinned_and_end_with_the_last(run):
    assert [number for number, _ in run.history.fronts(every=3)] == [1, 4]


def test_a_lineage_leads_back_to_a_founder(run):
    steps = run.history.lineage(run.best.key)
    assert [step.individual.key for step in steps][1:] == [step.parent for step in steps[:-1]]
    assert steps[-1].parent == -1
    assert steps[-1].changes == ()
    assert steps[-1].individual.generation == 0


def test_steps_are_told_in_words(run):
    parent = run.solution(5).genome
    regions = parent.regions
    ratios = regions.traits.copy()
    motor = int(regions.rows(np.array([region_id(MOTOR)]))[0])
    ratios[motor, 0] = 0.5
    kept = parent.synapses.take(np.arange(1, len(parent.synapses)))
    child = Genome(6, regions.with_traits(ratios), parent.neurons, parent.astrocytes, kept)
    names = GeneNames([parent, child], run.config.codec.channels, run.config.codec.outputs)
    told = changes(parent, child, names)
    before = 2.0 ** regions.traits[motor, 0]
    assert re.fullmatch(r"−synapse .+ → push (left|right): weight \S+, delay \d+ ms", told[0])
    assert told[1] == f"ratio of motor {before:.3g} → 1.41"
    assert changes(child, parent, names)[0] == "+" + told[0][1:]
    assert changes(parent, child, names, most=1)[1] == "and 1 more: 1 ratio of regions"


def test_regions_are_called_the_same_in_all_genomes(run):
    parent = run.solution(5).genome
    wide = GeneNames([parent], regions=5)
    assert GeneNames([parent]).region(region_id(2)) == "association"
    assert wide.region(region_id(2)) == "association 1"


def test_a_genome_that_was_never_born_has_no_lineage(run):
    with pytest.raises(CheckpointError, match="has no genome 999"):
        run.history.lineage(999)


def test_a_genome_does_not_differ_from_itself(run):
    found = run.history.difference(5, 5)
    assert found.distance == 0.0
    assert found.rows == ()


def test_a_phylogeny_holds_the_survivors_and_their_ancestors_alone(run):
    tree = run.history.phylogeny()
    alive = {solution.key for solution in run.population}
    assert set(tree.members.key[tree.survivor].tolist()) == alive
    lines = {step.individual.key for key in alive for step in run.history.lineage(key)}
    assert set(tree.members.key.tolist()) == lines
    assert tree.pruned == 40 - len(lines)
    roots = tree.parent < 0
    assert (tree.members.parent[~roots] == tree.members.key[tree.parent[~roots]]).all()
    assert (tree.members.parent[roots] == -1).all()


def test_lines_that_died_out_are_pruned():
    #  0 ── 1 ── 3        alive: 3 and 4
    #       └─── 4        2 and 5 died out
    tree = tree_of(born([-1, 0, 0, 1, 1, 2]), [3, 4], 6)
    assert tree.members.key.tolist() == [0, 1, 3, 4]
    assert tree.parent.tolist() == [-1, 0, 1, 1]
    assert tree.coalescence == 1
    assert tree.pruned == 2


def test_lines_of_different_founders_do_not_coalesce():
    assert tree_of(born([-1, -1, 0, 1]), [2, 3], 4).coalescence is None


def test_survivors_may_descend_from_one_another():
    tree = tree_of(born([-1, 0, 1, 1]), [1, 3], 4)
    assert tree.coalescence == 1


def test_an_empty_run_has_an_empty_phylogeny():
    assert len(tree_of(born([]), [], 0).members.key) == 0
