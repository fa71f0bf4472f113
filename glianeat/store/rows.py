"""Rows of the tables, as they are read: their types are checked against these."""

from typing import NamedTuple


class SealedRow(NamedTuple):
    """A value under a key, with the seal that damage breaks."""

    key: int
    value: bytes
    seal: int


class LastRow(NamedTuple):
    """What the next generation follows from."""

    number: int
    next_key: int
    reward_minimum: float
    digest: str
    seal: int


class StandingRow(NamedTuple):
    """A survivor's standing."""

    key: int
    rank: int
    crowding: float


class IndividualRow(NamedTuple):
    """A genome that was born and assessed."""

    key: int
    generation: int
    parent: int
    other_parent: int
    evaluation: bytes
    genome: bytes
    seal: int


class WorthRow(NamedTuple):
    """What an individual is compared by."""

    key: int
    mean_return: float
    power: float
    spikes: float
