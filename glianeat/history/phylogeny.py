"""Phylogeny: the tree of the ancestors of the last survivors; all other lines have died out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glianeat.store.columns import Columns
from glianeat.store.contents import Contents
from glianeat.typing import BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Phylogeny:
    """The survivors of the last generation and all their ancestors by the first parent.

    Parameters
    ----------
    members : Columns
        They, by rising key, so that parents stand before their children; N of them.
    parent : ndarray of int64, shape (N,)
        Row of the parent of each; -1 for founders.
    survivor : ndarray of bool, shape (N,)
        Who is alive in the last generation.
    coalescence : int or None
        Key of the youngest ancestor that all survivors share, itself included; None if there is
        none.
    pruned : int
        How many individuals of the run are left out, since their lines died out.
    """

    members: Columns
    parent: IntArray
    survivor: BoolArray
    coalescence: int | None
    pruned: int


def phylogeny(store: Contents) -> Phylogeny:
    """Return the phylogeny of a run.

    Only the rows of those who have a living descendant are read, however many were born.

    Raises
    ------
    CheckpointError
        If the run is damaged.
    """
    last = store.last_generation()
    alive = [standing.key for standing in last.survivors] if last else []
    return tree_of(store.ancestors(alive), alive, store.number_of_genomes)


def tree_of(columns: Columns, alive: Sequence[int], number: int) -> Phylogeny:
    """Return the phylogeny of some survivors, pruned of all who have no descendant among them.

    Parameters
    ----------
    columns : Columns
        Individuals by rising key, all ancestors of the survivors among them.
    alive : sequence of int
        Keys of the survivors.
    number : int
        Individuals ever born.
    """
    survivors = np.zeros(len(columns.key), dtype=np.bool_)
    rows = columns.rows_of(np.array(alive, dtype=np.int64))
    survivors[rows[rows >= 0]] = True
    parent = columns.rows_of(columns.parent)
    leaves = descendants(parent, survivors)
    kept = np.flatnonzero(leaves > 0)
    place = np.full(len(leaves) + 1, -1)  # the last one stands for no parent
    place[kept] = np.arange(len(kept))
    shared = kept[leaves[kept] == survivors.sum()]
    return Phylogeny(
        members=columns.take(kept),
        parent=place[parent[kept]],
        survivor=survivors[kept],
        coalescence=int(columns.key[shared[-1]]) if len(shared) else None,
        pruned=number - len(kept),
    )


def descendants(parent: IntArray, survivor: BoolArray) -> IntArray:
    """Return how many survivors descend from each individual, itself included, shape (N,).

    Parameters
    ----------
    parent : ndarray of int64, shape (N,)
        Row of the parent of each, a smaller one than its own; -1 if there is none.
    survivor : ndarray of bool, shape (N,)
        Who is alive.
    """
    counts = survivor.astype(np.int64)
    reached = np.flatnonzero(survivor & (parent >= 0))
    # as all survivors climb together, each to its next ancestor: a step counts who came by
    weights = np.ones(len(reached), dtype=np.int64)
    at = parent[reached]
    while len(at):
        at, inverse = np.unique(at, return_inverse=True)
        weights = np.bincount(inverse, weights).astype(np.int64)
        counts[at] += weights
        goes_on = parent[at] >= 0
        at, weights = parent[at[goes_on]], weights[goes_on]
    return counts
