"""The formats that a genome can be written in.

An exporter is a file of this package that holds an `Exporter`; `EXPORTERS` lists them.
"""

from glianeat.compat.dot_exporter import DOT
from glianeat.compat.exporter import Exporter
from glianeat.compat.graph_exporter import GEXF, GRAPHML
from glianeat.compat.json_exporter import JSON
from glianeat.compat.neat_exporter import NEAT_PYTHON
from glianeat.compat.nest_exporter import NEST
from glianeat.compat.nir_exporter import NIR
from glianeat.compat.standalone.c_agent import C
from glianeat.compat.standalone.python_agent import PYTHON
from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError

EXPORTERS: tuple[Exporter, ...] = (
    JSON,
    NEAT_PYTHON,
    PYTHON,
    C,
    GRAPHML,
    GEXF,
    DOT,
    NIR,
    NEST,
)


def find_exporter(suffix: str, name: str | None = None) -> Exporter:
    """Return the exporter of a name, or else the first whose files end so.

    Raises
    ------
    ConfigError
        If there is none, or its files end otherwise.
    """
    endings = sorted({exporter.suffix for exporter in EXPORTERS})
    known = {exporter.name: exporter for exporter in EXPORTERS}
    if name is None:
        for exporter in EXPORTERS:
            if exporter.suffix == suffix:
                return exporter
        raise ConfigError(f"must end in {_one_of(endings)}, got {suffix or 'no ending'}")
    if name not in known:
        raise ConfigError(
            f"format: must be one of {', '.join(map(repr, known))}, "
            f"got {shown(name)}{suggestion(name, known)}"
        )
    if known[name].suffix != suffix:
        ending = known[name].suffix
        raise ConfigError(f"must end in {ending} for {name}, got {suffix or 'no ending'}")
    return known[name]


def _one_of(endings: list[str]) -> str:
    return f"{', '.join(endings[:-1])} or {endings[-1]}"
