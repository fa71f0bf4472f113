"""What is to be found out about a task before anything evolves on it.

Each check makes environments of its own and yields findings. Some environments end the process
they are in, or never return; so all of this belongs into a process of its own, see
`glianeat.examination.separate_process`.
"""

import warnings
from collections.abc import Callable
from dataclasses import replace

from glianeat.codec.codec import n_channels, n_outputs, resolve_codec
from glianeat.errors import ConfigError, EvaluationError, SimulationError
from glianeat.evaluate.episodes import CompiledPlayer
from glianeat.examination.determinism import check_determinism
from glianeat.examination.founders import check_founders
from glianeat.examination.random_policy import check_under_random_actions
from glianeat.examination.report import Finding
from glianeat.examination.speed import check_speed
from glianeat.examination.task_under_test import ExaminationConfig, Findings, TaskUnderTest
from glianeat.tasks.blame import described, exited, misfitting
from glianeat.tasks.catalogue import short
from glianeat.tasks.compiled import find_compiled
from glianeat.tasks.compiled.dynamics import CompiledDynamics
from glianeat.tasks.task import describe_task
from glianeat.text import counted, safe

_SHOWN = 3  # findings of Gymnasium's own checks
_SCALED_BY = {
    "linear": "bounds",
    "tanh": "typical ranges",
    "asinh": "statistics of random actions",
    "none": "nothing, as choices are",
}


def check_spaces(task_under_test: TaskUnderTest) -> Findings:
    """Describe what the task shows and takes."""
    environment = task_under_test.environment()
    spaces = (
        f"shows {short(environment.observation_space)}, takes {short(environment.action_space)}"
    )
    environment.close()
    task_under_test.spec = spec = describe_task(task_under_test.config.task)
    values = {
        "observed": {part.name: part.n_numbers for part in spec.observed},
        "acted": {part.name: part.n_numbers for part in spec.acted},
        "max_steps": spec.max_steps,
        "solved": spec.solved_return,
    }
    parts = f"; {len(spec.observed)} parts" if len(spec.observed) > 1 else ""
    solved = "" if spec.solved_return is None else f"; solved at {spec.solved_return:g}"
    yield Finding("spaces", "ok", f"{spaces}{parts}{solved}", values)


def check_codec(task_under_test: TaskUnderTest) -> Findings:
    """Choose the codec; say what it is."""
    spec, config = task_under_test.known(), task_under_test.config
    configured, neuron = config.codec, config.simulation.neuron
    codec = resolve_codec(configured, config.task, spec, neuron, config.genome)
    task_under_test.codec = codec
    encoders = ", ".join(f"{n} {e}" if n else e for n, e in list(codec.encoders.items())[:8])
    squash = codec.scaling.squash
    used = [name for name in _SCALED_BY if name in squash]
    source = " and ".join(_SCALED_BY[name] for name in used if name != "none") or _SCALED_BY["none"]
    if spec.ranges is not None:
        source = _SCALED_BY["tanh"]
    if configured.scaling is not None:
        source = "the configuration"
    curves = "/".join(name for name in used if name != "none")
    values = {
        "encoders": codec.encoders,
        "channels": n_channels(codec, spec),
        "outputs": n_outputs(codec, spec),
        "readout": codec.readout,
        "hold": codec.hold,
        "scaling": source,
        "squash": used,
    }
    yield Finding(
        "codec",
        "ok",
        f"{encoders}: {counted(n_channels(codec, spec), 'input')}, "
        f"{counted(n_outputs(codec, spec), 'output')} "
        f"({codec.readout}), {codec.hold} ms a step; scaled by {source}"
        + (f" ({curves})" if curves else ""),
        values,
    )


def check_compiled(task_under_test: TaskUnderTest) -> Findings:
    """Say whether episodes run in compiled code, and if not, why."""
    spec, task = task_under_test.known(), task_under_test.config.task
    if spec.compiled is not None:
        yield _compiled(task_under_test, spec.compiled)
        return
    environment = task_under_test.environment()
    if task.compiled == "off":
        reason = "task.compiled is 'off'"
    elif spec.rewards:
        reason = "it gives several rewards at once"
    elif find_compiled(environment.unwrapped) is not None:
        reason = "a wrapper may change what it shows, takes or gives"
    else:
        reason = "no compiled task is known for its class and settings"
    environment.close()
    yield Finding(
        "compiled", "ok", f"not compiled: {reason}; it is stepped in Python", {"compiled": False}
    )


def _compiled(task_under_test: TaskUnderTest, compiled: CompiledDynamics) -> Finding:
    try:
        CompiledPlayer(compiled)
    except TypeError as error:
        task_under_test.spec = replace(task_under_test.known(), compiled=None)
        text = f"cannot be compiled: {error}; mend it, or do without: task.compiled = 'off'"
        return Finding("compiled", "refused", text, {"compiled": False})
    return Finding("compiled", "ok", "compiled", {"compiled": True})


def check_with_gymnasium(task_under_test: TaskUnderTest) -> Findings:
    """Pass on what Gymnasium's own checks say."""
    from gymnasium.utils.env_checker import check_env

    environment = task_under_test.environment()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            check_env(environment.unwrapped, skip_render_check=True)
        except Exception as error:  # noqa: BLE001 - an environment may raise anything
            warnings.warn(described(error), stacklevel=1)
    said = [_plain(str(warning.message)) for warning in caught]
    said = list(dict.fromkeys(said))
    if not said:
        yield Finding("check_env", "ok", "Gymnasium finds nothing", {"found": []})
        return
    more = f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    shown = "; ".join(text[:160].rstrip(". ") for text in said[:_SHOWN])
    yield Finding("check_env", "warning", f"Gymnasium finds: {shown}{more}", {"found": said})


def _plain(text: str) -> str:
    """Return a message of Gymnasium's without its colour and its first word."""
    text = text.replace("\x1b[33m", "").replace("\x1b[0m", "").removeprefix("WARN: ")
    return safe(text)


Check = Callable[[TaskUnderTest], Findings]


CHECKS: dict[str, Check] = {
    "spaces": check_spaces,
    "codec": check_codec,
    "compiled": check_compiled,
    "check_env": check_with_gymnasium,
    "determinism": check_determinism,
    "random actions": check_under_random_actions,
    "founders": check_founders,
    "speed": check_speed,
}


def examine_here(config: ExaminationConfig, tell: Callable[[str | Finding], None]) -> None:
    """Carry out every check in this process.

    Parameters
    ----------
    config : ExaminationConfig
        The task, and how agents meet it.
    tell : callable
        Is told the name of each check before it begins, and each finding as soon as it is made.
    """
    task_under_test = TaskUnderTest(config)
    for name, check in CHECKS.items():
        if name != "spaces" and task_under_test.spec is None:
            return
        tell(name)
        try:
            for finding in check(task_under_test):
                tell(finding)
        except (ConfigError, EvaluationError, SimulationError) as error:
            tell(_refusal(name, misfitting(error, task_under_test.latest)))
        except SystemExit as error:
            tell(_refusal(name, exited(error)))
        except Exception as error:  # noqa: BLE001 - an environment may raise anything
            tell(_refusal(name, described(error)))


def _refusal(check: str, text: str) -> Finding:
    return Finding(check, "refused", " ".join(text.split()))
