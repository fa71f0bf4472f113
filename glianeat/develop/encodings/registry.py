"""The encodings that there are."""

from glianeat.config import shown, suggestion
from glianeat.develop.encodings.direct import DIRECT
from glianeat.develop.encodings.encoding import Encoding
from glianeat.errors import ConfigError

ENCODINGS: tuple[Encoding, ...] = (DIRECT,)


def find_encoding(name: str) -> Encoding:
    """Return an encoding by its name; raise `ConfigError` if there is none."""
    known = {encoding.name: encoding for encoding in ENCODINGS}
    if name not in known:
        raise ConfigError(
            f"development.encoding: must be one of {', '.join(map(repr, known))}, "
            f"got {shown(name)}{suggestion(name, known)}"
        )
    return known[name]
