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
from glianeat.genome.founders import found_genome
from glianeat.genome.variation import Variation
from glianeat.run.api import evolve
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

EXCESS = "compatibility_excess_coefficient"


@pytest.mark.parametrize(
    ("changes", "key", "status", "note"),
    [
        ({"fitness_criterion": "mean"}, "fitness_criterion", "not mapped", "best genome"),
        ({"num_hidden": "3"}, "num_hidden", "not mapped", "founders have no hidden neurons"),
        ({"single_structural_mutation": "true"}, "single_structural_mutation", "not mapped", ""),
        ({"activation_default": "relu"}, "activation_default", "mapped", ""),
        ({"activation_default": "spam"}, "activation_default", "approximated", "tanh is taken"),
        (
            {"activation_options": "tanh spam relu", "activation_mutate_rate": "0.1"},
            "activation_options",
            "approximated",
            "left out, being none of neat-python's own: spam",
        ),
        ({"fitness_sharing": "canonical"}, "fitness_sharing", "mapped", ""),
        ({"fitness_sharing": "normalized"}, "fitness_sharing", "approximated", "canonical"),
        ({"spawn_method": "smoothed"}, "spawn_method", "approximated", "proportional"),
        ({"compatibility_excess_coefficient": "auto"}, EXCESS, "mapped", ""),
        ({"compatibility_excess_coefficient": "2"}, EXCESS, "approximated", "no order here"),
        ({"compatibility_enable_penalty": "0.0"}, "compatibility_enable_penalty", "mapped", ""),
        ({"max_stagnation": "0"}, "max_stagnation", "approximated", "at least 1"),
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


def test_one_activation_is_shared_by_all(tmp_path):
    config, _ = read(tmp_path, activation_default="relu", activation_options="relu tanh")
    assert config.neuron.activation == "relu"  # they never mutate
    assert config.genome.activations == ()
    assert config.genome.traits["neurons"]["bias"]["init_stdev"] == 0.5


def test_several_activations_become_genes(tmp_path):
    config, _ = read(
        tmp_path,
        activation_default="tanh",
        activation_options="relu, sigmoid tanh",
        activation_mutate_rate="0.1",
    )
    assert config.neuron.activation == "neat_tanh"
    assert config.genome.activations == ("shared", "relu", "neat_sigmoid")
    assert config.genome.birth_activation == "shared"
    assert config.genome.traits["neurons"]["activation"] == {"mutate_rate": 0.1}
    assert config.genome.traits["synapses"]["weight"]["init_stdev"] == 0.8
    assert config.species.distance.activation == 0.5 * 5 / 2  # over inputs, too


def test_founders_have_any_activation_if_the_default_is_random(tmp_path):
    config, _ = read(tmp_path, activation_default="random", activation_options="relu spam sin")
    assert config.genome.birth_activation == "any"
    assert config.genome.activations == ("shared", "sin")
    assert config.neuron.activation == "relu"


# Sections and inputs


OTHER = {
    "DefaultGenome": "BirdGenome",
    "DefaultSpeciesSet": "Flocks",
    "DefaultStagnation": "Boredom",
    "DefaultReproduction": "Breeding",
}


def test_sections_are_known_by_what_they_hold(tmp_path):
    config, report = read(tmp_path, rename=OTHER)
    assert config == read(tmp_path, name="usual.ini")[0]
    for own, name in OTHER.items():
        assert f"taken for neat-python's [{own}]" in report.of(name, "this section").note
    assert report.of("BirdGenome", "conn_add_prob").status == "approximated"


def test_empty_sections_are_known_by_their_names(tmp_path):
    names = {"DefaultStagnation": "NoStagnation"}
    config, report = read(tmp_path, rename=names, drop=set(SECTIONS["DefaultStagnation"]))
    assert "for its name" in report.of("NoStagnation", "this section").note
    assert config.species.stagnation == 15


def test_of_two_genomes_the_one_with_more_keys_is_taken(tmp_path):
    extra = "[PreyGenome]\nconn_add_prob = 0.9"
    config, report = read(tmp_path, rename={"DefaultGenome": "WolfGenome"}, extra=extra)
    assert config.genome.add_synapse == 0.4
    assert report.of("PreyGenome", "conn_add_prob").note.startswith("no section of neat-python's")


@pytest.mark.parametrize("section", ["DefaultStagnation", "DefaultReproduction"])
def test_sections_whose_keys_have_defaults_may_be_missing(tmp_path, section):
    path = tmp_path / "short.ini"
    path.write_text(text().replace(f"[{section}]", "[Other]"))
    words = path.read_text().split("[Other]")
    path.write_text(words[0] + "[" + words[1].partition("[")[2] if "[" in words[1] else words[0])
    _, report = read_config(path)
    assert report.of(section, "this section").note.startswith("is missing")


def test_the_task_decides_on_inputs_that_a_file_leaves_out(tmp_path):
    path = write(tmp_path, drop={"num_inputs", "num_outputs"})
    config, report = read_config(path, "Acrobot-v1")
    assert report.of("DefaultGenome", "num_inputs").note == "is missing; Acrobot-v1 has 6"
    told = read_config(write(tmp_path, num_inputs="6", num_outputs="3"), "Acrobot-v1")[0]
    assert config == told


def test_inputs_are_compared_with_those_of_the_task(tmp_path):
    path = write(tmp_path, num_inputs="6", num_outputs="7")
    report = read_config(path, "Acrobot-v1")[1]
    assert report.of("DefaultGenome", "num_inputs").note == "as Acrobot-v1 has"
    other = report.of("DefaultGenome", "num_outputs")
    assert other.status == "not mapped"
    assert other.note.endswith("Acrobot-v1 has 3")


@pytest.mark.parametrize(("key", "value"), [("elitism", "3"), ("pop_size", "7")])
def test_a_key_in_the_wrong_section_is_named_with_the_right_one(tmp_path, key, value):
    path = tmp_path / "wrong.ini"
    path.write_text(
        text(drop={key}).replace("[DefaultGenome]", f"[DefaultGenome]\n{key} = {value}")
    )
    if key == "pop_size":
        with pytest.raises(ConfigError, match=r"\[NEAT\] pop_size: is missing; it stands in \[Def"):
            read_config(path)
        return
    note = read_config(path)[1].of("DefaultGenome", key).note
    assert note == "a key of [DefaultReproduction], where neat-python looks for it"


def test_default_sections_comments_and_marks_of_windows_are_taken(tmp_path):
    path = tmp_path / "windows.ini"
    shared = "[DEFAULT]\r\nsurvival_threshold = 0.5  # Übung\r\n"
    lines = text(drop={"survival_threshold"}).replace("pop_size = 20", "pop_size = 20 ; birds")
    path.write_bytes(b"\xef\xbb\xbf" + (shared + lines.replace("\n", "\r\n")).encode())
    config, report = read_config(path)
    assert (config.neat.survival, config.evolution.population) == (0.5, 20)
    assert report.of("DEFAULT", "survival_threshold").status == "approximated"
    path.write_bytes((shared + lines).encode("latin-1"))
    assert read_config(path)[0] == config


def test_keys_of_neat_python_2_1_are_known(tmp_path):
    path = tmp_path / "later.ini"
    later = "target_num_species = 8\nthreshold_adjust_rate = 0.2\nthreshold_min = 1\n"
    lines = text(extra="interspecies_crossover_prob = 0.05")
    path.write_text(lines.replace("[DefaultSpeciesSet]\n", f"[DefaultSpeciesSet]\n{later}"))
    config, report = read_config(path)
    assert (config.species.target, config.species.threshold_step) == (8, 0.2)
    assert config.neat.interspecies == 0.05
    assert report.of("DefaultSpeciesSet", "threshold_min").status == "approximated"


def test_node_genes_may_be_left_out_of_distances(tmp_path):
    path = tmp_path / "bare.ini"
    flag = "[DefaultGenome]\ncompatibility_include_node_genes = False"
    path.write_text(text().replace("[DefaultGenome]", flag))
    distance = read_config(path)[0].species.distance
    assert (distance.trait, distance.activation) == (0.0, 0.0)
    assert distance.weight > 0.0


@pytest.mark.parametrize("value", ["inf", "1e308"])
def test_a_threshold_that_nothing_reaches_is_taken(tmp_path, value):
    assert read(tmp_path, fitness_threshold=value)[0].evolution.solved_return == 1e100


def test_chances_beyond_one_are_certain(tmp_path):
    config, _ = read(tmp_path, conn_add_prob="1.5", enabled_mutate_rate="-0.1")
    assert (config.genome.add_synapse, config.genome.toggle_synapse) == (1.0, 0.0)


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
    variation = Variation(config.resolve().config.genome)
    for distribution in map(variation.distribution, (t.family for t in _founder(variation).tables)):
        names = [trait.name for trait in distribution.family.traits]
        lively = {n for n, s in zip(names, distribution.init_stdev, strict=True) if s > 0.0}
        lively |= {n for n, r in zip(names, distribution.mutate_rate, strict=True) if r > 0.0}
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
