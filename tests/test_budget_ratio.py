"""The experiment on ratios under one budget: its demands, its fit, its table."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from glianeat.run.config import experiment_from

SCRIPT = Path(__file__).parent.parent / "scripts" / "experiments" / "budget_ratio.py"


def load():
    spec = importlib.util.spec_from_file_location("budget_ratio", SCRIPT)
    module = sys.modules["budget_ratio"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ratios = load()


def row(arm, ratio, seed, slope=1.0):
    demand, glia = [300.0 * ratio, 300.0], [round(1000.0 * ratio**slope), 1000]
    return {"arm": arm, "set": ratio, "seed": seed, "evaluations": 1, "return": 0.75} | {
        "demand": demand,
        "astrocytes": glia,
    }


@pytest.mark.parametrize("ratio", ratios.RATIOS)
def test_the_demanded_rates_cost_what_is_meant(ratio):
    first, second = (2.87 + 0.05 + rate for rate in ratios.rates_of(ratio))
    assert first / second == pytest.approx(ratio)
    assert first + second == pytest.approx(ratios.TOTAL)
    assert min(ratios.rates_of(ratio)) > 5.0


def test_astrocytes_cost_nothing_and_reward_alone_counts():
    config = experiment_from({"task": {"id": "glianeat/RateDemand-v0"}}, list(ratios.SETTINGS))
    assert config.selection.objectives == ("reward",)
    assert (config.energy.astrocyte, config.energy.build_astrocyte) == (0.0, 0.0)


def test_the_fit_finds_the_slope():
    line = ratios.fit([0.3, 1.0, 3.0, 3.0], [0.09, 1.0, 9.0, 9.0])
    assert (line.slope, line.error) == pytest.approx((2.0, 0.0), abs=1e-6)


def test_the_table_is_of_what_was_kept(tmp_path):
    kept = tmp_path / "kept.jsonl"
    rows = [row("shared", ratio, seed, 0.9) for ratio in ratios.RATIOS for seed in range(2)]
    kept.write_text("".join(json.dumps(one) + "\n" for one in rows))
    done = CliRunner().invoke(ratios.main, ["--table", "--output", str(kept)])
    assert done.exit_code == 0, done.output
    assert "shared      0.90 ± 0.00   r  1.00   n  10   return 0.750" in done.output


@pytest.mark.parametrize("arm", ratios.ARMS[:1])
def test_a_short_run_gives_a_row(arm):
    found = ratios.run_one(arm, 1.0, 0, 20)
    assert len(found["demand"]) == len(found["astrocytes"]) == 2
    assert min(found["demand"]) > 0.0
