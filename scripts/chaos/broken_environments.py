"""Environments broken in the ways that people break them, and what `run` and `doctor` say of each.

The messages are to be read: is each alone enough to mend what is wrong?

    python scripts/chaos/broken_environments.py
    python scripts/chaos/broken_environments.py --only OldStep
"""

# ruff: noqa: ARG002 - environments take and return anything

import contextlib
import io
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

from glianeat.cli.main import main as glianeat

Returned = tuple[Any, ...]


class Sound(gymnasium.Env[Any, Any]):
    """Nothing is wrong with it."""

    observation_space = Box(-1.0, 1.0, (2,), np.float32)
    action_space = Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Begin an episode."""
        super().reset(seed=seed, options=options)
        self.steps = 0
        return self.shown(), {}

    def step(self, action: Any) -> Any:
        """Advance by one step."""
        self.steps += 1
        return self.shown(), self.reward(action), self.steps >= 20, False, {}

    def shown(self) -> Any:
        """Return what is observed."""
        return self.np_random.uniform(-1.0, 1.0, 2).astype(np.float32)

    def reward(self, action: Any) -> Any:
        """Return what a step earns."""
        return float(action)


class OldStep(Sound):
    """Step returns four values."""

    def step(self, action: Any) -> Any:
        """Advance by one step."""
        shown, reward, over, _, info = super().step(action)
        return shown, reward, over, info


class OldReset(Sound):
    """Reset returns the observation alone."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Begin an episode."""
        return super().reset(seed=seed, options=options)[0]


class NoSeed(Sound):
    """Reset takes no seed."""

    def reset(self) -> Any:  # type: ignore[override]
        """Begin an episode."""
        return super().reset()


class TextReward(Sound):
    """Rewards are text."""

    def reward(self, action: Any) -> Any:
        """Return what a step earns."""
        return str(float(action))


class NoReward(Sound):
    """A branch forgets to return the reward."""

    def reward(self, action: Any) -> Any:
        """Return what a step earns."""
        return 1.0 if self.steps < 5 else None


class Rewards(Sound):
    """Rewards are several, which nobody has announced."""

    def reward(self, action: Any) -> Any:
        """Return what a step earns."""
        return np.array([1.0, float(action)])


class NotFinite(Sound):
    """A division by zero spoils the observation."""

    def shown(self) -> Any:
        """Return what is observed."""
        with np.errstate(all="ignore"):
            return super().shown() / np.float32(self.steps % 3)


class WrongShape(Sound):
    """It shows three numbers, and declares two."""

    def shown(self) -> Any:
        """Return what is observed."""
        return np.zeros(3, np.float32)


class Raises(Sound):
    """A bug in step, some calls deep."""

    def reward(self, action: Any) -> Any:
        """Return what a step earns."""
        table = {"left": 1.0}
        return table["left" if action == 0 else "rihgt"]


class NeverDone(Sound):
    """The flags are swapped with the info."""

    def step(self, action: Any) -> Any:
        """Advance by one step."""
        shown, reward, over, cut, info = super().step(action)
        return shown, reward, over, {"steps": self.steps} | info, cut


class Exits(Sound):
    """It ends the process in its third step."""

    def reward(self, action: Any) -> Any:
        """Return what a step earns."""
        if self.steps == 3:
            sys.exit("licence expired")
        return 1.0


class ExitsOnClose(Sound):
    """It ends the process when it is closed."""

    def close(self) -> None:
        """Close the environment."""
        sys.exit(4)


class NeedsArgument(Sound):
    """It cannot be made without an argument."""

    def __init__(self, level: int) -> None:
        self.level = level


class Hangs(Sound):
    """A step never returns."""

    def reward(self, action: Any) -> Any:
        """Return what a step earns."""
        while self.steps == 2:
            time.sleep(0.1)
        return 1.0


KINDS: tuple[type[Sound], ...] = (
    *(OldStep, OldReset, NoSeed, TextReward, NoReward, Rewards, NotFinite, WrongShape, Raises),
    *(NeverDone, Exits, ExitsOnClose, NeedsArgument, Hangs),
)
MODULE = Path(__file__).stem
for kind in KINDS:
    if f"{kind.__name__}-v0" not in gymnasium.registry:  # this file is a script and a module
        gymnasium.register(f"{kind.__name__}-v0", entry_point=f"{MODULE}:{kind.__name__}")


def told(*arguments: str) -> tuple[object, str]:
    """Return the exit status of a command, and all that it says."""
    out, argv = io.StringIO(), sys.argv
    sys.argv = ["glianeat", *arguments]
    code: object = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            glianeat()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = argv
    return code, out.getvalue().strip()


def messages(task: str, folder: Path) -> dict[str, tuple[object, str]]:
    """Return what `run` and `doctor` say of a task."""
    small = ["--set", "evolution.population=4", "--set", "evaluation.timeout=2", "--workers", "0"]
    small += ["--generations", "1", "--quiet", "--runs", str(folder), "--name", "broken"]
    small += ["--set", "task.ranges=[[-1, 1], [-1, 1]]"]  # so that nothing is sampled before
    return {
        "run": told("run", task, *small),
        "doctor": told("doctor", task, "--timeout", "20"),
    }


@click.command()
@click.option("--only", help="The name of one environment.")
def main(only: str | None) -> None:
    """Print what is said of each environment; exit with 1 if one is called fit, or well."""
    bad = False
    for one in KINDS:
        if only not in {None, one.__name__}:
            continue
        click.echo(f"== {one.__name__}: {one.__doc__}")
        with tempfile.TemporaryDirectory() as name:
            for command, (code, text) in messages(
                f"{MODULE}:{one.__name__}-v0", Path(name)
            ).items():
                lines = [line for line in text.splitlines() if not line.startswith("ok ")]
                click.echo(f"-- {command} ({code})\n" + "\n".join(lines))
                bad |= code == 0
    sys.exit(int(bad))


if __name__ == "__main__":
    main()
