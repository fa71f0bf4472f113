/** What of the picture a territory covers, as groups of points whose hulls hold no strangers. */

import { HIDDEN, row } from "./graph.ts";
import type { Graph } from "./graph.ts";
import type { Point } from "./hulls.ts";
import type { Layout } from "./layout.ts";

/** All astrocytes that ensheath the same neurons. */
export interface Territory {
  astrocytes: number[];
  neurons: Uint32Array;
  groups: Point[][]; // hidden neurons are one group; of a column, each run of neighbours is
}

/** Join astrocytes of equal territory, in order of the first of them. */
export function territoriesOf(graph: Graph, layout: Layout): Territory[] {
  const found = new Map<string, Territory>();
  for (let a = 0; a < graph.astrocytes; a++) {
    const neurons = row(graph.territory, a).slice().sort();
    if (neurons.length === 0) continue;
    const key = neurons.join();
    const same = found.get(key);
    if (same) same.astrocytes.push(a);
    else found.set(key, { astrocytes: [a], neurons, groups: [] });
  }
  const all = [...found.values()];
  for (const one of all) one.groups = groupsOf(graph, layout, one);
  return all;
}

function groupsOf(graph: Graph, layout: Layout, territory: Territory): Point[][] {
  const place = (neuron: number): Point => [layout.x[neuron], layout.y[neuron]];
  const hidden = [...territory.neurons].filter((neuron) => graph.role[neuron] === HIDDEN);
  const column = [...territory.neurons].filter((neuron) => graph.role[neuron] !== HIDDEN);
  const groups: Point[][] = hidden.length > 0 ? [hidden.map(place)] : [];
  let before = -2;
  for (const neuron of column) {
    const near = before >= 0 && neuron === before + 1 && layout.x[neuron] === layout.x[before];
    if (near) groups[groups.length - 1].push(place(neuron));
    else groups.push([place(neuron)]);
    before = neuron;
  }
  if (groups.length === 1) {
    for (const a of territory.astrocytes) groups[0].push([layout.astrocyteX[a], layout.astrocyteY[a]]);
  }
  return groups;
}
