import pytest

from glianeat.codec.codec import CodecConfig
from glianeat.evolution.settings import EvolutionConfig
from glianeat.genome.variation import GenomeConfig
from glianeat.run.config import ExperimentConfig
from glianeat.run.defaults import population_of
from glianeat.run.earlier import as_it_was
from glianeat.simulate.settings import NeuronConfig
from glianeat.tasks.config import TaskConfig
from glianeat.tasks.known import KNOWN_TASKS, UNKNOWN_TASK

RECALL = TaskConfig(id="glianeat/Recall-v0", kwargs={"back": 3})
LAKE = TaskConfig(id="FrozenLake-v1")
SMALL_LAKE = TaskConfig(id="FrozenLake-v1", kwargs={"desc": ["SF", "HG"]})


def delays(task="CartPole-v1", **settings):
    """Return what a new run's settings change of delays."""
    task = TaskConfig(id=task) if isinstance(task, str) else task
    resolved = ExperimentConfig(task=task, **settings).resolve().config
    return resolved.genome.traits.get("synapses", {}).get("delay", {})


def test_delays_may_reach_over_eight_steps_of_the_task():
    assert delays() == {"max_value": 180.0}
    assert delays(codec=CodecConfig(hold=5)) == {"max_value": 45.0}
    assert delays(codec=CodecConfig(hold=1000)) == {"max_value": 2000.0}


def test_delays_are_never_shorter_than_they_were():
    assert delays(codec=CodecConfig(hold=1)) == {"max_value": 20.0}


def test_founders_have_late_synapses_where_a_few_choices_are_all_that_is_observed():
    found = delays(SMALL_LAKE)
    assert (found["init_mean"], found["max_value"]) == (1.0, 180.0)
    assert found["init_stdev"] > 2 * 20.0
    assert found["replace_rate"] > 0.0


def test_founders_of_such_tasks_join_all_receptors_to_all_outputs():
    few, many = (ExperimentConfig(task=task).resolve().config for task in (SMALL_LAKE, LAKE))
    assert few.genome.connect_fully_below >= 16
    assert many.genome.connect_fully_below == GenomeConfig().connect_fully_below


def test_delays_begin_short_where_much_is_told_apart():
    assert delays(LAKE) == {"max_value": 180.0}


def test_a_task_says_how_many_steps_have_to_be_remembered():
    found = delays(RECALL)
    assert found["max_value"] == 4 * 20.0
    assert found["init_mean"] > 20.0


@pytest.mark.parametrize("model", ["graded", "risp"])
def test_delays_of_updates_stay_as_they_were(model):
    codec = CodecConfig(transmission="trains" if model == "risp" else "graded")
    assert delays(RECALL, neuron=NeuronConfig(model=model), codec=codec) == {}


def test_delays_stay_as_they_were_where_receptors_are_heard_at_once():
    assert delays(RECALL, codec=CodecConfig(receptor_delays=False)) == {}


def test_what_the_settings_say_stays():
    said = {"max_value": 40.0, "init_stdev": 3.0}
    genome = GenomeConfig(traits={"synapses": {"delay": said, "weight": {"init_stdev": 2.0}}})
    resolved = ExperimentConfig(task=SMALL_LAKE, genome=genome).resolve().config.genome.traits
    assert resolved["synapses"]["delay"].items() >= said.items()
    assert resolved["synapses"]["delay"]["mutate_power"] <= 39.0
    assert resolved["synapses"]["weight"] == {"init_stdev": 2.0}


def test_what_a_run_stores_is_not_chosen_anew():
    first = ExperimentConfig(task=SMALL_LAKE).resolve().config
    assert first.resolve(stored=True).config == first
    older = first.replace(genome=GenomeConfig())
    assert older.resolve(stored=True).config.genome == GenomeConfig()


def test_receptors_were_heard_at_once_in_runs_that_do_not_say():
    assert as_it_was({})["codec"]["receptor_delays"] is False
    assert as_it_was({"codec": {"receptor_delays": True}})["codec"]["receptor_delays"]


def test_what_counts_as_solved_is_known_of_tasks_that_do_not_say():
    easy = KNOWN_TASKS["popgym-RepeatPreviousEasy-v0"]
    assert population_of(EvolutionConfig(), easy).solved_return == 0.95
    assert population_of(EvolutionConfig(solved_return=0.5), easy).solved_return == 0.5
    assert population_of(EvolutionConfig(), UNKNOWN_TASK).solved_return is None
