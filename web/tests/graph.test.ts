import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERYTHING, related, shown } from "../src/topology/filters.ts";
import { graphOf, row } from "../src/topology/graph.ts";
import { hopsFrom } from "../src/topology/hops.ts";
import { partOf, selectionOf } from "../src/topology/parts.ts";
import { columnsOf, flow } from "../src/topology/regions.ts";
import { neighbour } from "../src/topology/walk.ts";
import { genomeOf, HIDDEN, INPUT, OUTPUT } from "./networks.ts";

const chain = () =>
  genomeOf(
    [
      { role: INPUT, region: 0 },
      { role: HIDDEN, region: 2 },
      { role: HIDDEN, region: 3, sign: -1 },
      { role: OUTPUT, region: 1 },
    ],
    [[0, 1, 2], [1, 2, 0.5, 3], [2, 3, 4, 1, 1], [2, 1, 1], [1, 1, 1]],
    [{ region: 2, neurons: [1] }, { region: 3, neurons: [2, 1] }],
  );

test("a graph knows the synapses of each neuron, and which have one back", () => {
  const graph = graphOf(chain());
  assert.deepEqual([...row(graph.outgoing, 1)], [1, 4]);
  assert.deepEqual([...row(graph.incoming, 1)], [0, 3, 4]);
  assert.deepEqual([...graph.reciprocal], [0, 1, 0, 1, 0]);
  assert.deepEqual([...row(graph.covering, 1)], [0, 1]);
});

test("dormant genes come behind the expressed ones, and only if asked for", () => {
  const view = chain();
  view.dormant = {
    neurons: [{ id: "d0", name: "", role: HIDDEN, region: 2, x: 0, y: 0, why: "no output can be reached" }],
    synapses: [
      { id: "e0", source: "n0", target: "d0", weight: 1, why: "disabled" },
      { id: "e1", source: "n0", target: "unknown", weight: 1, why: "disabled" },
    ],
    astrocytes: [{ gene: "b0", region: 2, why: "the ratio grows none" }],
  };
  assert.equal(graphOf(view).neurons, 4);
  const graph = graphOf(view, true);
  assert.deepEqual([graph.neurons, graph.synapses, graph.astrocytes], [5, 6, 3]);
  assert.deepEqual([graph.source[5], graph.target[5]], [0, 4]);
  assert.deepEqual(graph.why.synapses, ["disabled"]);
});

test("hops count synapses in the wanted direction", () => {
  const graph = graphOf(chain());
  assert.deepEqual([...hopsFrom(graph, [0], 2, "downstream")], [0, 1, 2, -1]);
  assert.deepEqual([...hopsFrom(graph, [3], 9, "upstream")], [3, 2, 1, 0]);
  assert.deepEqual([...hopsFrom(graph, [2], 1)], [-1, 1, 0, 1]);
});

test("filters hide weak synapses, other regions and other signs", () => {
  const graph = graphOf(chain());
  assert.deepEqual([...shown(graph, { ...EVERYTHING, least: 1 }, null).synapse], [1, 0, 1, 1, 1]);
  assert.deepEqual([...shown(graph, { ...EVERYTHING, kind: "inhibitory" }, null).synapse], [0, 0, 1, 0, 0]);
  const inside = shown(graph, { ...EVERYTHING, regions: new Set([2, 3]) }, null);
  assert.deepEqual([...inside.neuron], [0, 1, 1, 0]);
  assert.deepEqual([...inside.synapse], [0, 1, 0, 1, 1]);
});

test("hops filter around what is selected, and not without a selection", () => {
  const graph = graphOf(chain());
  const filter = { ...EVERYTHING, hops: 1 };
  assert.deepEqual([...shown(graph, filter, { kind: "neuron", index: 3 }).neuron], [0, 0, 1, 1]);
  assert.deepEqual([...shown(graph, filter, null).neuron], [1, 1, 1, 1]);
});

test("an astrocyte stands out with its territory and the synapses that it ensheaths", () => {
  const graph = graphOf(chain());
  const marks = related(graph, { kind: "astrocyte", index: 0 });
  assert.deepEqual([...marks.neuron], [0, 1, 0, 0]);
  assert.deepEqual([...marks.synapse], [1, 0, 0, 1, 1]);
});

test("regions are ordered by the flow from inputs to outputs", () => {
  const graph = graphOf(chain());
  assert.deepEqual(columnsOf(graph), [[0], [2], [3], [1]]);
  const [first, last, near, far] = flow(graph);
  assert.ok(first < near && near < far && far < last);
});

test("regions at the same place of the flow stand above one another, three at most", () => {
  const cells = [{ role: INPUT, region: 0 }, { role: OUTPUT, region: 1 }];
  const middle = [2, 3, 4, 5].map((region) => ({ role: HIDDEN, region }));
  const synapses = [2, 3, 4, 5].flatMap((i): [number, number][] => [[0, i], [i, 1]]);
  assert.deepEqual(columnsOf(graphOf(genomeOf([...cells, ...middle], synapses))), [[0], [2, 3, 4], [5], [1]]);
});

test("a selected part is found again by what the selection holds", () => {
  const graph = graphOf(chain());
  for (const part of [{ kind: "neuron", index: 2 }, { kind: "synapse", index: 4 }, { kind: "astrocyte", index: 1 }] as const) {
    assert.deepEqual(partOf(graph, selectionOf(graph, part)), part);
  }
  assert.equal(partOf(graph, { neuron: "gone", synapse: null, astrocyte: null }), null);
});

test("astrocytes of one gene are told apart", () => {
  const view = chain();
  view.astrocytes.gene = ["same", "same"];
  const graph = graphOf(view);
  const part = { kind: "astrocyte", index: 1 } as const;
  assert.deepEqual(partOf(graph, selectionOf(graph, part)), part);
});

test("arrow keys walk to the nearest neuron ahead, and stay at the edge", () => {
  const [x, y] = [[0, 10, 11, 40], [0, 2, 30, 0]];
  const all = new Uint8Array(4).fill(1);
  assert.equal(neighbour(x, y, all, 0, 1, 0), 1);
  assert.equal(neighbour(x, y, all, 0, 0, 1), 2);
  assert.equal(neighbour(x, y, all, 0, -1, 0), -1);
});
