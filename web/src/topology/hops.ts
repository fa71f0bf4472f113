/** How many synapses away from some neurons the others are. */

import { row } from "./graph.ts";
import type { Graph } from "./graph.ts";

export type Direction = "both" | "downstream" | "upstream";

/** Hops of each neuron from the nearest of `from`; -1 if it is further than `most`. */
export function hopsFrom(
  graph: Graph,
  from: Iterable<number>,
  most: number,
  direction: Direction = "both",
): Int32Array {
  const hops = new Int32Array(graph.neurons).fill(-1);
  let edge: number[] = [];
  for (const neuron of from) {
    if (hops[neuron] === 0) continue;
    hops[neuron] = 0;
    edge.push(neuron);
  }
  for (let hop = 1; hop <= most && edge.length > 0; hop++) {
    const next: number[] = [];
    const reach = (neuron: number): void => {
      if (hops[neuron] !== -1) return;
      hops[neuron] = hop;
      next.push(neuron);
    };
    for (const neuron of edge) {
      if (direction !== "upstream") for (const s of row(graph.outgoing, neuron)) reach(graph.target[s]);
      if (direction !== "downstream") for (const s of row(graph.incoming, neuron)) reach(graph.source[s]);
    }
    edge = next;
  }
  return hops;
}
