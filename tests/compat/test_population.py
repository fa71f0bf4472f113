"""Genomes with glia under ``neat.Population``."""

import copy
import pickle

import neat
import numpy as np
import pytest

from glianeat.compat.neat_python import GliaGenome, agent, evaluate, validate
from glianeat.errors import ConfigError, ProtocolError
from glianeat.evaluate.plan import EpisodePlan
from glianeat.genome.distance import compatibility_distance
from glianeat.genome.genome import check_genome
from glianeat.genome.mutation import apply_operator
from glianeat.streams import Purpose

INI = """
[NEAT]
pop_size = 12
fitness_criterion = max
fitness_threshold = 500
reset_on_extinction = False
no_fitness_termination = True

[GliaGenome]
task.id = CartPole-v1
evaluation.episodes = 1
genome.split_synapse = 0.5
species.distance.weight = 0.7
{extra}

[DefaultSpeciesSet]
compatibility_threshold = 2.0

[DefaultStagnation]
species_fitness_func = max
max_stagnation = 15
species_elitism = 1

[DefaultReproduction]
elitism = 1
survival_threshold = 0.5
min_species_size = 1
"""


def configured(folder, extra=""):
    path = folder / "glia.ini"
    path.write_text(INI.format(extra=extra))
    return from_file(path)


def from_file(path):
    return neat.Config(
        GliaGenome,
        neat.DefaultReproduction,
        neat.DefaultSpeciesSet,
        neat.DefaultStagnation,
        str(path),
    )


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return configured(tmp_path_factory.mktemp("glia"))


def digest(population):
    return [(key, one.genome.words.tobytes()) for key, one in sorted(population.population.items())]


def evolved(config, seed, generations=3, *reporters):
    population = neat.Population(config, seed=seed)
    for reporter in reporters:
        population.add_reporter(reporter)
    population.run(evaluate, generations)
    return population


def founders(config, number=2):
    made = [GliaGenome(key) for key in range(1, number + 1)]
    for one in made:
        one.configure_new(config.genome_config)
    return made


def test_it_runs_under_neat_pythons_reporters(config, capsys):
    statistics = neat.StatisticsReporter()
    population = evolved(config, 4, 3, neat.StdOutReporter(True), statistics)
    assert "Best fitness" in capsys.readouterr().out
    best = statistics.best_genome()
    assert best.fitness == population.best_genome.fitness >= 9.0
    assert best.evaluation.power > 0.0
    for one in population.population.values():
        check_genome(one.genome)
        assert one.genome.key == one.key


def test_equal_seeds_give_equal_runs(config):
    assert digest(evolved(config, 1)) == digest(evolved(config, 1)) != digest(evolved(config, 2))


def test_structure_grows_and_all_gene_families_vary(config):
    population = evolved(config, 1, 4)
    genomes = [one.genome for one in population.population.values()]
    assert max(genome.counts[1] for genome in genomes) > min(genome.counts[1] for genome in genomes)
    for family in range(4):
        assert len({genome.tables[family].traits.tobytes() for genome in genomes}) > 1


def test_pickling_changes_nothing(config):
    population = neat.Population(config, seed=3)
    population.run(evaluate, 1)
    one = next(iter(population.population.values()))
    loaded = pickle.loads(pickle.dumps(one))
    assert (loaded.key, loaded.fitness) == (one.key, one.fitness)
    assert loaded.genome.same_genes(copy.deepcopy(one).genome)
    again = pickle.loads(pickle.dumps(config))
    assert again.genome_config.experiment == config.genome_config.experiment
    assert digest(evolved(again, 7)) == digest(evolved(config, 7))


def test_checkpoints_are_restored(config, tmp_path):
    prefix = str(tmp_path / "checkpoint-")
    population = evolved(config, 5, 2, neat.Checkpointer(1, filename_prefix=prefix))
    restored = neat.Checkpointer.restore_checkpoint(f"{prefix}2")
    assert digest(restored) == digest(population)
    restored.run(evaluate, 1)


def test_configurations_are_saved_as_they_were(config, tmp_path):
    config.save(str(tmp_path / "saved.ini"))
    text = (tmp_path / "saved.ini").read_text()
    (tmp_path / "saved.ini").write_text(text.replace("seed                   = None\n", ""))
    saved = from_file(tmp_path / "saved.ini")
    assert saved.genome_config.experiment == config.genome_config.experiment


def test_elites_are_not_assessed_again(config, monkeypatch):
    rollout_worker, seen = config.genome_config.rollout_worker, []
    evaluate = rollout_worker.evaluate
    monkeypatch.setattr(
        rollout_worker, "evaluate", lambda g, p: seen.append(g.key) or evaluate(g, p)
    )
    population = evolved(config, 6, 4)
    assert len(seen) == len(set(seen)) < 4 * 12
    assert population.best_genome.key in seen


def test_whoever_fails_gets_the_lowest_fitness_and_the_reason(config):
    one, other, broken = founders(config, 3)
    genome, rng = broken.genome, np.random.default_rng(0)
    while len(genome.synapses):
        genome = apply_operator("delete_synapse", genome, config.genome_config.variation, rng)
    broken._genome = genome
    evaluate([(g.key, g) for g in (one, other, broken)], config)
    assert broken.fitness == min(one.fitness, other.fitness)
    assert broken.evaluation.status == "undeveloped"
    alone = GliaGenome(9)
    alone._genome = genome
    evaluate([(9, alone)], config)
    assert alone.fitness == 0.0


def test_the_winner_is_validated_on_other_episodes_and_acts(config):
    (one,) = founders(config, 1)
    evaluate([(one.key, one)], config)
    rollout_worker = config.genome_config.rollout_worker
    lived = {
        purpose: rollout_worker.evaluate(
            one.genome, EpisodePlan(purpose=purpose, episodes=20)
        ).returns
        for purpose in (Purpose.TRAIN, Purpose.VALIDATE)
    }
    assert validate(one, config, episodes=20).returns == lived[Purpose.VALIDATE]
    assert lived[Purpose.VALIDATE] != lived[Purpose.TRAIN]
    assert one.evaluation.returns == lived[Purpose.TRAIN][:1]
    controller = agent(one, config)
    controller.reset()
    assert controller.act(np.zeros(4)) in {0, 1}
    with pytest.raises(ConfigError, match="episodes: must be >= 1, got 0"):
        validate(one, config, episodes=0)


def test_the_fitter_parent_gives_the_structure(config):
    plain, grown = founders(config)
    for _ in range(8):
        grown.mutate(config.genome_config)
    for fitter, other in ((plain, grown), (grown, plain)):
        fitter.fitness, other.fitness = 2.0, 1.0
        child = GliaGenome(30)
        child.configure_crossover(plain, grown, config.genome_config)
        assert child.genome.counts == fitter.genome.counts
        assert (child.key, child.genome.key, child.fitness) == (30, 30, None)


def test_under_a_criterion_of_min_the_lower_fitness_is_the_better_one(config):
    """neat-python 2.1 hands its criterion over: see "What's New in 2.1" of its README."""
    plain, grown = founders(config)
    for _ in range(8):
        grown.mutate(config.genome_config)
    for better, other in ((plain, grown), (grown, plain)):
        better.fitness, other.fitness = 1.0, 2.0
        child = GliaGenome(30)
        child.configure_crossover(plain, grown, config.genome_config, "min")
        assert child.genome.counts == better.genome.counts
        child.configure_crossover(plain, grown, config.genome_config, "max")
        assert child.genome.counts == other.genome.counts


def test_arguments_of_later_versions_of_neat_python_are_taken(config):
    one, other = founders(config)
    one.fitness, other.fitness = 2.0, 1.0
    settings, child = config.genome_config, GliaGenome(31)
    child.configure_crossover(one, other, settings, fitness_criterion="max", rule="canonical")
    child.mutate(settings, generation=3)
    assert child.distance(one, settings, cache=None) > 0.0
    child.configure_new(settings, founders=None)
    check_genome(child.genome)


class Reproduction21(neat.DefaultReproduction):
    """Calls genomes as DefaultReproduction of neat-python 2.1.0 does.

    It hands ``config.fitness_criterion`` to `configure_crossover` as the fourth argument: so its
    documentation and genomes that were written for it tell, for the package registry does not have
    that version.
    """

    def reproduce(self, config, species, pop_size, generation):
        criterion, made = config.fitness_criterion, config.genome_type

        class Called(made):
            def configure_crossover(self, genome1, genome2, genome_config):
                super().configure_crossover(genome1, genome2, genome_config, criterion)

        config.genome_type = Called
        try:
            return super().reproduce(config, species, pop_size, generation)
        finally:
            config.genome_type = made


def test_it_evolves_under_the_calls_of_neat_python_2_1(tmp_path):
    path = tmp_path / "glia.ini"
    path.write_text(INI.format(extra="").replace("DefaultReproduction", "Reproduction21"))
    kinds = (neat.DefaultSpeciesSet, neat.DefaultStagnation)
    config = neat.Config(GliaGenome, Reproduction21, *kinds, str(path))
    population = neat.Population(config, seed=1)
    winner = population.run(evaluate, 3)
    assert winner.fitness == winner.evaluation.mean_return > 0.0


def test_returns_are_not_minimised(config):
    (one,) = founders(config, 1)
    config.fitness_criterion = "min"
    try:
        with pytest.raises(ConfigError, match="fitness_criterion: must be 'max' or 'mean'"):
            evaluate([(one.key, one)], config)
    finally:
        config.fitness_criterion = "max"
    assert one.fitness is None


def test_a_child_of_one_parent_is_its_clone(config):
    (one,) = founders(config, 1)
    one.fitness = 1.0
    child = GliaGenome(31)
    child.configure_crossover(one, one, config.genome_config)
    assert child.genome.same_genes(one.genome)


def test_distance_and_size_are_ours(config):
    one, other = founders(config)
    coefficients = config.genome_config.experiment.species.distance
    assert coefficients.weight == 0.7
    varying = config.genome_config.varying
    expected = compatibility_distance(one.genome, other.genome, coefficients, varying)
    assert one.distance(other, config.genome_config) == expected > 0.0
    assert one.distance(one, config.genome_config) == 0.0
    assert one.size() == (2, len(one.genome.synapses))
    assert "regions" in str(one)


def test_genomes_out_of_order_are_refused(config):
    with pytest.raises(ProtocolError, match="genome 3: has no genes"):
        GliaGenome(3).genome  # noqa: B018 - to see it raise
    one, other = founders(config)
    with pytest.raises(ProtocolError, match="genome 1: has no fitness"):
        GliaGenome(4).configure_crossover(one, other, config.genome_config)


def test_an_experiment_file_is_what_the_keys_change(tmp_path):
    toml = tmp_path / "base.toml"
    toml.write_text('[genome]\nadd_synapse = 0.9\n[neuron]\nmodel = "izhikevich"\n')
    config = configured(tmp_path, f"experiment = {toml}\ngenome.dale = True")
    experiment = config.genome_config.experiment
    assert (experiment.neuron.model, experiment.genome.add_synapse) == ("izhikevich", 0.9)
    assert experiment.genome.dale
    assert config.genome_config.num_inputs == 8
    assert config.genome_config.num_outputs == 2


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("genome.add_sinapse = 0.1", r"\[GliaGenome\] unknown key 'add_sinapse'.*add_synapse"),
        ("genome.add_region = 2", r"\[GliaGenome\] genome.add_region: must be"),
        ("evolution.population = 20", "evolution.population: must be left to neat-python"),
        ("species.threshold = 2", "species.threshold: must be left to neat-python"),
        ("evaluation.resample = generation", "evaluation.resample: must be 'never'"),
        ("experiment = none.toml", "none.toml: cannot be read"),
        ("num_inputs = 4", "unknown key 'num_inputs'"),
    ],
)
def test_bad_settings_are_refused(tmp_path, extra, message):
    with pytest.raises(ConfigError, match=message):
        configured(tmp_path, extra)
