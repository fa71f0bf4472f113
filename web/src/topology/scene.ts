/** What is drawn, gathered by style, so that a redraw sets each style once. */

import { pointAt } from "./curves.ts";
import type { Curves } from "./curves.ts";
import type { Shown } from "./filters.ts";
import type { Graph } from "./graph.ts";
import { outline } from "./hulls.ts";
import type { Pen } from "./hulls.ts";
import type { Layout } from "./layout.ts";
import type { Territory } from "./territories.ts";

/** Widths of lines of synapses, by the weight up to which they hold [threshold]. */
export const WIDTHS: readonly (readonly [number, number])[] = [
  [0.5, 0.8],
  [1.5, 1.2],
  [3, 1.8],
  [6, 2.6],
  [12, 3.6],
  [Infinity, 4.8],
];
export const DOTTED_UP_TO = 160; // synapses whose delays are drawn as dots
export const DENSE_FROM = 600; // synapses from which their density is drawn
const PIECES = 6; // of a fine line
const HULL = 15; // radius about the points of a territory
export const FINE_HULLS = 400; // territories up to which they have round corners and ties

export type Emphasis = "plain" | "faint";

export interface SynapseStyle {
  inhibits: boolean;
  dormant: boolean;
  emphasis: Emphasis;
  width: number;
  members: number[];
}

export interface NeuronStyle {
  role: number;
  sign: number; // 0: dormant
  emphasis: Emphasis;
  members: number[];
}

export interface Hull {
  path: Path2D;
  ties: Path2D;
  emphasis: Emphasis;
}

export interface AstrocyteStyle {
  emphasis: Emphasis;
  dormant: boolean;
  members: number[];
}

export interface Scene {
  synapses: SynapseStyle[];
  neurons: NeuronStyle[];
  hulls: Hull[];
  astrocytes: AstrocyteStyle[];
  visible: number; // synapses
  dense: boolean;
}

export const NOTHING: Scene = { synapses: [], neurons: [], hulls: [], astrocytes: [], visible: 0, dense: false };

/** Gather what is shown. With `bright`, all but what it marks is faint. */
export function sceneOf(
  graph: Graph,
  layout: Layout,
  territories: readonly Territory[],
  shown: Shown,
  bright: Shown | null,
): Scene {
  const visible = shown.synapse.reduce((sum, one) => sum + one, 0);
  const dense = visible > DENSE_FROM;
  const lit = (marks: Uint8Array | undefined, index: number): number => (marks === undefined ? 1 : marks[index]);
  const { expressed } = graph;
  const bins = Uint8Array.from(graph.weight, (weight) => WIDTHS.findIndex(([most]) => weight <= most));
  const synapses = grouped(shown.synapse, (s) => {
    return lit(bright?.synapse, s) * 64 + bins[s] * 4 + graph.inhibits[s] * 2 + (s >= expressed.synapses ? 1 : 0);
  }).map(([key, members]): SynapseStyle => ({
    emphasis: key >= 64 ? "plain" : "faint", width: WIDTHS[(key >> 2) & 15][1], inhibits: (key & 2) > 0, dormant: (key & 1) > 0, members,
  }));
  const neurons = grouped(shown.neuron, (i) => {
    return lit(bright?.neuron, i) * 64 + graph.role[i] * 4 + (i >= expressed.neurons ? 1 : graph.sign[i] + 1);
  }).map(([key, members]): NeuronStyle => ({
    emphasis: key >= 64 ? "plain" : "faint", role: (key >> 2) & 15, sign: (key & 3) - 1, members,
  }));
  const astrocytes = grouped(shown.astrocyte, (a) => lit(bright?.astrocyte, a) * 64 + (a >= expressed.astrocytes ? 1 : 0))
    .map(([key, members]): AstrocyteStyle => ({ emphasis: key >= 64 ? "plain" : "faint", dormant: (key & 1) > 0, members }));
  return { synapses, neurons, hulls: hullsOf(layout, territories, shown, bright), astrocytes, visible, dense };
}

/** Group what is marked by a key of its style; lower keys first, so that faint parts are drawn below. */
function grouped(marks: Uint8Array, keyOf: (index: number) => number): [number, number[]][] {
  const found = new Map<number, number[]>();
  for (let index = 0; index < marks.length; index++) {
    if (marks[index] === 0) continue;
    const key = keyOf(index);
    const known = found.get(key);
    if (known) known.push(index);
    else found.set(key, [index]);
  }
  return [...found].sort((a, b) => a[0] - b[0]);
}

/** Add a synapse as straight pieces. */
export function addFine(path: Path2D, curves: Curves, synapse: number): void {
  path.moveTo(curves[8 * synapse], curves[8 * synapse + 1]);
  for (let k = 1; k <= PIECES; k++) path.lineTo(...pointAt(curves, synapse, k / PIECES));
}

function hullsOf(layout: Layout, territories: readonly Territory[], shown: Shown, bright: Shown | null): Hull[] {
  const fine = territories.length <= FINE_HULLS;
  const found: Hull[] = [];
  for (const territory of territories) {
    if (!territory.astrocytes.some((a) => shown.astrocyte[a] === 1)) continue;
    const lit = bright === null || territory.astrocytes.some((a) => bright.astrocyte[a] === 1);
    const emphasis: Emphasis = lit ? "plain" : "faint";
    const hull = { path: new Path2D(), ties: new Path2D(), emphasis };
    for (const group of territory.groups) outline(fine ? hull.path : new CoarsePen(hull.path), group, HULL);
    if (fine) addTies(hull.ties, layout, territory);
    found.push(hull);
  }
  return found;
}

/** Writes corners instead of arcs: many hulls are drawn much faster so. */
class CoarsePen implements Pen {
  readonly #path: Path2D;

  constructor(path: Path2D) {
    this.#path = path;
  }

  moveTo(x: number, y: number): void {
    this.#path.moveTo(x, y);
  }

  arc(x: number, y: number, radius: number, start: number, end: number): void {
    const corners = Math.max(1, Math.round((end - start) / 1.05));
    for (let k = 0; k <= corners; k++) {
      const angle = start + (k / corners) * (end - start);
      this.#path.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
  }

  closePath(): void {
    this.#path.closePath();
  }
}

function addTies(ties: Path2D, layout: Layout, territory: Territory): void {
  for (const a of territory.astrocytes) {
    for (const neuron of territory.neurons) {
      ties.moveTo(layout.astrocyteX[a], layout.astrocyteY[a]);
      ties.lineTo(layout.x[neuron], layout.y[neuron]);
    }
  }
}
