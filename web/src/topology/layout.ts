/**
 * Where everything stands. Lengths are in units of the picture, about pixels at zoom 1, y downwards.
 *
 * Regions are laid out first. Inputs and outputs stand in columns, in the order of their channels.
 * Hidden neurons start where their genes put them in their region, and are pushed apart there, so
 * that what is near in the picture is near in development and territories stay in one piece. The
 * same genome always gives the same picture.
 */

import { HIDDEN, INPUT, OUTPUT } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { gliaWidth, placeAstrocytes } from "./glia_places.ts";
import { columnsOf } from "./regions.ts";

export const RADIUS = 9; // of a neuron
export const HEADER = 64; // height of a region's text
const PITCH = 42; // between the neurons of a column
export const SPACING = 46; // least distance of hidden neurons
const GAP = 20; // between regions above one another
const MOST_IN_COLUMN = 24;
const CHARACTER = 7; // width of a character of a name
const MARGIN = 20;
const ASPECT = 2; // width by height that a picture should have

export interface Box {
  region: number;
  column: number;
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
  x: Float32Array; // by neuron
  y: Float32Array;
  column: Int16Array; // column of regions, by neuron
  astrocyteX: Float32Array;
  astrocyteY: Float32Array;
  nameGap: Float32Array; // distance of an input's or output's name from its centre
}

interface Sizes {
  inputs: number[];
  outputs: number[];
  hidden: number[];
  inputColumns: number;
  outputColumns: number;
  inputSide: number; // width of names and astrocytes beside inputs
  outputSide: number;
}

/** The part of a region that its hidden neurons may take. */
export interface Room {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Fills in the places of neurons inside a room, in short steps. */
export type Settle = (
  graph: Graph,
  neurons: number[],
  room: Room,
  place: { x: Float32Array; y: Float32Array },
) => Iterable<void>;

/** Lay a network out in one go. */
export function layOut(graph: Graph, settle: Settle, aspect = ASPECT): Layout {
  const work = layOutInSlices(graph, settle, aspect);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Lay out in slices of some milliseconds, so that the page stays responsive. */
export async function layOutSoon(graph: Graph, settle: Settle, aspect: number, slice = 12): Promise<Layout> {
  const work = layOutInSlices(graph, settle, aspect);
  for (;;) {
    const start = performance.now();
    while (performance.now() - start < slice) {
      const step = work.next();
      if (step.done) return step.value;
    }
    await new Promise<void>((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        channel.port1.close();
        resolve();
      };
      channel.port2.postMessage(null);
    });
  }
}

function* layOutInSlices(graph: Graph, settle: Settle, aspect: number): Generator<void, Layout> {
  const columns = columnsOf(graph);
  const sizes = graph.view.regions.map((_, region) => sizesOf(graph, region));
  const height = Math.max(...columns.map((column) => heightOf(column, sizes)), 240);
  const layout: Layout = {
    width: 0,
    height,
    boxes: [],
    x: new Float32Array(graph.neurons),
    y: new Float32Array(graph.neurons),
    column: new Int16Array(graph.neurons),
    astrocyteX: new Float32Array(graph.astrocytes),
    astrocyteY: new Float32Array(graph.astrocytes),
    nameGap: new Float32Array(graph.neurons),
  };
  let left = 0;
  const gap = between(graph, columns, sizes, height, aspect);
  for (const [number, column] of columns.entries()) {
    const boxes = stack(column, number, left, height, sizes);
    for (const box of boxes) {
      placeColumns(graph, box, sizes[box.region], layout);
      const { hidden } = sizes[box.region];
      if (hidden.length > 0) yield* settle(graph, hidden, roomOf(box, sizes[box.region]), layout);
      layout.boxes.push(box);
    }
    left += boxes[0].width + gap;
  }
  layout.width = left - gap;
  yield* placeAstrocytes(graph, layout);
  return layout;
}

/** Room for synapses between columns of regions: more where the picture would be too narrow. */
function between(graph: Graph, columns: number[][], sizes: Sizes[], height: number, aspect: number): number {
  const least = (columns.length > 3 ? 60 : 90) + Math.min(160, Math.sqrt(graph.synapses) * 2);
  const boxes = columns.map((column, k) => stack(column, k, 0, height, sizes)[0].width);
  const free = aspect * height - boxes.reduce((sum, width) => sum + width, 0);
  return Math.min(Math.max(least, free / Math.max(1, columns.length - 1)), 2.5 * least + 0.1 * height);
}

function sizesOf(graph: Graph, region: number): Sizes {
  const cells: number[][] = [[], [], []];
  for (let i = 0; i < graph.neurons; i++) if (graph.region[i] === region) cells[graph.role[i]].push(i);
  const [inputs, outputs, hidden] = [cells[INPUT], cells[OUTPUT], cells[HIDDEN]];
  const columns = (count: number): number =>
    Math.ceil(count / Math.max(MOST_IN_COLUMN, Math.ceil(Math.sqrt(2 * count))));
  const side = (neurons: number[]): number => {
    if (neurons.length === 0) return 0;
    const longest = isNamed(neurons) ? neurons.reduce((most, i) => Math.max(most, graph.name[i].length), 0) : 0;
    return Math.min(longest, 26) * CHARACTER + gliaWidth(graph, neurons) + 17;
  };
  return {
    inputs,
    outputs,
    hidden,
    inputColumns: columns(inputs.length),
    outputColumns: columns(outputs.length),
    inputSide: side(inputs),
    outputSide: side(outputs),
  };
}

/** Whether names stand beside a region's inputs or outputs: of very many, only the pointer shows them. */
const isNamed = (neurons: readonly number[]): boolean => neurons.length <= 3 * MOST_IN_COLUMN;

const area = (sizes: Sizes): number => sizes.hidden.length * SPACING * SPACING * 1.7;

function heightOf(column: number[], sizes: Sizes[]): number {
  let height = 0;
  for (const region of column) {
    const own = sizes[region];
    const tallest = Math.max(
      Math.ceil(own.inputs.length / Math.max(own.inputColumns, 1)),
      Math.ceil(own.outputs.length / Math.max(own.outputColumns, 1)),
    );
    height += HEADER + GAP + Math.max(tallest * PITCH + MARGIN, Math.sqrt(area(own) * 0.6), 96);
  }
  return height - GAP;
}

/** Width of the columns of inputs and outputs, each with what stands beside it. */
function endsOf(sizes: Sizes): number {
  return sizes.inputColumns * (PITCH + sizes.inputSide) + sizes.outputColumns * (PITCH + sizes.outputSide);
}

function widthOf(sizes: Sizes, height: number): number {
  const ends = endsOf(sizes);
  const hidden = sizes.hidden.length === 0 ? 0 : Math.max(area(sizes) / Math.max(height - HEADER, 60), 170);
  return Math.max(ends + hidden + 2 * MARGIN, 200);
}

/** Boxes of one column, from top to bottom; each has height by what it needs. */
function stack(column: number[], number: number, left: number, height: number, sizes: Sizes[]): Box[] {
  const needs = column.map((region) => heightOf([region], sizes));
  const room = height - GAP * (column.length - 1);
  const total = needs.reduce((sum, need) => sum + need, 0);
  let top = 0;
  const boxes = column.map((region, index) => {
    const own = (room * needs[index]) / total;
    const box = { region, column: number, left, top, width: widthOf(sizes[region], own), height: own };
    top += own + GAP;
    return box;
  });
  const width = Math.max(...boxes.map((box) => box.width));
  return boxes.map((box) => ({ ...box, width }));
}

/** Place inputs at the left of a box, outputs at its right; alone in it, towards the next column. */
function placeColumns(graph: Graph, box: Box, sizes: Sizes, layout: Layout): void {
  const middle = box.top + HEADER + (box.height - HEADER - MARGIN / 2) / 2;
  const put = (neurons: number[], columns: number, x: number, across: number, stretch: number, gap: number): void => {
    const each = Math.ceil(neurons.length / Math.max(columns, 1));
    const pitch = Math.min(PITCH * stretch, (box.height - HEADER - MARGIN) / Math.max(each, 1));
    for (const [index, neuron] of neurons.entries()) {
      const inColumn = Math.min(each, neurons.length - Math.floor(index / each) * each);
      layout.x[neuron] = x + Math.floor(index / each) * across;
      layout.y[neuron] = middle + ((index % each) - (inColumn - 1) / 2) * pitch;
      layout.nameGap[neuron] = isNamed(neurons) ? gap : 0;
    }
  };
  const lonely = sizes.hidden.length === 0;
  const right = box.left + box.width - MARGIN;
  const onlyInputs = lonely && sizes.outputs.length === 0;
  const inputLeft = onlyInputs
    ? right - (sizes.inputColumns - 1) * (PITCH + sizes.inputSide) - PITCH / 2
    : box.left + MARGIN + sizes.inputSide + PITCH / 2;
  put(sizes.inputs, sizes.inputColumns, inputLeft, PITCH + sizes.inputSide, 1, gliaWidth(graph, sizes.inputs) + RADIUS + 13);
  const onlyOutputs = lonely && sizes.inputs.length === 0;
  const outputLeft = onlyOutputs
    ? box.left + MARGIN + PITCH / 2
    : right - sizes.outputColumns * (PITCH + sizes.outputSide) + PITCH / 2;
  put(sizes.outputs, sizes.outputColumns, outputLeft, PITCH + sizes.outputSide, 1.7, gliaWidth(graph, sizes.outputs) + RADIUS + 15);
  for (const neuron of [...sizes.inputs, ...sizes.outputs, ...sizes.hidden]) layout.column[neuron] = box.column;
}

/** What columns and names leave of a box. */
function roomOf(box: Box, sizes: Sizes): Room {
  const inputs = sizes.inputColumns * (PITCH + sizes.inputSide);
  const outputs = sizes.outputColumns * (PITCH + sizes.outputSide);
  return {
    left: box.left + MARGIN + inputs + 22,
    right: box.left + box.width - MARGIN - outputs - 22,
    top: box.top + HEADER + 30,
    bottom: box.top + box.height - 34,
  };
}
