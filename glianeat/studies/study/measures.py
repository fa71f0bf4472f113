"""What champions are compared by: one number of a test, with a direction."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from glianeat.studies.study.champion import Tested
from glianeat.typing import FloatArray


class TestMeasure(NamedTuple):
    """One number of a test."""

    field: str
    """Of `Tested`."""
    direction: int
    """1 if more is better, -1 if less is."""
    unit: str

    def of(self, tested: Tested) -> float | None:
        """Return the number; None if the champion failed."""
        value: float | None = getattr(tested, self.field)
        return value

    def turned(self, tested: Iterable[Tested]) -> FloatArray:
        """Return the numbers turned such that more is better; what failed is the worst."""
        told = (self.of(one) for one in tested)
        turned = [-np.inf if value is None else self.direction * value for value in told]
        return np.array(turned, dtype=np.float64)


MEASURES = {
    "return": TestMeasure("mean_return", 1, ""),
    "power": TestMeasure("power", -1, "EU/s"),
    "spikes": TestMeasure("spikes", -1, "spikes/s"),
    "output_spikes": TestMeasure("output_spikes", -1, "spikes/s"),
}
"""By the name that a study's file gives them."""
