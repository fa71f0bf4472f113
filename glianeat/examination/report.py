"""What an examination reports."""

from typing import Any, Literal

import msgspec

Level = Literal["ok", "warning", "refused"]


class Finding(msgspec.Struct, frozen=True):
    """What was found about a task."""

    check: str
    """What was looked at."""
    level: Level
    """Fine, fine but worth knowing, or not fit for evolution."""
    text: str
    """What was found."""
    values: dict[str, Any] = {}  # msgspec copies it
    """The same in numbers."""
