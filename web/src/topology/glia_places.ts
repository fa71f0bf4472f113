/** Where astrocytes stand: beside the columns of inputs and outputs, among hidden neurons. */

import { HIDDEN, INPUT, row } from "./graph.ts";
import type { Graph } from "./graph.ts";
import type { Layout } from "./layout.ts";

export const ASTROCYTE = 7.5; // radius of its hexagon
const PITCH = 2.15 * ASTROCYTE;
const BESIDE = 25; // from the centre of an input or output to that of its first astrocyte
const MOST_BESIDE = 4;

/** Width that the astrocytes of a column's neurons take up beside it. */
export function gliaWidth(graph: Graph, neurons: readonly number[]): number {
  let most = 0;
  for (const neuron of neurons) most = Math.max(most, row(graph.covering, neuron).length);
  return most === 0 ? 0 : BESIDE - 9 + Math.min(most, MOST_BESIDE) * PITCH - PITCH / 2;
}

/** Fill in the places of all astrocytes of a layout in which neurons have theirs. */
export function* placeAstrocytes(graph: Graph, layout: Layout): Generator<void, void> {
  const taken = new Occupied(layout.x, layout.y);
  const beside = new Map<number, number>(); // astrocytes so far beside a neuron of a column
  for (let a = 0; a < graph.astrocytes; a++) {
    const neurons = row(graph.territory, a);
    if (neurons.length === 0) placeAlone(graph, layout, a, taken);
    else placeOne(graph, layout, a, neurons, taken, beside);
    taken.add(layout.astrocyteX[a], layout.astrocyteY[a]);
    if (a % 100 === 99) yield;
  }
}

function placeOne(
  graph: Graph,
  layout: Layout,
  astrocyte: number,
  neurons: Uint32Array,
  taken: Occupied,
  beside: Map<number, number>,
): void {
  const column = neurons.filter((neuron) => graph.role[neuron] !== HIDDEN);
  if (column.length > 0) {
    const anchor = column[column.length >> 1];
    const before = beside.get(anchor) ?? 0;
    beside.set(anchor, before + 1);
    const side = graph.role[anchor] === INPUT ? -1 : 1;
    const line = Math.floor(before / MOST_BESIDE);
    const down = line === 0 ? 0 : (line % 2 ? 1 : -1) * Math.ceil(line / 2) * PITCH;
    layout.astrocyteX[astrocyte] = layout.x[anchor] + side * (BESIDE + (before % MOST_BESIDE) * PITCH);
    layout.astrocyteY[astrocyte] = layout.y[anchor] + down;
    return;
  }
  let [x, y] = [0, 0];
  for (const neuron of neurons) {
    x += layout.x[neuron] / neurons.length;
    y += layout.y[neuron] / neurons.length;
  }
  [layout.astrocyteX[astrocyte], layout.astrocyteY[astrocyte]] = clearSpot(x, y, taken);
}

/** Astrocytes that ensheath nothing stand in a row at the foot of their region. */
function placeAlone(graph: Graph, layout: Layout, astrocyte: number, taken: Occupied): void {
  const box = layout.boxes.find((one) => one.region === graph.astrocyteRegion[astrocyte]);
  let [x, y] = [box ? box.left + 18 : 0, box ? box.top + box.height - 16 : -20];
  const end = box ? box.left + box.width - 18 : layout.width;
  while (taken.nearest(x, y) < PITCH && x < end) x += PITCH;
  [layout.astrocyteX[astrocyte], layout.astrocyteY[astrocyte]] = [Math.min(x, end), y];
}

/** The first of some places on rings about a point that is free, or else the freest of them. */
function clearSpot(x: number, y: number, taken: Occupied): [number, number] {
  const clearance = PITCH + 4;
  let best: [number, number] = [x, y];
  let freest = -1;
  for (const ring of [0, 1, 1.4, 1.9, 2.4]) {
    for (let k = 0; k < (ring === 0 ? 1 : 12); k++) {
      const angle = ((-115 + 30 * k) * Math.PI) / 180;
      const spot: [number, number] = [x + ring * clearance * Math.cos(angle), y + ring * clearance * Math.sin(angle)];
      const room = taken.nearest(...spot);
      if (room >= clearance) return spot;
      if (room > freest) [freest, best] = [room, spot];
    }
  }
  return best;
}

/** Points in a grid, so that the nearest within a cell's size is found quickly. */
class Occupied {
  readonly #cells = new Map<number, number[]>();

  constructor(x: Float32Array, y: Float32Array) {
    for (let i = 0; i < x.length; i++) this.add(x[i], y[i]);
  }

  add(x: number, y: number): void {
    const key = this.#key(Math.floor(x / 32), Math.floor(y / 32));
    const cell = this.#cells.get(key);
    if (cell) cell.push(x, y);
    else this.#cells.set(key, [x, y]);
  }

  /** Distance to the nearest point; 32 or more are all 32. */
  nearest(x: number, y: number): number {
    const [column, line] = [Math.floor(x / 32), Math.floor(y / 32)];
    let least = 32;
    for (let i = column - 1; i <= column + 1; i++) {
      for (let j = line - 1; j <= line + 1; j++) {
        const cell = this.#cells.get(this.#key(i, j)) ?? [];
        for (let k = 0; k < cell.length; k += 2) least = Math.min(least, Math.hypot(cell[k] - x, cell[k + 1] - y));
      }
    }
    return least;
  }

  #key(column: number, line: number): number {
    return column * 0x100000 + line;
  }
}
