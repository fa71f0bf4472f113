"""NIR's equations, solved on their own: it knows nothing but the nodes and edges of a file.

Inputs are held over steps of 1 ms, over which leaky integrators have exact solutions. An edge takes
no time; a `Delay` does.
"""

import numpy as np

STEP = 1e-3  # [s]


class Integrator:
    """A NIR graph in motion."""

    def __init__(self, graph):
        self.nodes, self.kinds = graph.nodes, {n: type(x).__name__ for n, x in graph.nodes.items()}
        self.sources = {name: [a for a, b in graph.edges if b == name] for name in self.nodes}
        self.order = self._order()
        self.potential = dict.fromkeys(self.nodes, 0.0)
        self.shown = []  # what every node showed in each step

    def _order(self):
        """Return the nodes such that each comes after what it hears from, but for delays."""
        order, waiting = [], dict(self.sources)
        while waiting:
            ready = [
                name
                for name, sources in waiting.items()
                if self.kinds[name] == "Delay" or not any(s in waiting for s in sources)
            ]
            assert ready, "a circle without delay"
            order += ready
            for name in ready:
                del waiting[name]
        return order

    def step(self, given):
        """Advance by a step; return what every node shows."""
        shown = {"input": given}
        for name in self.order:
            if name == "input":
                continue
            if self.kinds[name] == "Delay":
                shown[name] = self._delayed(name)
                continue
            arriving = sum(shown[source] for source in self.sources[name])
            shown[name] = getattr(self, f"_{self.kinds[name].lower()}")(
                name, self.nodes[name], arriving
            )
        self.shown.append(shown)
        return shown

    def _delayed(self, name):
        (source,), node = self.sources[name], self.nodes[name]
        ago = np.rint(node.delay / STEP).astype(int)
        now = len(self.shown)
        found = [
            self.shown[now - d][source][k] if d <= now else 0.0 for k, d in enumerate(ago.tolist())
        ]
        return np.array(found)

    def _linear(self, _, node, arriving):
        return node.weight @ arriving

    def _output(self, _, __, arriving):
        return arriving

    def _li(self, name, node, arriving):
        self.potential[name] = self._relaxed(name, node, arriving)
        return self.potential[name]

    def _lif(self, name, node, arriving):
        v = self._relaxed(name, node, arriving)
        spikes = v > node.v_threshold
        self.potential[name] = np.where(spikes, node.v_reset, v)
        return spikes.astype(np.float64)

    def _relaxed(self, name, node, arriving):
        keep = np.exp(-STEP / node.tau)
        return keep * self.potential[name] + (1.0 - keep) * (node.v_leak + node.r * arriving)
