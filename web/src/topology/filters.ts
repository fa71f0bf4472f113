/** Which neurons, synapses and astrocytes are shown, and which of them stand out. */

import { hopsFrom } from "./hops.ts";
import { row } from "./graph.ts";
import type { Graph } from "./graph.ts";

export interface Filter {
  least: number; // weight below which synapses are hidden [threshold]
  regions: ReadonlySet<number> | null; // null: all
  hops: number; // from what is selected; 0: all are shown
  kind: "both" | "excitatory" | "inhibitory";
}

export const EVERYTHING: Filter = { least: 0, regions: null, hops: 0, kind: "both" };

/** A part of the network, by its index in the graph. */
export interface Part {
  kind: "neuron" | "synapse" | "astrocyte";
  index: number;
}

export interface Shown {
  neuron: Uint8Array; // 1 if shown
  synapse: Uint8Array;
  astrocyte: Uint8Array;
}

/** The neurons from which hops are counted: a neuron, a synapse's ends, a territory. */
export function rootsOf(graph: Graph, part: Part): number[] {
  if (part.kind === "neuron") return [part.index];
  if (part.kind === "synapse") return [graph.source[part.index], graph.target[part.index]];
  return [...row(graph.territory, part.index)];
}

/** Apply a filter; hops count only while something is selected. */
export function shown(graph: Graph, filter: Filter, selected: Part | null): Shown {
  const hops = selected && filter.hops > 0 ? hopsFrom(graph, rootsOf(graph, selected), filter.hops) : null;
  const inside = (region: number): boolean => filter.regions === null || filter.regions.has(region);
  const neuron = new Uint8Array(graph.neurons);
  for (let i = 0; i < graph.neurons; i++) {
    neuron[i] = inside(graph.region[i]) && (hops === null || hops[i] >= 0) ? 1 : 0;
  }
  const synapse = new Uint8Array(graph.synapses);
  const wanted = filter.kind === "both" ? -1 : filter.kind === "inhibitory" ? 1 : 0;
  for (let s = 0; s < graph.synapses; s++) {
    const ends = neuron[graph.source[s]] & neuron[graph.target[s]];
    const kind = wanted === -1 || graph.inhibits[s] === wanted;
    synapse[s] = ends === 1 && kind && graph.weight[s] >= filter.least ? 1 : 0;
  }
  const astrocyte = new Uint8Array(graph.astrocytes);
  for (let a = 0; a < graph.astrocytes; a++) {
    const near = hops === null || row(graph.territory, a).some((cell) => neuron[cell] === 1);
    astrocyte[a] = inside(graph.astrocyteRegion[a]) && near ? 1 : 0;
  }
  return { neuron, synapse, astrocyte };
}

/** What belongs to a selected part: it, what it touches directly, and who feeds it. */
export function related(graph: Graph, part: Part): Shown {
  const neuron = new Uint8Array(graph.neurons);
  const synapse = new Uint8Array(graph.synapses);
  const astrocyte = new Uint8Array(graph.astrocytes);
  const roots = rootsOf(graph, part);
  for (const root of roots) neuron[root] = 1;
  if (part.kind === "synapse") synapse[part.index] = 1;
  if (part.kind === "astrocyte") astrocyte[part.index] = 1;
  if (part.kind === "neuron") {
    for (const s of [...row(graph.outgoing, part.index), ...row(graph.incoming, part.index)]) {
      synapse[s] = 1;
      neuron[graph.source[s]] = neuron[graph.target[s]] = 1;
    }
    for (const cell of row(graph.covering, part.index)) astrocyte[cell] = 1;
  }
  if (part.kind === "astrocyte") {
    // an astrocyte ensheaths the synapses onto the neurons of its territory
    for (const root of roots) for (const s of row(graph.incoming, root)) synapse[s] = 1;
  }
  return { neuron, synapse, astrocyte };
}
