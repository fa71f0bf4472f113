"""The data of each view: what is told of a run, and that it says what the contract says."""

import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

import glianeat
from glianeat.develop.settings import DevelopmentConfig
from glianeat.energetics.cost import EnergyConfig
from glianeat.errors import CheckpointError
from glianeat.genome.schema import FAMILIES
from glianeat.inspector.resources import as_json, resource
from glianeat.inspector.views import dormant as dormant_view
from glianeat.inspector.views import (
    episode,
    evolution,
    genome,
    health,
    overview,
    population,
    relations,
    site,
)
from glianeat.inspector.views.numbers import one, rounded
from glianeat.inspector.views.text import without_paths
from tests.run.runs import SMALL

CONTRACT = Path(__file__).parents[2] / "web" / "src" / "contract.ts"
STRUCTS = {
    "Site": site.Site,
    "Overview": overview.Overview,
    "Quantity": overview.Quantity,
    "TraitInfo": overview.TraitInfo,
    "History": evolution.History,
    "Individuals": population.Individuals,
    "Fronts": population.Fronts,
    "GenomeView": genome.GenomeView,
    "RegionView": genome.RegionView,
    "NeuronColumns": genome.NeuronColumns,
    "SynapseColumns": genome.SynapseColumns,
    "AstrocyteColumns": genome.AstrocyteColumns,
    "DormantView": dormant_view.DormantView,
    "Episode": episode.Episode,
    "Lineage": relations.Lineage,
    "Difference": relations.Difference,
    "Phylogeny": relations.Phylogeny,
    "Health": health.Health,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a small run."""
    folder = tmp_path_factory.mktemp("runs")
    with glianeat.evolve(SMALL, runs=folder, name="small") as run:
        yield run


def fields_of(interface):
    """Return the names of the fields of an interface of the contract."""
    text = CONTRACT.read_text(encoding="utf-8")
    body = re.search(rf"export interface {interface} \{{\n(.*?)\n\}}", text, re.DOTALL)[1]
    return re.findall(r"^  (\w+)\??:", body, re.MULTILINE)


@pytest.mark.parametrize("name", STRUCTS)
def test_a_view_has_the_fields_of_the_contract(name):
    assert list(STRUCTS[name].__struct_fields__) == fields_of(name)


@pytest.mark.parametrize(
    "name",
    [
        *("overview", "history", "individuals", "fronts", "phylogeny", "health"),
        *("genome/5", "lineage/39", "difference/5/9", "episode/39"),
    ],
)
def test_a_resource_is_json_of_what_its_type_says(run, name):
    value = resource(run, name)
    found = msgspec.json.decode(as_json(value))
    msgspec.convert(found, type(value)) if not has_nulls(found) else None
    assert list(found) == list(type(value).__struct_fields__)


def has_nulls(value):
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        return any(map(has_nulls, inner))
    return value is None


@pytest.mark.parametrize("name", ["", "genome", "genome/x", "genome/-1", "secret", "genome/1/2"])
def test_there_are_no_other_resources(run, name):
    with pytest.raises(KeyError):
        resource(run, name)


def test_a_genome_that_was_never_born_is_refused(run):
    for key in (999, 10**17):
        with pytest.raises(CheckpointError, match=f"has no genome {key}$"):
            resource(run, f"genome/{key}")
    with pytest.raises(CheckpointError, match="has no genome"):
        run.solution(2**63)


def test_known_tasks_have_names(run):
    told = resource(run, "overview")
    assert told.observations[4:6] == ["pole angle +", "pole angle −"]
    assert told.actions == ["push left", "push right"]


def test_every_trait_says_what_it_is():
    assert [t.name for family in FAMILIES for t in family.traits if not t.meaning] == []


def test_every_kind_of_energy_says_what_it_is():
    assert [kind.name for kind in overview.energy_kinds(EnergyConfig()) if not kind.meaning] == []


def test_history_has_an_entry_for_each_generation(run):
    told = resource(run, "history")
    assert told.number == [1, 2, 3, 4, 5]
    columns = [told.evaluations, told.seconds, told.hypervolume, told.ratios["motor"]]
    columns += [told.sizes["synapses"], told.objectives["energy"], told.optimum["motor"]]
    assert {len(column) for column in columns} == {5}


def test_individuals_have_columns_of_equal_length(run):
    told = resource(run, "individuals")
    assert not told.sampled
    lengths = {len(column) for column in (told.key, told.parent, told.species, told.failed)}
    assert lengths | {len(column) for column in told.values.values()} == {40}


def test_a_sample_of_individuals_keeps_the_fronts(run):
    told = population.individuals(run, most=20, sample=20)
    assert told.sampled
    assert len(told.key) == 20
    on_fronts = {key for front in population.fronts(run, 20).front for key in front}
    assert on_fronts <= set(told.key)
    whole = population.individuals(run)
    for place, key in enumerate(told.key):
        for name in ("return", "reward", "power", "energy"):
            assert told.values[name][place] == whole.values[name][whole.key.index(key)]
        assert np.isfinite(told.values["neurons"][place]) or key not in on_fronts
    assert told.key == sorted(told.key)


def test_a_genome_view_is_the_network_that_lives(run):
    told, solution = resource(run, f"genome/{run.best.key}"), run.best
    network = solution.network()
    assert len(told.neurons.id) == network.n_neurons == len(told.neurons.traits)
    assert told.synapses.source == network.source.tolist()
    assert told.neurons.name[: network.n_inputs][0] in run.config.codec.channels
    assert sum(told.astrocytes.count) == network.n_astrocytes
    genes = set(solution.genome.synapses.innovation.tolist())
    shown = {int(number, 16) for number in told.synapses.id}
    shown |= {int(one.id, 16) for one in told.dormant.synapses}
    assert shown == genes


def test_the_energy_of_a_genome_adds_up_to_its_power(run):
    told = resource(run, f"genome/{run.best.key}")
    assert np.sum(told.energy.power) == pytest.approx(told.values["power"], rel=1e-4)


def test_genes_that_cannot_develop_are_shown_as_dormant(run):
    gene = run.solution(5).genome
    tables = gene.regions, gene.neurons, gene.astrocytes
    empty = type(gene)(5, *tables, gene.synapses.take(np.zeros(0, int)))
    told = dormant_view.dormant(empty, None, ((), ()), "no path")
    assert len(told.neurons) == len(gene.neurons)
    assert {neuron.why for neuron in told.neurons} == {"no path"}
    assert told.synapses == []


def test_an_agent_without_astrocytes_is_shown(tmp_path):
    development = DevelopmentConfig(glia="fixed", preset="none")
    small = SMALL.evolution.replace(population=4, generations=1)
    config = SMALL.replace(evolution=small, development=development)
    with glianeat.evolve(config, runs=tmp_path) as run:
        told = resource(run, f"genome/{run.best.key}")
        lived = resource(run, f"episode/{run.best.key}")
    assert told.astrocytes.gene == told.covers.neuron == []
    assert {astrocyte.why for astrocyte in told.dormant.astrocytes} != set()
    assert lived.calcium == []


def test_an_episode_tells_how_much_each_cell_is_scaled(tmp_path):
    neuron = SMALL.neuron.replace(slow_gain=True)
    small = SMALL.evolution.replace(population=4, generations=1)
    born = {"neurons": {"slow_gain": {"init_mean": 0.5}}}
    genes = SMALL.genome.replace(traits=born)
    config = SMALL.replace(evolution=small, neuron=neuron, genome=genes)
    with glianeat.evolve(config, runs=tmp_path) as run:
        network = run.best.network()
        lived = resource(run, f"episode/{run.best.key}")
    assert len(lived.efficacy) == network.n_neurons - network.n_inputs
    assert {len(values) for values in lived.efficacy} == {len(lived.efficacy_time)}
    assert any(one != 1.0 for values in lived.efficacy for one in values)


def test_an_episode_tells_what_was_seen_done_and_gained(run):
    told = resource(run, "episode/39")
    assert told.steps == len(told.reward) == len(told.observation) == len(told.action)
    assert sum(told.reward) == told.episode_return
    assert told.n_ms == told.steps * told.step_ms
    assert told.observation_names == [
        *("cart position", "cart velocity", "pole angle", "pole velocity")
    ]
    assert told.action_choices == [["push left", "push right"]]
    assert {action for (action,) in told.action} <= {0.0, 1.0}
    assert len(told.energy) == len(told.energy_kinds)
    assert {len(row) for row in told.energy} == {len(told.energy_time)}
    assert told.frames.image[0].startswith("data:image/webp;base64,")
    assert told.frames.step[0] == 0


def test_an_episode_is_that_of_replay(run):
    told = resource(run, "episode/39")
    plan = glianeat.evaluate.plan.EpisodePlan(purpose=glianeat.streams.Purpose.REPLAY, episodes=1)
    evaluation = run.rollout_worker().evaluate(run.solution(39).genome, plan)
    assert told.episode_return == evaluation.returns[0]
    assert told.steps == evaluation.lengths[0]


def test_numbers_are_rounded_to_short_decimals():
    found = rounded([1 / 3, 123456789.0, -0.00012345678, 0.0, np.inf, np.nan])
    assert found[:4] == [0.333333, 123457000.0, -0.000123457, 0.0]
    assert found[4] == np.inf
    assert np.isnan(found[5])
    assert one(2 / 3, 2) == 0.67


def test_paths_are_left_out_of_text():
    reason = "ValueError: no (/home/ann/projects/env/cart.py:120), see C:\\Users\\ann\\x.txt or a/b"
    told = without_paths(reason)
    assert told == "ValueError: no (…/cart.py:120), see …/x.txt or a/b"
