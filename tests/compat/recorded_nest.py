"""A stand-in for NEST that writes down what a script asks of it."""

import sys
import types
from contextlib import contextmanager

import numpy as np


class Nodes:
    """A collection of nodes of one model."""

    def __init__(self, kernel, model, first, number):
        self.kernel, self.model, self.first, self.number = kernel, model, first, number

    def __len__(self):
        return self.number

    def __iter__(self):
        return (Nodes(self.kernel, self.model, self.first + k, 1) for k in range(self.number))

    def __getitem__(self, k):
        return Nodes(self.kernel, self.model, self.first + k, 1)

    @property
    def global_id(self):
        return self.first

    def tolist(self):
        return list(range(self.first, self.first + self.number))

    def set(self, **values):
        self.kernel.settings.setdefault(self.first, {}).update(values)

    def get(self, _):
        return {"senders": [], "times": []}


class Kernel(types.ModuleType):
    """NEST's module, as far as scripts use it."""

    def __init__(self):
        super().__init__("nest")
        self.resolution, self.simulated = None, 0.0
        self.nodes, self.settings, self.connections = [], {}, []

    def reset_kernel(self):
        self.__init__()

    def create(self, model, n=1, params=None):
        first = 1 + sum(len(one) for one in self.nodes)
        made = Nodes(self, model, first, n)
        self.nodes.append(made)
        for node in made:
            node.set(**(params or {}))
        return made

    def connect(self, source, target, rule=None, synapse=None):
        if synapse is None:
            return
        assert rule == "one_to_one"
        assert source.dtype.kind == target.dtype.kind == "i"
        columns = np.broadcast_arrays(source, target, synapse["weight"], synapse["delay"])
        rows = zip(*(column.tolist() for column in columns))
        self.connections += [(synapse["synapse_model"], *row) for row in rows]

    def run_for(self, t):
        self.simulated += t

    # as NEST calls them
    ResetKernel, Create, Connect, Simulate = reset_kernel, create, connect, run_for


@contextmanager
def recorded():
    """Let scripts import a kernel that records, and give it."""
    before, kernel = sys.modules.get("nest"), Kernel()
    sys.modules["nest"] = kernel
    try:
        yield kernel
    finally:
        if before is None:
            del sys.modules["nest"]
        else:
            sys.modules["nest"] = before
