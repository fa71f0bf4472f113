"""``glianeat config``: show, check and explain configurations."""

import math
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from glianeat.cli.run import read_config
from glianeat.cli.terminal import say
from glianeat.text import counted


@click.group()
def config() -> None:
    """Show, check and explain configurations."""


@config.command("show")
@click.argument("task", default="CartPole-v1")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
def show_config(task: str, *, assignments: Sequence[str]) -> None:
    """Print the whole configuration of TASK, an id or a TOML file, as TOML."""
    values = msgspec.to_builtins(read_config(task, assignments))
    say("\n".join(to_toml(values)))


@config.command("check")
@click.argument("task")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting.")
def check_config(task: str, *, assignments: Sequence[str]) -> None:
    """Check the configuration of TASK, an id or a TOML file, against the task itself."""
    config = read_config(task, assignments)
    experiment = config.resolve()
    observations = counted(experiment.description.n_observations, "observation")
    say(
        f"{task}: fine; {config.task.id} with {observations}, "
        f"{counted(experiment.n_inputs, 'input')}, {counted(experiment.n_outputs, 'output')} "
        f"({experiment.codec.readout}), {experiment.codec.hold} ms a step"
    )


@config.command("explain")
@click.argument("path", default="")
def explain_config(path: str) -> None:
    """Explain all settings, or those below PATH such as evolution or codec.hold."""
    from glianeat.config import explain, suggestion
    from glianeat.errors import ConfigError
    from glianeat.evolution.strategies.registry import StrategySections
    from glianeat.run.config import ExperimentConfig

    fields = list(explain(ExperimentConfig))
    fields.sort(key=lambda f: f.path.partition(".")[0] in StrategySections.__struct_fields__)
    chosen = [f for f in fields if not path or f.path == path or f.path.startswith(f"{path}.")]
    if not chosen:
        known = {f.path for f in fields} | {f.path.partition(".")[0] for f in fields}
        raise ConfigError(f"no setting {path!r}{suggestion(path, known)}")
    for field in chosen:
        default = "by default automatic" if field.default is None else toml_value(field.default)
        rule = f"  ({field.rule})" if field.rule else ""
        say(f"{field.path} = {default}{rule}\n    {field.text}")


def to_toml(values: dict[str, Any], path: str = "") -> list[str]:
    """Return nested settings as lines of TOML; unset ones are left out, as TOML has no null."""
    lines = [
        f"{_key(key)} = {toml_value(value)}"
        for key, value in values.items()
        if not isinstance(value, dict) and value is not None
    ]
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    if path and lines:
        lines = [f"\n[{path}]", *lines]
    for key, value in tables.items():
        lines += to_toml(value, f"{path}.{_key(key)}" if path else _key(key))
    return lines


def _key(key: str) -> str:
    plain = key and all(c.isascii() and (c.isalnum() or c in "_-") for c in key)
    return key if plain else msgspec.json.encode(key).decode()


def toml_value(value: object) -> str:
    """Return a number, string, truth value or list of them in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, dict):
        return "{}"
    return msgspec.json.encode(value).decode()
