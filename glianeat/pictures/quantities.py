"""What can be read of every individual of a run, and how axes are labelled with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from glianeat.analyse.activity import MEASURE_BY_NAME
from glianeat.config import shown, suggestion
from glianeat.errors import CheckpointError, ConfigError
from glianeat.evaluate.objectives import OBJECTIVES, REWARD
from glianeat.pictures.names import cut, plain

if TYPE_CHECKING:
    from glianeat.run.run import Run

_NAMES = {
    REWARD: "mean return",
    "return": "mean return",
    "energy": "power [EU/s]",
    "power": "power [EU/s]",
    "spikes": "spikes per second [Hz]",
}
_RATIO = "ratio "
_LONGEST = 40  # characters of a name
_UNITS = {one.name: one.unit for one in OBJECTIVES} | {
    name: one.unit for name, one in MEASURE_BY_NAME.items()
}


def axis_label(name: str) -> str:
    """Return what an axis says that shows a quantity, with its unit."""
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith(_RATIO):
        return f"glia-to-neuron ratio, {name.removeprefix(_RATIO)}"
    unit = _UNITS.get(name, "")
    told = cut(plain(name.replace("_", " ")), _LONGEST)
    return f"{told} [{unit}]" if unit not in {"", "1"} else told


def check_quantity(name: str, known: Sequence[str]) -> None:
    """Raise `ConfigError` if a run does not say a quantity of its individuals."""
    if name not in known:
        raise ConfigError(
            f"quantity: must be of {', '.join(known)}, got {shown(name)}{suggestion(name, known)}"
        )


def require_generations(run: "Run") -> None:
    """Raise `CheckpointError` if a run has no generation yet."""
    if not run.summaries:
        raise CheckpointError(f"run {run.folder}: has no generation yet; resume it")
