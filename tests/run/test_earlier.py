"""What settings mean in runs that were stored before there was a key for them."""

import json

import pytest

from glianeat.run.config import ExperimentConfig, decode_experiment, encode_experiment
from glianeat.run.earlier import EARLIER, as_it_was


def stored_before(config=None):
    """Return what a run of before this key stored: no transmission, no sensing."""
    data = json.loads(encode_experiment(config or ExperimentConfig()))
    del data["astrocyte"]["transmission"], data["astrocyte"]["sensing"]
    return data


def read(data):
    return decode_experiment(json.dumps(data).encode(), "config")


def astrocyte_trait(config, name):
    return config.genome.traits["astrocytes"][name]


def test_a_run_without_transmission_acts_by_events():
    config = read(stored_before())
    assert (config.astrocyte.transmission, config.astrocyte.sensing) == ("events", "counted")


def test_genes_of_such_a_run_vary_as_they_did():
    config = read(stored_before())
    gain = {"init_stdev": 0.1, "mutate_rate": 0.1, "mutate_power": 0.1}
    assert astrocyte_trait(config, "gain") == gain
    assert astrocyte_trait(config, "tau_calcium")["max_value"] == 5000.0
    assert astrocyte_trait(config, "slow_current")["min_value"] == 0.0


def test_outputs_of_such_a_run_have_no_gain_of_their_own():
    data = stored_before()
    del data["codec"]["own_gains"]
    assert not read(data).codec.own_gains
    assert read(stored_before()).codec.own_gains


def test_what_a_run_says_itself_is_kept():
    config = ExperimentConfig()
    changes = {"astrocytes": {"gain": {"mutate_rate": 0.7}}, "neurons": {"bias": {"init_mean": 1}}}
    genome = config.genome.replace(traits=changes)
    found = read(stored_before(config.replace(genome=genome)))
    assert astrocyte_trait(found, "gain")["mutate_rate"] == 0.7
    assert astrocyte_trait(found, "gain")["mutate_power"] == 0.1
    assert found.genome.traits["neurons"] == {"bias": {"init_mean": 1.0}}


def test_a_run_of_today_means_what_it_says():
    config = ExperimentConfig()
    assert decode_experiment(encode_experiment(config), "config") == config
    assert config.astrocyte.transmission == "tonic"


def test_what_was_completed_once_stays_as_it_is():
    once = read(stored_before())
    assert decode_experiment(encode_experiment(once), "config") == once


@pytest.mark.parametrize("entry", EARLIER, ids=lambda entry: entry.missing)
def test_what_held_before_can_be_read(entry):
    read(dict(entry.held))
    assert as_it_was(entry.held) != {}
