"""Damage that an agent suffers in an episode: what dies, how much of it, and when.

It is written ``sensors=0.6@4s``: at 4 s of every episode, 60 % of the sensors die. Which ones is
drawn from the episode's seed, such that those that die at a lower share die at a higher one, too.
"""

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, get_args

import msgspec

from glianeat.config import shown, suggestion
from glianeat.errors import ConfigError

DamageKind = Literal["sensors", "synapses", "neurons", "astrocytes", "region"]
KINDS: tuple[DamageKind, ...] = get_args(DamageKind)
"""What may die; the place is part of what is drawn, so that new kinds come last."""
NONE = "none"
"""What is written for no damage."""
MOST = 100  # characters of a text
USUAL_SHARES = (0.2, 0.4, 0.6, 0.8)
FORM = (
    "KIND=SHARE@TIME, such as sensors=0.6@4s, with the kind sensors, synapses, neurons or "
    "astrocytes, or region=NAME:SHARE@TIME"
)
_REGIONS = ("sensory", "motor", "association")
_REGION = re.compile(r"sensory|motor|association(?: [1-9][0-9]*)?|[0-9]+", re.ASCII)
_TIME = re.compile(r"(?P<number>[0-9.]+(?:e[+-]?[0-9]+)?)(?P<unit>ms|s|)")
_MILLISECONDS = {"s": 1000.0, "": 1000.0, "ms": 1.0}


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """Something that dies in an episode, for the rest of it.

    Parameters
    ----------
    kind : str
        ``sensors``: what is observed as one number, with all receptors that see it, or one choice
        of a discrete observation; they transmit nothing any more. ``synapses``. ``neurons``: hidden
        ones and outputs, which fall silent. ``astrocytes``: each with the equal ones that it stands
        for. ``region``: neurons, receptors and astrocytes of one region.
    shares : tuple of float
        Share of them that dies, 0 to 1, rounded to whole ones; of several shares every episode
        draws one.
    at : float
        When they die, in simulated time since the episode began [ms]; in the first step from then.
    region : str
        Name or index of the region, if the kind is ``region``.
    """

    kind: DamageKind
    shares: tuple[float, ...] = (1.0,)
    at: float = 0.0
    region: str = ""

    @property
    def text(self) -> str:
        """The damage as it is written."""
        shares = ",".join(f"{share:.12g}" for share in self.shares)
        place = f"{self.region}:" if self.region else ""
        return f"{self.kind}={place}{shares}@{self.at / 1000.0:.12g}s"

    def with_share(self, share: float) -> "Damage":
        """Return the same damage of a single share."""
        return msgspec.structs.replace(self, shares=(share,))

    def step(self, hold: int) -> int:
        """Return the number of the step before which it strikes, if a step takes `hold` ms."""
        return math.ceil(self.at / hold)


@cache
def parse_damage(text: str) -> Damage:
    """Return the damage that a text describes.

    Parameters
    ----------
    text : str
        ``KIND=SHARE@TIME``: shares from 0 to 1, several with commas between them, by default
        `USUAL_SHARES`; a time in s or ms, by default 0. ``region=NAME:SHARE@TIME``, by default all
        of it.

    Raises
    ------
    ConfigError
        If it is written in another way, or a share or time is out of range.

    Examples
    --------
    >>> parse_damage("sensors=0.6@4s").at
    4000.0
    >>> parse_damage("region=motor@500ms").shares
    (1.0,)
    """
    what, at, time = (part.strip() for part in text.partition("@"))
    kind, sign, what = (part.strip() for part in what.partition("="))
    if bool(sign) != bool(what) or (kind == "region" and not what) or len(text) > MOST:
        raise ConfigError(f"damage: must be {FORM}, got {shown(text)}")
    if kind not in KINDS:
        raise ConfigError(
            f"damage: must be of {', '.join(KINDS[:-1])} or a {KINDS[-1]}, "
            f"got {shown(kind)}{suggestion(kind, KINDS)}"
        )
    region, _, shares = what.partition(":") if kind == "region" else ("", "", what)
    region = region.strip()
    if kind == "region" and not _REGION.fullmatch(region):
        raise ConfigError(
            "damage: a region must be sensory, motor, association, one such as association 2, or "
            f"an index, got {shown(region)}{suggestion(region, _REGIONS)}"
        )
    usual = (1.0,) if region else USUAL_SHARES
    return Damage(
        kind=kind,
        shares=tuple(_share(one, text) for one in shares.split(",")) if shares else usual,
        at=_time(time, text) if at else 0.0,
        region=region,
    )


def damages(given: "str | Damage | Sequence[str | Damage]") -> tuple[str, ...]:
    """Return any number of damages, given as texts or values, as texts; none is no damage.

    Raises
    ------
    ConfigError
        If a text describes none.
    """
    several = (given,) if isinstance(given, str | Damage) else given
    texts = (one.text if isinstance(one, Damage) else parse_damage(one).text for one in several)
    return tuple(texts)


def _share(text: str, whole: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0.0 <= share <= 1.0:
        raise ConfigError(f"damage: a share must be >= 0 and <= 1, got {shown(whole)}")
    return share


def _time(text: str, whole: str) -> float:
    found = _TIME.fullmatch(text)
    try:
        number = float(found["number"]) if found else math.nan
    except ValueError:
        number = math.nan
    time = number * _MILLISECONDS[found["unit"]] if found else math.nan
    if not math.isfinite(time):
        raise ConfigError(f"damage: a time must be >= 0 s or ms, such as 4s, got {shown(whole)}")
    return time
