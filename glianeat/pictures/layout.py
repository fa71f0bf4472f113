"""Where the parts of a network go in its drawing; all lengths in inches, y upwards.

Each region is a lane: sensory on the left, association between, motor on the right. Inputs and
outputs stand in columns in channel order. Hidden neurons keep their genetic positions, stretched
over the lane and pushed apart, so that what is near in the drawing is near in development: the
territories of astrocytes stay in one piece, and long synapses look long.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glianeat.develop.network import Network
from glianeat.genome.founders import MOTOR, SENSORY, region_name
from glianeat.genome.schema import ALL_ROLES, Role
from glianeat.typing import FloatArray, IntArray

HEADER = 0.66  # height of the text at the top of a lane
_MIN_LANE = 1.72  # width that the text needs
_MIN_BODY, _MAX_COLUMN = 2.3, 20.0
_PITCH, _RADIUS = 0.45, 0.125  # between the neurons of a column; of a neuron
_STACK = 3  # association regions above one another
_GAP = 0.16
_PUSHES = 120
_CHARACTER = 0.062  # width of a character of a name
_PUSHED_AT_MOST = 500  # neurons; more stay where their genes put them


@dataclass(frozen=True, eq=False)
class Lane:
    """The area of one region."""

    region: int
    name: str
    left: float
    bottom: float
    right: float
    top: float
    n_neurons: int
    n_astrocytes: int


@dataclass(frozen=True, eq=False)
class Territory:
    """All astrocytes that ensheath the same neurons."""

    astrocyte: int  # index of the first of them in `Glia`
    count: int
    neurons: IntArray  # sorted; empty if they ensheath nothing
    place: FloatArray  # (2,)


@dataclass(frozen=True, eq=False)
class Layout:
    """Places of everything that is drawn."""

    width: float
    height: float
    radius: float  # of a neuron
    lanes: list[Lane]
    place: FloatArray  # (N, 2)
    lane: IntArray  # (N,) index of each neuron's lane
    territories: list[Territory]


@dataclass(frozen=True, eq=False)
class _Scale:
    radius: float
    pitch: float
    body: float  # height of the lanes below their headers
    name_widths: tuple[float, float]  # of inputs and outputs

    @property
    def spacing(self) -> float:
        """Least distance of hidden neurons."""
        return 4.4 * self.radius

    def box_area(self, n_hidden: int) -> float:
        """Return the area that hidden neurons need."""
        return n_hidden * self.spacing**2 * 2.0

    def side(self, role: int) -> float:
        """Return the width of a column of inputs or outputs with names and astrocytes."""
        return self.name_widths[role] + 8.5 * self.radius


def lay_out(network: Network, names: Sequence[str]) -> Layout:
    """Return the places of everything that is drawn of `network`, deterministically.

    Regions without neurons are left out.

    Parameters
    ----------
    network : Network
        What is drawn.
    names : sequence of str, length N
        What stands beside each input and output.
    """
    stacks = _stacks(network)
    scale = _scale(network, stacks, names)
    between = 0.55 if len(stacks) > 2 else 1.9
    lanes: list[Lane] = []
    place = np.zeros((network.n_neurons, 2))
    lane = np.zeros(network.n_neurons, dtype=np.int64)
    x = 0.0
    for stack in stacks:
        shares = _shares(network, stack, scale)
        width = max(
            _lane_width(network, region, share, scale)
            for region, share in zip(stack, shares, strict=True)
        )
        top = scale.body + HEADER
        for region, share in zip(stack, shares, strict=True):
            neurons = np.flatnonzero(network.cells.region == region)
            lane[neurons] = len(lanes)
            lanes.append(_lane(network, region, (x, top - HEADER - share, x + width, top)))
            _place_neurons(network, neurons, lanes[-1], scale, place)
            top = lanes[-1].bottom - _GAP
        x += width + between
    territories = _territories(network, place, lanes, scale.radius)
    return Layout(x - between, scale.body + HEADER, scale.radius, lanes, place, lane, territories)


def _stacks(network: Network) -> list[list[int]]:
    """Return the regions that have neurons, from left to right and from top to bottom."""
    living: list[int] = np.unique(network.cells.region).tolist()
    between = [region for region in living if region not in {SENSORY, MOTOR}]
    stacks = [between[i : i + _STACK] for i in range(0, len(between), _STACK)]
    ends = ([region for region in living if region == end] for end in (SENSORY, MOTOR))
    first, last = ends
    return [stack for stack in (first, *stacks, last) if stack]


def _scale(network: Network, stacks: list[list[int]], names: Sequence[str]) -> _Scale:
    cells = network.cells
    tallest = max(network.n_inputs, network.n_outputs)
    pitch = min(_PITCH * min(1.0, (60 / network.n_neurons) ** 0.25), _MAX_COLUMN / tallest)
    radius = min(_RADIUS, _RADIUS / _PITCH * pitch)
    longest = [0, 0, 0]  # by role
    for role, name in zip(cells.role.tolist(), names, strict=True):
        longest[role] = max(longest[role], len(name))
    widths = (_CHARACTER * longest[Role.INPUT], _CHARACTER * longest[Role.OUTPUT])
    scale = _Scale(radius, pitch, 0.0, widths)
    body = max(_MIN_BODY, tallest * pitch + 0.15)
    for stack in stacks:
        n_hidden = int((np.isin(cells.region, stack) & (cells.role == Role.HIDDEN)).sum())
        side = 0.8 * float(np.sqrt(len(stack) * scale.box_area(n_hidden)))
        body = max(body, (len(stack) - 1) * (HEADER + _GAP) + max(side, 0.8 * len(stack)))
    return _Scale(radius, pitch, body, widths)


def _shares(network: Network, stack: list[int], scale: _Scale) -> list[float]:
    """Return the height below the header of each region of a stack."""
    room = scale.body - (len(stack) - 1) * (HEADER + _GAP)
    weights = [int((network.cells.region == region).sum()) + 2 for region in stack]
    return [room * weight / sum(weights) for weight in weights]


def _lane_width(network: Network, region: int, height: float, scale: _Scale) -> float:
    roles = network.cells.role[network.cells.region == region]
    width = sum(scale.side(role) for role in (Role.INPUT, Role.OUTPUT) if (roles == role).any())
    n_hidden = int((roles == Role.HIDDEN).sum())
    if n_hidden:
        width += max(scale.box_area(n_hidden) / height, 1.0) + scale.spacing
    return max(width, _MIN_LANE)


def _lane(network: Network, region: int, box: tuple[float, float, float, float]) -> Lane:
    name = region_name(region, network.n_regions).capitalize()
    n_neurons = int((network.cells.region == region).sum())
    n_astrocytes = int(network.glia.count[network.glia.region == region].sum())
    return Lane(region, name, *box, n_neurons, n_astrocytes)


def _place_neurons(
    network: Network, neurons: IntArray, lane: Lane, scale: _Scale, place: FloatArray
) -> None:
    """Fill in the places of the neurons of one lane."""
    roles = network.cells.role[neurons]
    inputs, outputs, hidden = (neurons[roles == role] for role in ALL_ROLES)
    left, right, top = lane.left, lane.right, lane.top - HEADER
    middle = (lane.bottom + top) / 2.0
    if len(inputs):
        left += scale.side(Role.INPUT)
        place[inputs, 0] = (left if len(neurons) > len(inputs) else right) - 2.2 * scale.radius
        place[inputs, 1] = middle + _column(len(inputs), scale.pitch)
    if len(outputs):
        right -= scale.side(Role.OUTPUT)
        place[outputs, 0] = (right if len(neurons) > len(outputs) else lane.left) + (
            2.6 * scale.radius
        )
        pitch = min(1.7 * scale.pitch, (top - lane.bottom) / len(outputs))
        place[outputs, 1] = middle + _column(len(outputs), pitch)
    if len(hidden):
        near, far = 2.3 * scale.radius, 3.8 * scale.radius  # above is room for astrocytes
        box = np.array([[left + 1.3 * near, lane.bottom + near], [right - near, top - far]])
        place[hidden] = _spread(network.cells.position[hidden], box, scale.spacing)


def _column(count: int, pitch: float) -> FloatArray:
    """Return heights about zero, from top to bottom."""
    return pitch * ((count - 1) / 2.0 - np.arange(count, dtype=np.float64))


def _spread(position: FloatArray, box: FloatArray, spacing: float) -> FloatArray:
    """Return positions stretched over a box (two corners) and pushed apart."""
    size = np.maximum(box[1] - box[0], 0.0)
    spacing = max(spacing, 0.95 * float(np.sqrt(size.prod() / len(position))))
    low, high = position.min(axis=0), position.max(axis=0)
    share = (position - low) / np.maximum(high - low, 1e-9)
    share[:, high - low < 1e-9] = 0.5
    place = box[0] + share * size
    # the golden angle parts those in one place
    nudge = 1e-4 * _unit(2.399963 * np.arange(len(place), dtype=np.float64))
    place += nudge
    for _ in range(_PUSHES if len(place) <= _PUSHED_AT_MOST else 0):
        gap = place[:, None, :] - place[None, :, :]
        distance = np.maximum(np.sqrt(np.square(gap).sum(axis=2)), 1e-9)
        push = np.maximum(spacing - distance, 0.0)
        place = place + 0.3 * (gap * (push / distance)[:, :, None]).sum(axis=1)
        place = np.clip(place, box[0], box[0] + size) + nudge
    return np.asarray(place, dtype=np.float64)


def _territories(
    network: Network, place: FloatArray, lanes: Sequence[Lane], radius: float
) -> list[Territory]:
    glia = network.glia
    covered: list[list[int]] = [[] for _ in range(len(glia.gene))]
    for astrocyte, neuron in zip(
        glia.cover_astrocyte.tolist(), glia.cover_neuron.tolist(), strict=True
    ):
        covered[astrocyte].append(neuron)
    merged: dict[tuple[int, ...], list[int]] = {}
    for astrocyte, neurons in enumerate(covered):
        merged.setdefault((int(glia.region[astrocyte]), *sorted(neurons)), []).append(astrocyte)
    members = [np.array(key[1:], dtype=np.int64) for key in merged]
    where = _place_astrocytes(network.cells.role, members, place, radius)
    corners = {lane.region: (lane.left + 0.2, lane.bottom + 0.2) for lane in lanes}
    for t, (region, *neurons) in enumerate(merged):
        if not neurons:
            where[t] = corners[region]
    return [
        Territory(same[0], int(glia.count[same].sum()), members[t], where[t])
        for t, same in enumerate(merged.values())
    ]


def _place_astrocytes(
    role: IntArray, members: Sequence[IntArray], place: FloatArray, radius: float
) -> FloatArray:
    """Return where astrocytes sit: beside the columns, among hidden neurons; shape (T, 2)."""
    where = np.full((len(members), 2), np.nan)
    for side, sign in ((Role.INPUT, -1.0), (Role.OUTPUT, 1.0)):
        beside = [t for t, neurons in enumerate(members) if (role[neurons] == side).any()]
        for t in beside:
            column = place[members[t][role[members[t]] == side]]
            where[t] = column[:, 0].mean() + sign * 3.0 * radius, column[:, 1].mean()
        where[beside, 1] = _apart(where[beside, 1], 2.3 * radius)
    for t, neurons in enumerate(members):
        if len(neurons) and np.isnan(where[t, 0]):
            taken = np.concatenate([place, where[~np.isnan(where[:, 0])]])
            where[t] = _clear_spot(place[neurons].mean(axis=0), taken, 2.1 * radius)
    return where


def _apart(heights: FloatArray, gap: float) -> FloatArray:
    """Return heights moved as little as needed to be `gap` apart, their order kept."""
    order = np.argsort(-heights, kind="stable")
    moved = heights[order].copy()
    for _ in range(50):
        excess = np.maximum(gap - (moved[:-1] - moved[1:]), 0.0) / 2.0
        moved[:-1] += excess
        moved[1:] -= excess
    apart = np.empty_like(heights)
    apart[order] = moved
    return apart


def _clear_spot(centre: FloatArray, taken: FloatArray, clearance: float) -> FloatArray:
    """Return the nearest of some places about `centre` that is free, or the freest."""
    angle = np.radians(115.0 + 30.0 * np.arange(12))
    rings = [k * clearance * _unit(angle) for k in (1.0, 1.5, 2.0)]
    spots = np.concatenate([np.zeros((1, 2)), *rings])
    spots += centre
    gap = spots[:, None, :] - taken[None, :, :]
    distance: FloatArray = np.sqrt(np.square(gap).sum(axis=2)).min(axis=1)
    free = np.flatnonzero(distance >= 0.999 * clearance)
    chosen: FloatArray = spots[free[0] if len(free) else distance.argmax()]
    return chosen


def groups_of(neurons: IntArray, role: IntArray) -> list[IntArray]:
    """Return the neurons of a territory in groups whose hulls need not hold other neurons.

    Hidden neurons are one group; of a column, each run of neighbours is.
    """
    hidden = role[neurons] == Role.HIDDEN
    column = neurons[~hidden]
    is_end = (np.diff(column) > 1) | (np.diff(role[column]) != 0)
    runs = np.split(column, np.flatnonzero(is_end) + 1)
    return [group for group in (neurons[hidden], *runs) if len(group)]


def hull(points: FloatArray, margin: float) -> FloatArray:
    """Return the convex outline of discs of radius `margin` about `points`, shape (K, 2)."""
    disc = margin * _unit(2.0 * np.pi * np.arange(32) / 32)
    rim = (points[:, None, :] + disc).reshape(-1, 2)
    x, y = rim[np.lexsort((rim[:, 1], rim[:, 0]))].T.tolist()
    corners = list(zip(x, y, strict=True))
    return np.array(_chain(corners) + _chain(corners[::-1]))


def _chain(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return one side of the convex hull of sorted points, without its last point (Andrew)."""
    chain: list[tuple[float, float]] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0.0:
            chain.pop()
        chain.append(point)
    return chain[:-1]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def curve(
    start: FloatArray,
    end: FloatArray,
    rims: tuple[float, float],
    band: tuple[float, float],
    *,
    ahead: bool,
) -> FloatArray:
    """Return a cubic Bézier curve from the rim of a neuron to that of another, shape (4, 2).

    Parameters
    ----------
    start, end : ndarray of float64, shape (2,)
        Centres of the neurons; the same for a self-loop.
    rims : (float, float)
        Radii at which the curve begins and ends.
    band : (float, float)
        Lowest and highest y that the curve may reach.
    ahead : bool
        Whether it runs on into a lane further right: such curves leave and arrive levelly, others
        bow to their left, so that a synapse and its reverse stay apart.
    """
    gap = end - start
    length = float(np.hypot(*gap))
    if length == 0.0:
        first, last = 3.8 * rims[1] * _unit(np.radians(np.array([92.0, 28.0])))
    elif ahead:
        slope = float(np.arctan2(gap[1], gap[0]))
        angles = np.clip(np.array([0.6, 1.15]) * slope, -1.15, 1.15)
        first, last = 0.38 * length * _unit(angles) * np.array([[1.0], [-1.0]])
    else:
        bow = min(0.24 * length, 0.9) * np.array([-gap[1], gap[0]]) / length
        first, last = gap / 3.0 + bow, -gap / 3.0 + bow
    first[1] = np.clip(start[1] + first[1], *band) - start[1]
    last[1] = np.clip(end[1] + last[1], *band) - end[1]
    return np.array(
        [
            start + rims[0] * first / np.hypot(*first),
            start + first,
            end + last,
            end + rims[1] * last / np.hypot(*last),
        ]
    )


def along(line: FloatArray, share: float) -> FloatArray:
    """Return the point at a share of a cubic Bézier curve, shape (2,)."""
    rest = 1.0 - share
    weights = [rest**3, 3.0 * rest**2 * share, 3.0 * rest * share**2, share**3]
    point: FloatArray = (np.array(weights)[:, None] * line).sum(axis=0)  # no BLAS: equal bytes
    return point


def _unit(angles: FloatArray) -> FloatArray:
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)
