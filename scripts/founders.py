"""How founders' actions spread on many tasks, with default settings: results are kept.

    python scripts/founders.py                      # Gymnasium's and ours
    python scripts/founders.py Hopper-v5 --module gymnasium
    python scripts/founders.py popgym-RepeatPreviousEasy-v0 --module popgym

Tasks of `glianeat_envs` are found by themselves. A task that cannot be made is left out, and said.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from glianeat.examination.checks import check_codec, check_spaces
from glianeat.examination.founders import founders_acts
from glianeat.examination.task_under_test import ExaminationConfig, TaskUnderTest
from glianeat.tasks.config import TaskConfig, WrapperConfig

RESULTS = Path(__file__).parent / "results" / "founders.jsonl"
_GYMNASIUM = (
    *("CartPole-v1", "Acrobot-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1"),
    *("LunarLander-v3", "LunarLanderContinuous-v3", "BipedalWalker-v3"),
    *("HalfCheetah-v5", "Hopper-v5", "Walker2d-v5", "Swimmer-v5", "Ant-v5", "Reacher-v5"),
    *("InvertedPendulum-v5", "InvertedDoublePendulum-v5", "Humanoid-v5", "Pusher-v5"),
    *("FrozenLake-v1", "Taxi-v4", "Blackjack-v1", "CliffWalking-v1"),
)
_OURS = tuple(
    f"glianeat/{name}-v0"
    for name in (
        *("Bursts", "ContextBandit", "CueDelay", "DelayedMatch", "DoublePole", "FaultTrack"),
        *("Forage", "Futility", "MultiTask", "PlankEasy", "RateDemand", "Reach", "Recall"),
        *("Sequence", "TMaze", "TemporalXor", "TwoDemands", "Xor"),
    )
)
_POPGYM = tuple(
    f"popgym-{name}-v0"
    for name in (
        *("RepeatPreviousEasy", "RepeatPreviousMedium", "PositionOnlyCartPoleEasy"),
        *("PositionOnlyPendulumEasy", "CountRecallEasy", "BattleshipEasy", "ConcentrationEasy"),
    )
)
_MINIGRID = ("MiniGrid-Empty-5x5-v0", "MiniGrid-MemoryS7-v0", "MiniGrid-DoorKey-5x5-v0")
TASKS = (*_GYMNASIUM, *_OURS, *_POPGYM, *_MINIGRID)
_MODULES = {"glianeat/": "glianeat_envs", "popgym-": "popgym", "MiniGrid-": "minigrid"}
_WITHOUT_TEXT = WrapperConfig(
    entry="gymnasium.wrappers:FilterObservation", kwargs={"filter_keys": ["direction", "image"]}
)


def examined(task: str, module: str | None, founders: int, steps: int) -> dict[str, Any]:
    """Return what founders did on a task, as a row of the results."""
    known = next((name for start, name in _MODULES.items() if task.startswith(start)), module)
    config = ExaminationConfig(
        task=TaskConfig(
            id=task,
            imports=(known,) if known else (),
            wrappers=(_WITHOUT_TEXT,) if task.startswith("MiniGrid-") else (),
        )
    )
    under_test = TaskUnderTest(config)
    found = [*check_spaces(under_test), *check_codec(under_test)]
    acts = founders_acts(under_test, founders, steps)
    codec = under_test.codec
    assert codec is not None
    gains = {"box_gain": codec.box_gain, "input_gain": codec.input_gain}
    inputs = found[-1].values["channels"]
    return {"task": task, "inputs": inputs, **gains, **acts._asdict()}


@click.command()
@click.argument("tasks", nargs=-1)
@click.option("--module", help="Module that registers the tasks.")
@click.option("--founders", default=100, show_default=True)
@click.option("--steps", default=100, show_default=True, help="Steps of each founder.")
@click.option("--keep/--no-keep", default=True, help="Whether to write the results down.")
def main(
    *, tasks: Sequence[str], module: str | None, founders: int, steps: int, keep: bool
) -> None:
    """Let founders act on TASKS, by default on many."""
    rows = []
    for task in tasks or TASKS:
        began = time.perf_counter()
        try:
            row = examined(task, module, founders, steps)
        except Exception as error:  # noqa: BLE001 - a task may not be installed, or fail
            click.echo(f"{task}: left out: {str(error)[:100]}")
            continue
        rows.append(json.dumps(row))
        alike, saturated = row["alike"], row["saturated"]
        said = f"{saturated:.1%} saturated" if alike is None else f"commonest choice {alike:.1%}"
        click.echo(f"{task}: {said} ({time.perf_counter() - began:.1f} s)")
        if keep and not tasks:
            RESULTS.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
