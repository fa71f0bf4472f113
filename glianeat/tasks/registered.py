"""Tasks that are registered in the program that drives, but not where it is evaluated."""

from glianeat.errors import ConfigError
from glianeat.tasks.config import TaskConfig

_REMEDY = "put it in a module that workers can import, and name that in task.imports"


def require_importable(config: TaskConfig) -> None:
    """Raise `ConfigError` if a task is part of the script that runs, which workers do not run."""
    import gymnasium

    spec = gymnasium.registry.get(config.id)
    if spec is not None and _module(spec.entry_point) == "__main__":
        raise ConfigError(
            f"task.id: {config.id} is registered in this script (__main__), but not on workers; "
            f"{_REMEDY}"
        )
    for wrapper in config.wrappers:
        if wrapper.entry.partition(":")[0] == "__main__":
            raise ConfigError(
                f"task.wrappers: {wrapper.entry} is in this script (__main__), but not on workers; "
                "put it in a module that workers can import"
            )


def explain_refusal(refusal: str, config: TaskConfig) -> str:
    """Return why workers cannot make a task, and how they could if this program can."""
    import gymnasium

    spec = gymnasium.registry.get(config.id)
    if spec is None or not refusal.startswith("task.id: no task"):
        return refusal
    module = _module(spec.entry_point)
    return (
        f"{config.id} is registered in this program, but not on workers; name the module that "
        f"registers it in task.imports (its environment is in {module})"
    )


def _module(entry: object) -> str:
    """Return the module of an entry point, which is ``module:Name`` or something callable."""
    if isinstance(entry, str):
        return entry.partition(":")[0]
    return str(getattr(entry, "__module__", ""))
