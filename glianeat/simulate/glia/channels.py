"""Glial channels: what astrocytes do to the network around them."""

from glianeat.compile.dispatch import each_that_is_on
from glianeat.simulate.access import number
from glianeat.simulate.glia.budget import BUDGET
from glianeat.simulate.glia.channel import Channel
from glianeat.simulate.glia.gain import GAIN
from glianeat.simulate.glia.glycogen import GLYCOGEN
from glianeat.simulate.glia.metabolic import METABOLIC
from glianeat.simulate.glia.slow_current import SLOW_CURRENT
from glianeat.simulate.glia.tonic_current import TONIC_CURRENT
from glianeat.simulate.glia.tonic_gain import TONIC_GAIN

CHANNELS: tuple[Channel, ...] = (
    GLYCOGEN,
    METABOLIC,
    BUDGET,
    GAIN,
    SLOW_CURRENT,
    TONIC_GAIN,
    TONIC_CURRENT,
)
"""All glial channels, in the order of their steps."""

run_channels = each_that_is_on([channel.step for channel in CHANNELS], number)
"""Take the step of every channel that is on; their switches follow each other in the head."""
