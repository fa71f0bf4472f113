"""The experiment on the glia-to-neuron ratio: its settings, its fit, its figure."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from glianeat.genome.schema import HIDDEN, NEURONS, REGIONS, SYNAPSES
from glianeat.run.config import experiment_from

SCRIPT = Path(__file__).parent.parent / "scripts" / "experiments" / "ratio_law.py"


def load():
    spec = importlib.util.spec_from_file_location("ratio_law", SCRIPT)
    module = sys.modules["ratio_law"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


law = load()


def row(arm, seed, factor=1.0, slope=1.0):
    predicted = arm.rate / 40.0
    result = {"return": 0.97, "power": 9.0, "demand": arm.rate, "predicted": predicted}
    ratios = {"ratio": factor * predicted**slope, "sensory": 0.0}
    return {"arm": arm.name, "rate": arm.rate, "seed": seed, "budget": 1} | result | ratios


def test_only_ratios_weights_biases_and_receptors_vary():
    config = experiment_from({"task": {"id": "glianeat/RateDemand-v0"}}, list(law.SETTINGS))
    resolved = config.resolve()
    varying = {
        f"{family.name}.{trait.name}"
        for family in (REGIONS, NEURONS, SYNAPSES)
        for trait in family.traits
        if config.genome.traits.get(family.name, {})
        .get(trait.name, {})
        .get("mutate_rate", trait.mutate_rate)
        and trait.name in resolved.traits_read[family.name]
        and trait.roles != HIDDEN  # of which there are none
    }
    receptors = {"neurons.receptor_gain", "neurons.tau_phasic"}  # the latter of no effect
    assert varying - receptors == {"regions.log2_ratio", "neurons.bias", "synapses.weight"}
    operators = [name for name in law.FIXED.split() if getattr(config.genome, name) != 0]
    assert operators == []
    assert (resolved.codec.readout, resolved.codec.hold) == ("first_spike", 5)


def test_a_run_is_measured(tmp_path):
    found = law.run_one(law.LAW[2], seed=0, budget=20)
    assert found["budget"] == 20
    assert 0.0 <= found.get("best", found.get("return")) <= 1.0


@pytest.mark.parametrize("slope", [0.5, 1.0, 1.3])
def test_the_fit_is_that_of_least_squares(slope):
    rng = np.random.default_rng(1)
    x = rng.uniform(-3.0, 2.0, 40)
    y = slope * x + 0.4 + rng.normal(0.0, 0.2, 40)
    line = law.fit((2.0**x).tolist(), (2.0**y).tolist())
    (wanted, intercept), covariance = np.polyfit(x, y, 1, cov=True)
    assert line.slope == pytest.approx(wanted)
    assert line.intercept == pytest.approx(intercept)
    assert line.error == pytest.approx(covariance[0, 0] ** 0.5)
    assert line.correlation == pytest.approx(np.corrcoef(x, y)[0, 1])


@pytest.mark.parametrize("demands", [[], [1.0, 2.0], [3.0, 3.0, 3.0]])
def test_too_few_points_have_no_fit(demands):
    assert law.fit(demands, demands) is None


def test_the_table_and_the_figure_are_made_of_what_is_there(tmp_path):
    rows = [row(arm, seed, factor=1.1) for arm in (*law.LAW, *law.CONTROLS) for seed in range(2)]
    rows.append({"arm": "law", "rate": 5.0, "seed": 9, "budget": 1, "best": 0.4})
    kept = tmp_path / "law.jsonl"
    kept.write_text("".join(json.dumps(one) + "\n" for one in rows))
    done = CliRunner().invoke(law.main, ["--table", "--output", str(kept)])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "law.txt").read_text()
    assert "demand measured: 1.000 ± 0.000 (SE), r = 1.000, n = 10" in text
    assert "geometric mean: 1.100" in text
    assert "2 of 3" in text  # seeds at 5 Hz that did as demanded
    assert (tmp_path / "law.png").stat().st_size > 10_000


def test_nothing_is_said_of_nothing(tmp_path):
    done = CliRunner().invoke(law.main, ["--table", "--output", str(tmp_path / "law.jsonl")])
    assert done.exit_code == 0, done.output
    assert "slope" not in done.output
