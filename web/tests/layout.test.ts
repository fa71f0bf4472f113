import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, toPicture, toScreen, zoomAbout } from "../src/topology/camera.ts";
import { arrival, curvesOf, nearestSynapse, pointAt } from "../src/topology/curves.ts";
import { graphOf } from "../src/topology/graph.ts";
import { convexHull, isInside, outline } from "../src/topology/hulls.ts";
import type { Point } from "../src/topology/hulls.ts";
import { layOut } from "../src/topology/layout.ts";
import type { Settle } from "../src/topology/layout.ts";
import { territoriesOf } from "../src/topology/territories.ts";
import { genome } from "../bench/synthetic.ts";
import { genomeOf, HIDDEN, INPUT, OUTPUT } from "./networks.ts";

// stands in for d3-force, which needs npm: neurons in a grid
const inGrid: Settle = function* (_graph, neurons, room, place) {
  const across = Math.ceil(Math.sqrt(neurons.length));
  for (const [k, neuron] of neurons.entries()) {
    place.x[neuron] = room.left + ((k % across) + 0.5) * ((room.right - room.left) / across);
    place.y[neuron] = room.top + (Math.floor(k / across) + 0.5) * ((room.bottom - room.top) / across);
    yield;
  }
};

const network = () => graphOf(genome({ inputs: 6, outputs: 3, hidden: 20, synapses: 60, astrocytes: 12, associations: 2 }));

test("the same genome is laid out in the same way", () => {
  const [once, again] = [layOut(network(), inGrid), layOut(network(), inGrid)];
  assert.deepEqual(once, again);
});

test("every neuron stands inside the box of its region, and boxes do not overlap", () => {
  const graph = network();
  const layout = layOut(graph, inGrid);
  for (let i = 0; i < graph.neurons; i++) {
    const box = layout.boxes.find((one) => one.region === graph.region[i])!;
    assert.ok(layout.x[i] > box.left && layout.x[i] < box.left + box.width);
    assert.ok(layout.y[i] > box.top && layout.y[i] < box.top + box.height);
  }
  for (const a of layout.boxes) {
    for (const b of layout.boxes) {
      const apart = a.left + a.width <= b.left || b.left + b.width <= a.left || a.top + a.height <= b.top || b.top + b.height <= a.top;
      assert.ok(a === b || apart);
    }
  }
});

test("inputs are left of outputs, and both keep their order", () => {
  const layout = layOut(network(), inGrid);
  for (let i = 1; i < 6; i++) assert.ok(layout.y[i] > layout.y[i - 1]);
  assert.ok(layout.x[0] < layout.x[6]);
});

test("a wider screen gets a wider picture", () => {
  const graph = network();
  assert.ok(layOut(graph, inGrid, 2.4).width > layOut(graph, inGrid, 1).width);
});

test("a network of inputs and outputs alone, and one region of all, are laid out", () => {
  const two = graphOf(genomeOf([{ role: INPUT, region: 0 }, { role: OUTPUT, region: 1 }], [[0, 1]]));
  assert.equal(layOut(two, inGrid).boxes.length, 2);
  const one = graphOf(genomeOf([{ role: INPUT, region: 0 }, { role: HIDDEN, region: 0 }, { role: OUTPUT, region: 0 }], []));
  const layout = layOut(one, inGrid);
  assert.ok(layout.x[0] < layout.x[1] && layout.x[1] < layout.x[2]);
});

test("no two astrocytes stand in one place", () => {
  const layout = layOut(network(), inGrid);
  const places = new Set([...layout.astrocyteX].map((x, a) => `${x.toFixed(2)},${layout.astrocyteY[a].toFixed(2)}`));
  assert.equal(places.size, layout.astrocyteX.length);
});

test("a synapse and its reverse run apart, and a loop leaves its neuron", () => {
  const cells = [{ role: HIDDEN, region: 0 }, { role: HIDDEN, region: 0, x: 1 }, { role: INPUT, region: 0 }];
  const graph = graphOf(genomeOf(cells, [[0, 1], [1, 0], [0, 0]]));
  const layout = layOut(graph, inGrid);
  const curves = curvesOf(graph, layout);
  const [there, back, loop] = [0, 1, 2].map((s) => pointAt(curves, s, 0.5));
  assert.ok(Math.hypot(there[0] - back[0], there[1] - back[1]) > 10);
  assert.ok(Math.hypot(loop[0] - layout.x[0], loop[1] - layout.y[0]) > 15);
  assert.ok(Math.abs(Math.hypot(...arrival(curves, 0)) - 1) < 1e-6);
});

test("the synapse at a place is found, and none where there is none", () => {
  const graph = graphOf(genomeOf([{ role: INPUT, region: 0 }, { role: OUTPUT, region: 1 }], [[0, 1]]));
  const curves = curvesOf(graph, layOut(graph, inGrid));
  const [x, y] = pointAt(curves, 0, 0.4);
  assert.equal(nearestSynapse(curves, Uint8Array.of(1), x, y + 2, 5), 0);
  assert.equal(nearestSynapse(curves, Uint8Array.of(1), x, y + 60, 5), -1);
  assert.equal(nearestSynapse(curves, Uint8Array.of(0), x, y, 5), -1);
});

test("a hull holds its points and no corner that is inside", () => {
  const square: Point[] = [[0, 0], [10, 0], [10, 10], [0, 10], [5, 5], [10, 10]];
  assert.equal(convexHull(square).length, 4);
  assert.ok(isInside(square, 1, 5, 5) && isInside(square, 1, 10.5, 5) && !isInside(square, 1, 12, 5));
});

test("an outline of one, two and more points is closed and round", () => {
  for (const points of [[[0, 0]], [[0, 0], [8, 0]], [[0, 0], [8, 0], [3, 9]]] as Point[][]) {
    let [turned, closed] = [0, 0];
    outline({
      moveTo: () => undefined,
      arc: (_x, _y, _r, start, end) => (turned += end - start),
      closePath: () => closed++,
    }, points, 3);
    assert.equal(closed, 1);
    assert.ok(Math.abs(turned - 2 * Math.PI) < 1e-9);
  }
});

test("astrocytes of equal territory share one outline", () => {
  const cells = [{ role: INPUT, region: 0 }, { role: INPUT, region: 0 }, { role: INPUT, region: 0 }, { role: HIDDEN, region: 0 }];
  const graph = graphOf(genomeOf(cells, [], [{ region: 0, neurons: [0, 2] }, { region: 0, neurons: [2, 0] }, { region: 0, neurons: [3] }]));
  const territories = territoriesOf(graph, layOut(graph, inGrid));
  assert.deepEqual(territories.map((one) => one.astrocytes), [[0, 1], [2]]);
  assert.equal(territories[0].groups.length, 2, "the input between them is no part of it");
});

test("the camera fits a picture and keeps the point that it zooms about", () => {
  const camera = fit(200, 100, 400, 400, { top: 0, right: 0, bottom: 0, left: 0 }, 10);
  assert.deepEqual(camera, { zoom: 2, x: 0, y: 100 });
  const closer = zoomAbout(camera, 1.5, 120, 80);
  const [x, y] = toScreen(closer, ...toPicture(camera, 120, 80));
  assert.ok(Math.abs(x - 120) < 1e-9 && Math.abs(y - 80) < 1e-9);
});
