"""Configurations of neat-python as experiments of ours."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glianeat.compat.neat_keys import KEYS
from glianeat.compat.neat_python import read_config
from glianeat.errors import ConfigError
from glianeat.evaluate.task import describe_task
from glianeat.experiment.api import evolve
from glianeat.genome.founders import found_genome
from glianeat.genome.variation import Variation
from tests.compat.ini import SECTIONS, neat_config, text, write
from tests.compat.nets import connection


def read(folder, **changes):
    return read_config(write(folder, **changes))


def outcome(folder, key, **changes):
    _, report = read(folder, **changes)
    section = next(name for name, keys in KEYS.items() if key in keys)
    return report.of(section, key)


def test_every_key_of_a_file_is_in_the_report_once_and_in_order(tmp_path):
    _, report = read(tmp_path)
    listed = [(entry.section, entry.key) for entry in report.entries if entry.text]
    assert listed == [(section, key) for section, keys in SECTIONS.items() for key in keys]
    statuses = ("mapped", "approximated", "not mapped")
    assert sum(map(report.number, statuses)) == len(report.entries)


def test_the_report_says_what_the_experiment_has(tmp_path):
    config, report = read(tmp_path)
    for entry in report.entries:
        for path, value in entry.outcome.settings.items():
            found = config
            for name in path.split("."):
                found = found[name] if isinstance(found, dict) else getattr(found, name)
            assert found == (tuple(value) if isinstance(value, list) else value)


def test_it_is_classic_neat(tmp_path):
    config, _ = read(tmp_path)
    assert (config.evolution.algorithm, config.evolution.population) == ("neat", 20)
    assert (config.neuron.model, config.genome.dale) == ("graded", False)
    assert config.genome.feed_forward
    assert config.simulation.feed_forward
    assert config.selection.objectives == ("reward",)
    assert (config.development.glia, config.development.preset) == ("fixed", "none")
    assert (config.neat.survival, config.neat.elite_size) == (0.3, 1)
    assert (config.species.stagnation, config.species.threshold) == (12, 2.5)
    assert config.genome.traits["synapses"]["weight"]["init_stdev"] == 2.5 * 0.8


def test_what_neat_python_reads_is_read(tmp_path):
    neat_config(tmp_path)  # raises if it is not
    read(tmp_path)


def test_sections_of_others_and_unknown_keys_are_not_mapped(tmp_path):
    _, report = read(tmp_path, extra="min_specis_size = 3\n[Visualizer]\ncolour = red")
    unknown = report.of("DefaultReproduction", "min_specis_size")
    assert (unknown.status, unknown.note) == (
        "not mapped",
        "no key of neat-python's; did you mean 'min_species_size'?",
    )
    assert report.of("Visualizer", "colour").note == "no section of neat-python's"


def test_older_files_may_leave_out_what_has_a_default(tmp_path):
    optional = {
        key for keys in KEYS.values() for key, rule in keys.items() if rule.default is not None
    }
    config, _ = read(tmp_path, drop=optional & {k for keys in SECTIONS.values() for k in keys})
    assert config.genome.connection == 0.0  # unconnected, neat-python's default
    assert config.evolution.stop_when_solved


# Keys


@pytest.mark.parametrize(
    ("changes", "key", "status", "note"),
    [
        ({"fitness_criterion": "mean"}, "fitness_criterion", "not mapped", "best genome"),
        ({"num_hidden": "3"}, "num_hidden", "not mapped", "founders have no hidden neurons"),
        ({"single_structural_mutation": "true"}, "single_structural_mutation", "not mapped", ""),
        ({"activation_default": "relu"}, "activation_default", "approximated", "not relu; tanh"),
        ({"aggregation_default": "max"}, "aggregation_default", "not mapped", "sum their inputs"),
        ({"enabled_default": "False"}, "enabled_default", "not mapped", "are enabled"),
        ({"enabled_rate_to_true_add": "0.1"}, "enabled_rate_to_true_add", "not mapped", ""),
        ({"response_mutate_rate": "0.1"}, "response_mutate_rate", "not mapped", "do not evolve"),
        ({"weight_init_type": "uniform"}, "weight_init_type", "approximated", "as wide"),
        ({"species_elitism": "4"}, "species_elitism", "approximated", "2 best species"),
        ({"species_fitness_func": "mean"}, "species_fitness_func", "approximated", "best member"),
        ({"elitism": "3"}, "elitism", "approximated", "champion alone"),
        ({"weight_mutate_power": "9"}, "weight_mutate_power", "approximated", "at most 5"),
        ({"weight_max_value": "4.8"}, "weight_max_value", "mapped", ""),
        ({}, "weight_max_value", "approximated", "12 here, 4.8 in neat-python's unit"),
    ],
)
def test_what_becomes_of_a_key(tmp_path, changes, key, status, note):
    found = outcome(tmp_path, key, **changes)
    assert found.status == status
    assert note in found.note


def test_several_activations_are_told_apart_from_one(tmp_path):
    _, report = read(
        tmp_path,
        activation_default="random",
        activation_options="relu sigmoid",
        activation_mutate_rate="0.1",
    )
    assert report.of("DefaultGenome", "activation_default").settings == {
        "neuron.activation": "sigmoid"
    }
    for key in ("activation_options", "activation_mutate_rate"):
        assert report.of("DefaultGenome", key).status == "not mapped"


@pytest.mark.parametrize(
    ("wanted", "connection"),
    [("full", 1.0), ("partial_direct 0.25", 0.25), ("unconnected", 0.0), ("fs_neat", 1 / 3)],
)
def test_founders_are_connected_as_asked(tmp_path, wanted, connection):
    config, _ = read(tmp_path, initial_connection=wanted)
    assert config.genome.connection == connection


def test_responses_and_steepness_are_factors_of_weights(tmp_path):
    config, _ = read(tmp_path, response_init_mean="-0.5", activation_default="sigmoid")
    weight, bias = (
        config.genome.traits[family][trait]
        for family, trait in (("synapses", "weight"), ("neurons", "bias"))
    )
    assert weight["init_stdev"] == pytest.approx(0.8 * 0.5 * 5.0 / 4.9)
    assert bias["init_stdev"] == pytest.approx(0.5 * 5.0 / 4.9)


def test_uniform_distributions_keep_their_width(tmp_path):
    config, _ = read(tmp_path, weight_init_type="uniform")
    stdev = 4.0 * 0.8 / math.sqrt(12.0)  # from -2 to 2 init_stdev
    assert config.genome.traits["synapses"]["weight"]["init_stdev"] == pytest.approx(2.5 * stdev)


@pytest.mark.parametrize(("elitism", "size"), [("0", 0), ("1", 1), ("4", 1)])
def test_champions_live_on_if_elites_do(tmp_path, elitism, size):
    assert read(tmp_path, elitism=elitism)[0].neat.elite_size == size


def test_genes_are_disabled_as_often_as_by_neat_python(tmp_path):
    config, _ = read(tmp_path)
    random.seed(5)
    pair = connection((-1, 0), 1.0), connection((-1, 0), 1.0, enabled=False)
    disabled = np.mean([not pair[0].crossover(pair[1]).enabled for _ in range(8000)])
    assert config.genome.inherit_disabled == pytest.approx(disabled, abs=0.015)


def test_values_are_not_interpolated(tmp_path):
    _, report = read(tmp_path, extra="comment = 50% of %(all)s")
    assert report.of("DefaultReproduction", "comment").status == "not mapped"


def test_no_fitness_termination_needs_no_threshold(tmp_path):
    config, report = read(tmp_path, no_fitness_termination="True")
    assert not config.evolution.stop_when_solved
    assert report.of("NEAT", "fitness_threshold").status == "not mapped"


def test_seeds_are_taken_over(tmp_path):
    path = tmp_path / "seeded.ini"
    path.write_text(text().replace("[NEAT]", "[NEAT]\nseed = 77"))
    assert read_config(path)[0].seed == 77


def test_founders_have_no_random_trait_but_weights_and_biases(tmp_path):
    config, _ = read(tmp_path)
    spec = describe_task(config.task)
    variation = Variation(config.resolve(spec).genome)
    for law in map(variation.law, (t.family for t in _founder(variation).tables)):
        names = [trait.name for trait in law.family.traits]
        lively = {n for n, s in zip(names, law.init_stdev, strict=True) if s > 0.0}
        lively |= {n for n, r in zip(names, law.mutate_rate, strict=True) if r > 0.0}
        assert lively <= {"weight", "bias"}


def _founder(variation):
    return found_genome(0, 2, 1, variation, np.random.default_rng(0))


@pytest.mark.parametrize("feed_forward", ["True", "False"])
def test_it_evolves(tmp_path, feed_forward):
    config, _ = read_config(write(tmp_path, feed_forward=feed_forward), "CartPole-v1")
    evaluation = {"episodes": 1, "validation_top": 1, "validation_episodes": 2}
    config = config.replace(
        evolution=config.evolution.replace(generations=3, stop_when_solved=False),
        evaluation=config.evaluation.replace(**evaluation),
    )
    with evolve(config, name="classic", runs=tmp_path) as run:
        assert len(run.summaries) == 3
        assert run.best.evaluation.astrocytes == (0, 0, 0)
        assert run.best.evaluation.spikes_per_second == 0.0


# What is refused


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pop_size": "many"}, r"\[NEAT\] pop_size: must be a whole number, got 'many'"),
        (
            {"pop_size": "1"},
            r"\[NEAT\] pop_size: evolution\.population: must be a whole number >= 2",
        ),
        ({"num_inputs": "0"}, r"\[DefaultGenome\] num_inputs: must be >= 1 and <= 2147483647"),
        ({"feed_forward": "maybe"}, r"\[DefaultGenome\] feed_forward: must be True or False"),
        ({"fitness_criterion": "min"}, r"\[NEAT\] fitness_criterion: must be 'max' or 'mean'"),
        ({"fitness_criterion": "most"}, r"must be 'max', 'mean' or 'min', got 'most'"),
        ({"weight_init_mean": "nan"}, r"weight_init_mean: must be within ±1e\+100, got 'nan'"),
        ({"bias_init_stdev": "-1"}, r"\[DefaultGenome\] bias_init_stdev: genome.traits"),
        ({"compatibility_threshold": "0"}, r"compatibility_threshold: species.threshold: .* > 0"),
        ({"drop": {"pop_size"}}, r"\[NEAT\] pop_size: is missing"),
        ({"drop": {"elitism", "pop_size"}, "extra": "x = 1"}, "pop_size: is missing"),
        ({"rename": {"NEAT": "Nest"}, "drop": set(SECTIONS["NEAT"])}, r"\[NEAT\]: is missing"),
        ({"rename": {"DefaultGenome": "GliaGenome"}, "drop": {"num_hidden"}}, "settings of ours"),
        ({"extra": "what is this"}, "parsing errors"),
        ({"extra": "[NEAT]"}, "already exists"),
    ],
)
def test_broken_files_are_refused_in_one_line(tmp_path, changes, message):
    with pytest.raises(ConfigError, match=message) as refused:
        read(tmp_path, **changes)
    assert "neat.ini" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"pop_size = 3", b"\xff\xfe", b"[NEAT]\n" * 200_000])
def test_what_is_no_configuration_is_refused(tmp_path, content):
    path = tmp_path / "bad.ini"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"bad\.ini") as refused:
        read_config(path)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.ini: cannot be read: No such file"):
        read_config(tmp_path / "none.ini")


NUMERIC = [
    key
    for keys in KEYS.values()
    for key, rule in keys.items()
    if rule.kind in {"number", "count"} and any(key in given for given in SECTIONS.values())
]


@given(st.sampled_from(NUMERIC), st.one_of(st.floats(), st.integers()))
def test_any_number_is_taken_or_refused_by_name(tmp_path_factory, key, value):
    path = write(tmp_path_factory.getbasetemp(), **{key: str(value)})
    problem = ""
    try:
        read_config(path)
    except ConfigError as refused:
        problem = str(refused)
    assert not problem or key in problem
    assert "\n" not in problem


def test_rates_that_add_up_to_more_than_one_are_cut_as_neat_python_cuts_them(tmp_path):
    rates = {"weight_mutate_rate": 0.8, "weight_replace_rate": 0.5}
    config, _ = read(tmp_path, **rates)
    weight = config.genome.traits["synapses"]["weight"]
    assert weight["mutate_rate"] + weight["replace_rate"] == pytest.approx(1.0)
    found = outcome(tmp_path, "weight_replace_rate", **rates)
    assert (found.status, found.note) == ("approximated", "at most 0.2")
