/** Hidden neurons pushed apart inside their region by d3-force. */

import { forceCollide, forceLink, forceSimulation, forceX, forceY } from "d3-force";
import type { Graph } from "./graph.ts";
import { SPACING } from "./layout.ts";
import type { Room } from "./layout.ts";

interface Body {
  index: number; // of d3-force
  neuron: number;
  home: [number, number];
  x: number;
  y: number;
}

/** Push neurons apart from where their genes put them; synapses within the region draw gently. */
export function* settle(
  graph: Graph,
  neurons: number[],
  room: Room,
  place: { x: Float32Array; y: Float32Array },
): Generator<void, void> {
  const n = neurons.length;
  const bodies = bodiesOf(graph, neurons, room);
  const spacing = Math.min(
    SPACING * 1.6,
    0.95 * Math.sqrt(((room.right - room.left + SPACING) * (room.bottom - room.top + SPACING)) / n),
  );
  const links = n > 3000 ? [] : linksInside(graph, new Map(bodies.map((body) => [body.neuron, body])));
  const simulation = forceSimulation(bodies)
    .stop()
    .velocityDecay(0.5)
    .force("x", forceX<Body>((body) => body.home[0]).strength(0.12))
    .force("y", forceY<Body>((body) => body.home[1]).strength(0.12))
    .force("link", forceLink<Body, { source: Body; target: Body }>(links).distance(spacing).strength(0.02))
    .force("apart", forceCollide<Body>(spacing / 2).strength(0.9).iterations(graph.neurons > 300 ? 1 : 2));
  for (let tick = 0; tick < ticksOf(graph.neurons); tick++) {
    simulation.tick();
    for (const body of bodies) {
      body.x = Math.min(room.right, Math.max(room.left, body.x));
      body.y = Math.min(room.bottom, Math.max(room.top, body.y));
    }
    yield;
  }
  for (const body of bodies) {
    place.x[body.neuron] = body.x;
    place.y[body.neuron] = body.y;
  }
}

/** A fixed number of ticks, so that the same genome gives the same picture in about the same time. */
function ticksOf(neurons: number): number {
  return Math.max(6, Math.min(120, Math.floor(30_000 / neurons)));
}

/** Genetic positions stretched over a room; equal ones are parted along a golden spiral. */
function bodiesOf(
  graph: Graph,
  neurons: number[],
  room: Room,
): Body[] {
  const spread = (values: Float32Array): ((value: number) => number) => {
    let [low, high] = [Infinity, -Infinity];
    for (const i of neurons) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    return (value) => (high - low < 1e-9 ? 0.5 : (value - low) / (high - low));
  };
  const [across, down] = [spread(graph.x), spread(graph.y)];
  return neurons.map((neuron, index) => {
    const nudge = 1.5 + Math.sqrt(index) * 0.2;
    const x = room.left + across(graph.x[neuron]) * (room.right - room.left) + nudge * Math.cos(2.399963 * index);
    // genes count upwards, the picture downwards
    const y = room.bottom - down(graph.y[neuron]) * (room.bottom - room.top) + nudge * Math.sin(2.399963 * index);
    return { index, neuron, home: [x, y], x, y };
  });
}

function linksInside(graph: Graph, place: Map<number, Body>): { source: Body; target: Body }[] {
  const links: { source: Body; target: Body }[] = [];
  for (let s = 0; s < graph.synapses; s++) {
    const source = place.get(graph.source[s]);
    const target = place.get(graph.target[s]);
    if (source && target && source !== target) links.push({ source, target });
  }
  return links;
}
