"""Standings of the form that NSGA-II and NEAT give."""

from glianeat.evolution.standing import NO_SPECIES, Standing
from glianeat.store.rows import STANDING_SCHEMA

__all__ = ["STANDING_SCHEMA", "standing"]


def standing(key, rank=0, crowding=0.0, species=NO_SPECIES):
    return Standing(key, {"rank": rank, "crowding": crowding, "species": species})
