/** Where regions go: sensory left, motor right, the others between them in the order of their flow. */

import { INPUT, OUTPUT, row } from "./graph.ts";
import type { Graph, Rows } from "./graph.ts";

/** How far along the way from inputs to outputs each region is: 0 at inputs, 1 at outputs. */
export function flow(graph: Graph): number[] {
  const fromInputs = distances(graph, INPUT, graph.outgoing, graph.target);
  const toOutputs = distances(graph, OUTPUT, graph.incoming, graph.source);
  const regions = graph.view.regions.length;
  const sum = new Array<number>(regions).fill(0);
  const count = new Array<number>(regions).fill(0);
  for (let i = 0; i < graph.neurons; i++) {
    const [before, after] = [fromInputs[i], toOutputs[i]];
    if (before < 0 && after < 0) continue;
    const share = before < 0 ? 0.5 : after < 0 ? 0.5 : before / Math.max(before + after, 1);
    sum[graph.region[i]] += share;
    count[graph.region[i]] += 1;
  }
  return sum.map((total, region) => (count[region] ? total / count[region] : 0.5));
}

/** Synapses between each neuron and the nearest of a role; -1 where there is no way. */
function distances(graph: Graph, role: number, by: Rows, end: Uint32Array): Int32Array {
  const found = new Int32Array(graph.neurons).fill(-1);
  let edge: number[] = [];
  for (let i = 0; i < graph.neurons; i++) {
    if (graph.role[i] !== role) continue;
    found[i] = 0;
    edge.push(i);
  }
  for (let step = 1; edge.length > 0; step++) {
    const next: number[] = [];
    for (const neuron of edge) {
      for (const s of row(by, neuron)) {
        if (found[end[s]] !== -1) continue;
        found[end[s]] = step;
        next.push(end[s]);
      }
    }
    edge = next;
  }
  return found;
}

const STACK = 3; // regions above one another at most
const STEP = 0.12; // difference of flow from which a region stands further right

/** Columns of regions from left to right, each from top to bottom; regions without neurons are left out. */
export function columnsOf(graph: Graph): number[][] {
  const regions = graph.view.regions.length;
  const has = [INPUT, OUTPUT].map((role) => {
    const found = new Array<boolean>(regions).fill(false);
    for (let i = 0; i < graph.neurons; i++) if (graph.role[i] === role) found[graph.region[i]] = true;
    return found;
  });
  const living = [...new Set(graph.region)].sort((a, b) => a - b);
  const first = living.filter((r) => has[0][r] && !has[1][r]);
  const last = living.filter((r) => has[1][r] && !has[0][r]);
  const score = flow(graph);
  const between = living
    .filter((r) => !first.includes(r) && !last.includes(r))
    .sort((a, b) => score[a] - score[b] || a - b);
  const middle: number[][] = [];
  for (const region of between) {
    const column = middle[middle.length - 1];
    if (column && column.length < STACK && score[region] - score[column[0]] < STEP) column.push(region);
    else middle.push([region]);
  }
  return [first, ...middle, last].filter((column) => column.length > 0);
}
