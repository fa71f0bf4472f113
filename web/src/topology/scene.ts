/** Everything that is drawn, gathered by style into few paths, so that redrawing is quick. */

import { arrival, pointAt, rim } from "./curves.ts";
import type { Curves } from "./curves.ts";
import type { Shown } from "./filters.ts";
import { HIDDEN, INPUT, OUTPUT } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { ASTROCYTE } from "./glia_places.ts";
import { outline } from "./hulls.ts";
import { RADIUS } from "./layout.ts";
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
const HEADS_UP_TO = 2500; // synapses that have heads at any zoom
const HULL = 15; // radius about the points of a territory

export type Emphasis = "plain" | "faint";

export interface SynapseStyle {
  inhibits: boolean;
  dormant: boolean;
  emphasis: Emphasis;
  width: number;
  lines: Path2D;
  heads: Path2D; // triangles to fill, or bars to stroke
  dots: Path2D; // of delays
  heavy: boolean; // too many to draw heads when they are small
}

export interface NeuronStyle {
  role: number;
  sign: number; // 0: dormant
  emphasis: Emphasis;
  rims: Path2D;
  cores: Path2D;
  bars: Path2D; // the sign of inhibition
}

export interface Scene {
  synapses: SynapseStyle[];
  neurons: NeuronStyle[];
  territories: { path: Path2D; ties: Path2D; emphasis: Emphasis }[];
  astrocytes: { path: Path2D; emphasis: Emphasis; dormant: boolean }[];
  visible: number; // synapses
}

/** Gather what is shown. With `bright`, all but what it marks is faint. */
export function sceneOf(
  graph: Graph,
  layout: Layout,
  curves: Curves,
  territories: readonly Territory[],
  shown: Shown,
  bright: Shown | null,
): Scene {
  const visible = shown.synapse.reduce((sum, one) => sum + one, 0);
  return {
    synapses: synapseStyles(graph, curves, shown, bright, visible),
    neurons: neuronStyles(graph, layout, shown, bright),
    territories: territoryPaths(layout, territories, shown, bright),
    astrocytes: astrocytePaths(graph, layout, shown, bright),
    visible,
  };
}

function synapseStyles(
  graph: Graph,
  curves: Curves,
  shown: Shown,
  bright: Shown | null,
  visible: number,
): SynapseStyle[] {
  const found = new Map<string, SynapseStyle>();
  for (let s = 0; s < graph.synapses; s++) {
    if (shown.synapse[s] === 0) continue;
    const bin = WIDTHS.findIndex(([most]) => graph.weight[s] <= most);
    const dormant = s >= graph.expressed.synapses;
    const emphasis: Emphasis = bright === null || bright.synapse[s] === 1 ? "plain" : "faint";
    const inhibits = graph.inhibits[s] === 1;
    const key = `${emphasis}|${dormant}|${inhibits}|${bin}`;
    let style = found.get(key);
    if (!style) {
      const paths = { lines: new Path2D(), heads: new Path2D(), dots: new Path2D() };
      style = { inhibits, dormant, emphasis, width: WIDTHS[bin][1], ...paths, heavy: visible > HEADS_UP_TO };
      found.set(key, style);
    }
    addSynapse(style, curves, s, graph.delay[s], visible <= DOTTED_UP_TO);
  }
  const order = (style: SynapseStyle): number => (style.emphasis === "faint" ? 0 : 10) + style.width;
  return [...found.values()].sort((a, b) => order(a) - order(b));
}

function addSynapse(style: SynapseStyle, curves: Curves, s: number, delay: number, dotted: boolean): void {
  const c = curves.subarray(8 * s, 8 * s + 8);
  const [ux, uy] = arrival(curves, s);
  style.lines.moveTo(c[0], c[1]);
  // a line ends inside its head, so that the head's point stays sharp
  const back = style.inhibits ? 0 : 4;
  style.lines.bezierCurveTo(c[2], c[3], c[4], c[5], c[6] - back * ux, c[7] - back * uy);
  const size = 3.4 + 1.15 * style.width;
  if (style.inhibits) {
    style.heads.moveTo(c[6] - size * uy, c[7] + size * ux);
    style.heads.lineTo(c[6] + size * uy, c[7] - size * ux);
  } else {
    style.heads.moveTo(c[6], c[7]);
    style.heads.lineTo(c[6] - 1.9 * size * ux - size * uy * 0.85, c[7] - 1.9 * size * uy + size * ux * 0.85);
    style.heads.lineTo(c[6] - 1.9 * size * ux + size * uy * 0.85, c[7] - 1.9 * size * uy - size * ux * 0.85);
    style.heads.closePath();
  }
  if (!dotted) return;
  for (let k = 1; k < delay; k++) {
    const [x, y] = pointAt(curves, s, k / delay);
    style.dots.moveTo(x + 1.3 + style.width / 2, y);
    style.dots.arc(x, y, 1.3 + style.width / 2, 0, 2 * Math.PI);
  }
}

function neuronStyles(graph: Graph, layout: Layout, shown: Shown, bright: Shown | null): NeuronStyle[] {
  const found = new Map<string, NeuronStyle>();
  for (let i = 0; i < graph.neurons; i++) {
    if (shown.neuron[i] === 0) continue;
    const sign = i >= graph.expressed.neurons ? 0 : graph.sign[i];
    const emphasis: Emphasis = bright === null || bright.neuron[i] === 1 ? "plain" : "faint";
    const key = `${emphasis}|${graph.role[i]}|${sign}`;
    let style = found.get(key);
    if (!style) {
      const paths = { rims: new Path2D(), cores: new Path2D(), bars: new Path2D() };
      style = { role: graph.role[i], sign, emphasis, ...paths };
      found.set(key, style);
    }
    addNeuron(style, layout.x[i], layout.y[i]);
  }
  const order = (style: NeuronStyle): number => (style.emphasis === "faint" ? 0 : 1);
  return [...found.values()].sort((a, b) => order(a) - order(b));
}

function addNeuron(style: NeuronStyle, x: number, y: number): void {
  const outer = style.role === OUTPUT ? rim(OUTPUT) - 1.5 : RADIUS;
  circle(style.rims, x, y, outer);
  if (style.role === OUTPUT) circle(style.cores, x, y, RADIUS - 0.5);
  if (style.role === HIDDEN) circle(style.cores, x, y, RADIUS);
  if (style.role === INPUT) circle(style.cores, x, y, RADIUS - 3.5);
  if (style.sign === -1) {
    style.bars.moveTo(x - 4.2, y);
    style.bars.lineTo(x + 4.2, y);
  }
}

function circle(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
}

function territoryPaths(
  layout: Layout,
  territories: readonly Territory[],
  shown: Shown,
  bright: Shown | null,
): Scene["territories"] {
  const own = territories.length <= 400; // overlaps show only where each is filled for itself
  const found: Scene["territories"] = [];
  const joined = new Map<Emphasis, Scene["territories"][number]>();
  for (const territory of territories) {
    if (!territory.astrocytes.some((a) => shown.astrocyte[a] === 1)) continue;
    const lit = bright === null || territory.astrocytes.some((a) => bright.astrocyte[a] === 1);
    const emphasis: Emphasis = lit ? "plain" : "faint";
    let entry = own ? undefined : joined.get(emphasis);
    if (!entry) {
      entry = { path: new Path2D(), ties: new Path2D(), emphasis };
      joined.set(emphasis, entry);
      found.push(entry);
    }
    for (const group of territory.groups) outline(entry.path, group, HULL);
    if (own) addTies(entry.ties, layout, territory);
  }
  return found;
}

function addTies(ties: Path2D, layout: Layout, territory: Territory): void {
  for (const a of territory.astrocytes) {
    for (const neuron of territory.neurons) {
      ties.moveTo(layout.astrocyteX[a], layout.astrocyteY[a]);
      ties.lineTo(layout.x[neuron], layout.y[neuron]);
    }
  }
}

function astrocytePaths(
  graph: Graph,
  layout: Layout,
  shown: Shown,
  bright: Shown | null,
): Scene["astrocytes"] {
  const found = new Map<string, Scene["astrocytes"][number]>();
  for (let a = 0; a < graph.astrocytes; a++) {
    if (shown.astrocyte[a] === 0) continue;
    const emphasis: Emphasis = bright === null || bright.astrocyte[a] === 1 ? "plain" : "faint";
    const dormant = a >= graph.expressed.astrocytes;
    const key = `${emphasis}|${dormant}`;
    let entry = found.get(key);
    if (!entry) {
      entry = { path: new Path2D(), emphasis, dormant };
      found.set(key, entry);
    }
    hexagon(entry.path, layout.astrocyteX[a], layout.astrocyteY[a], ASTROCYTE);
  }
  return [...found.values()];
}

/** Add a hexagon that stands on a corner. */
export function hexagon(path: Path2D | CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  for (let k = 0; k < 6; k++) {
    const angle = Math.PI / 6 + (k * Math.PI) / 3;
    const [px, py] = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    if (k === 0) path.moveTo(px, py);
    else path.lineTo(px, py);
  }
  path.closePath();
}
