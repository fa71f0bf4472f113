import numpy as np
import pytest

import glianeat
from glianeat.energetics.cost import EnergyConfig
from glianeat.energetics.ledger import KINDS
from glianeat.run.predicted_ratios import GLIAL, net_supply, predicted_ratios
from tests.run.runs import SMALL


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = SMALL.replace(evolution=SMALL.evolution.replace(generations=2))
    with glianeat.evolve(config, runs=tmp_path_factory.mktemp("runs"), name="two") as found:
        yield found


def test_a_ratio_meets_the_demand_of_the_neurons(run):
    predicted, note = predicted_ratios(run)
    assert "demand per neuron" in note
    best = run.solution(run.summaries[-1].best_key)
    evaluation, energy = best.evaluation, run.config.energy
    power = evaluation.ledger.energy(energy) / evaluation.seconds
    neural = power[[kind not in GLIAL for kind in KINDS]].sum(axis=0)
    mass = best.network().mass
    assert set(predicted) >= {0, 1}
    for region in (0, 1):
        demand = neural[region] / mass[region]
        assert predicted[region][-1] == pytest.approx(demand / (41.0 - 0.86 - 15.0 / 1000.0))
        assert len(predicted[region]) == len(run.summaries)


def test_housekeeping_makes_an_astrocyte_supply_less():
    assert net_supply(EnergyConfig()) > net_supply(EnergyConfig(housekeeping=1.33))


@pytest.mark.parametrize(
    ("section", "changes", "reason"),
    [
        ("astrocyte", {"metabolic": False}, "pools stay full"),
        ("energy", {"gate": "none"}, "a low pool does nothing"),
        ("energy", {"supply": 0.5}, "takes more than it supplies"),
        ("selection", {"objectives": ("reward", "spikes")}, "energy is no objective"),
    ],
)
def test_nothing_is_predicted_where_nothing_presses_ratios_there(
    section, changes, reason, run, monkeypatch
):
    changed = getattr(run.config, section).replace(**changes)
    monkeypatch.setattr(run, "config", run.config.replace(**{section: changed}))
    predicted, note = predicted_ratios(run)
    assert predicted == {}
    assert reason in note


def test_regions_without_neurons_have_no_prediction(run):
    predicted, _ = predicted_ratios(run)
    evaluation = run.solution(run.summaries[0].best_key).evaluation
    for region, ratio in enumerate(evaluation.ratios):
        if ratio == 0.0:
            assert region not in predicted or np.isnan(predicted[region][0])
