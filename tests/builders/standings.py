"""Standings of the form that NSGA-II and NEAT give."""

from glianeat.evolution.standing import NO_SPECIES, Standing
from glianeat.store.migrations import PARETO_STANDING

__all__ = ["PARETO_STANDING", "standing"]


def standing(key, rank=0, crowding=0.0, species=NO_SPECIES):
    return Standing(key, {"rank": rank, "crowding": crowding, "species": species})
