/** Drawing of everything that does not change from one moment of an episode to the next. */

import type { Colours } from "../theme.ts";
import { toScreen } from "./camera.ts";
import type { Camera } from "./camera.ts";
import { HIDDEN, INPUT, OUTPUT, row } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { ASTROCYTE } from "./glia_places.ts";
import { HEADER } from "./layout.ts";
import type { Box, Layout } from "./layout.ts";
import type { NeuronStyle, Scene, SynapseStyle } from "./scene.ts";
import type { Shown } from "./filters.ts";

export const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const FAINT = 0.13;

/** What a picture is drawn of and onto. */
export interface View {
  graph: Graph;
  layout: Layout;
  shown: Shown;
  bright: Shown | null; // what stands out; null: everything
  camera: Camera;
  width: number; // of the screen [pixels of CSS]
  height: number;
  ratio: number; // device pixels of one of CSS
  colours: Colours;
}

/** Put the origin and scale of the picture (or of the screen) onto a canvas. */
export function setFrame(ctx: CanvasRenderingContext2D, view: View, camera: Camera | null): void {
  const { ratio } = view;
  if (camera === null) ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  else ctx.setTransform(ratio * camera.zoom, 0, 0, ratio * camera.zoom, ratio * camera.x, ratio * camera.y);
}

export function paintBase(ctx: CanvasRenderingContext2D, view: View, scene: Scene): void {
  setFrame(ctx, view, null);
  ctx.clearRect(0, 0, view.width, view.height);
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  setFrame(ctx, view, view.camera);
  for (const box of view.layout.boxes) paintBox(ctx, view, box);
  paintTerritories(ctx, view, scene);
  for (const style of scene.synapses) paintSynapses(ctx, view, style, scene.visible);
  paintAstrocytes(ctx, view, scene);
  for (const style of scene.neurons) paintNeurons(ctx, view, style);
  ctx.globalAlpha = 1;
  setFrame(ctx, view, null);
  for (const box of view.layout.boxes) paintHeader(ctx, view, box);
  paintNames(ctx, view);
  paintCounts(ctx, view);
}

/** Width in units of the picture of a line that has some width at zoom 1; it never gets too fine. */
function lineWidth(view: View, width: number): number {
  const { zoom } = view.camera;
  return Math.max(width * (zoom < 1 ? zoom ** 0.55 : zoom), 0.45) / zoom;
}

function paintBox(ctx: CanvasRenderingContext2D, view: View, box: Box): void {
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.roundRect(box.left, box.top, box.width, box.height, 14);
  ctx.fillStyle = view.colours.page;
  ctx.fill();
  ctx.strokeStyle = view.colours.line;
  ctx.lineWidth = lineWidth(view, 1.2);
  ctx.stroke();
}

function paintTerritories(ctx: CanvasRenderingContext2D, view: View, scene: Scene): void {
  ctx.fillStyle = ctx.strokeStyle = view.colours.astrocyte;
  for (const { path, ties, emphasis } of scene.territories) {
    const lit = emphasis === "plain" ? 1 : 0.3;
    ctx.globalAlpha = (view.colours.dark ? 0.15 : 0.13) * lit;
    ctx.fill(path);
    ctx.globalAlpha = 0.3 * lit;
    ctx.lineWidth = lineWidth(view, 0.8);
    ctx.stroke(path);
    ctx.globalAlpha = 0.6 * lit;
    ctx.setLineDash([1.2, 3.2]);
    ctx.lineWidth = lineWidth(view, 1.2);
    ctx.stroke(ties);
    ctx.setLineDash([]);
  }
}

function synapseColour(view: View, style: SynapseStyle): string {
  if (style.dormant) return view.colours.muted;
  return style.inhibits ? view.colours.inhibitory : view.colours.excitatory;
}

function paintSynapses(ctx: CanvasRenderingContext2D, view: View, style: SynapseStyle, visible: number): void {
  const crowding = Math.max(0.28, Math.min(0.92, 11 / Math.sqrt(visible)));
  const thin = Math.max(0.45, Math.min(1, (400 / Math.max(visible, 1)) ** 0.3));
  ctx.globalAlpha = style.emphasis === "faint" ? FAINT * Math.min(1, 2 * crowding) : crowding;
  ctx.strokeStyle = ctx.fillStyle = synapseColour(view, style);
  const width = lineWidth(view, style.width * thin);
  ctx.lineWidth = width;
  if (style.dormant) ctx.setLineDash([4, 4]);
  // butt ends are drawn faster than round ones, and nobody sees the difference here
  ctx.lineCap = "butt";
  ctx.stroke(style.lines);
  ctx.setLineDash([]);
  if (!style.heavy || view.camera.zoom > 0.9) {
    ctx.lineWidth = Math.max(width * 0.8, lineWidth(view, 2.2));
    if (style.inhibits) ctx.stroke(style.heads);
    else ctx.fill(style.heads);
  }
  ctx.lineWidth = lineWidth(view, 1.1);
  const line = ctx.strokeStyle;
  ctx.fillStyle = view.colours.surface;
  ctx.fill(style.dots);
  ctx.strokeStyle = line;
  ctx.stroke(style.dots);
  ctx.lineCap = "round";
}

function paintNeurons(ctx: CanvasRenderingContext2D, view: View, style: NeuronStyle): void {
  const { colours } = view;
  const colour = style.sign === 0 ? colours.muted : style.sign < 0 ? colours.inhibitory : colours.excitatory;
  const faint = style.emphasis === "faint";
  const fine = view.camera.zoom < 0.3;
  // an opaque ground first, so that no line shows through a faint cell
  ctx.globalAlpha = 1;
  ctx.fillStyle = style.role === HIDDEN && !fine ? colours.page : colours.surface;
  ctx.fill(style.rims);
  ctx.globalAlpha = faint ? 0.25 : 1;
  if (style.sign === 0) ctx.setLineDash([3, 2.5]);
  ctx.strokeStyle = ctx.fillStyle = colour;
  if (style.role !== HIDDEN || style.sign === 0) {
    ctx.lineWidth = lineWidth(view, 2.2);
    ctx.stroke(style.rims);
  }
  ctx.setLineDash([]);
  if (style.sign !== 0 && style.role !== INPUT) ctx.fill(style.cores);
  if (fine) return;
  ctx.strokeStyle = style.role === INPUT ? colour : colours.surface;
  ctx.lineWidth = 2.4;
  ctx.stroke(style.bars);
}

function paintAstrocytes(ctx: CanvasRenderingContext2D, view: View, scene: Scene): void {
  const { colours } = view;
  for (const { path, emphasis, dormant } of scene.astrocytes) {
    ctx.globalAlpha = 1;
    ctx.fillStyle = colours.page;
    ctx.fill(path);
    ctx.globalAlpha = emphasis === "plain" ? 1 : 0.25;
    ctx.lineWidth = lineWidth(view, 1.4);
    if (dormant) {
      ctx.setLineDash([3, 2.5]);
      ctx.strokeStyle = colours.muted;
      ctx.stroke(path);
      ctx.setLineDash([]);
      continue;
    }
    ctx.fillStyle = colours.astrocyte;
    ctx.fill(path);
    ctx.strokeStyle = colours.surface;
    ctx.stroke(path);
  }
}

/** Name, ratio and counts of a region, as large as its box has room for. */
function paintHeader(ctx: CanvasRenderingContext2D, view: View, box: Box): void {
  const { camera, colours } = view;
  const region = view.graph.view.regions[box.region];
  const [x, y] = toScreen(camera, box.left + 14, box.top + 11);
  const size = Math.max(10, Math.min(15, 15 * camera.zoom));
  const room = (box.width - 24) * camera.zoom;
  const head = HEADER * camera.zoom;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  const write = (text: string, at: number, weight: number, scale: number, colour: string): void => {
    ctx.font = `${weight} ${size * scale}px ${FONT}`;
    ctx.fillStyle = colour;
    if (ctx.measureText(text).width <= room + 4) ctx.fillText(text, x, y + at * size);
  };
  const name = region.name.charAt(0).toUpperCase() + region.name.slice(1);
  write(name, 0, 650, 1, colours.ink);
  if (head > 30) write(`glia-to-neuron ratio ${ratioText(region.ratio)}`, 1.3, 500, 0.78, colours.astrocyte);
  if (head > 44) {
    const neurons = region.neurons === 1 ? "neuron" : "neurons";
    const astrocytes = region.astrocytes === 1 ? "astrocyte" : "astrocytes";
    write(`${region.neurons} ${neurons} · ${region.astrocytes} ${astrocytes}`, 2.35, 400, 0.74, colours.muted);
  }
}

const ratioText = (ratio: number): string => (Number.isFinite(ratio) ? ratio.toFixed(2) : "–");

/** Names of inputs and outputs, where they can be read. */
function paintNames(ctx: CanvasRenderingContext2D, view: View): void {
  const { graph, layout, camera, colours } = view;
  const size = Math.max(9, Math.min(13, 12.5 * camera.zoom));
  if (camera.zoom < 0.27 || graph.neurons > 4000) return;
  ctx.font = `500 ${size}px ${FONT}`;
  ctx.textBaseline = "middle";
  for (let i = 0; i < graph.neurons; i++) {
    if (graph.role[i] === HIDDEN || graph.name[i] === "" || view.shown.neuron[i] === 0) continue;
    const side = graph.role[i] === INPUT ? -1 : 1;
    const [x, y] = toScreen(camera, layout.x[i] + side * layout.nameGap[i], layout.y[i]);
    if (y < -20 || y > view.height + 20) continue;
    ctx.textAlign = side < 0 ? "right" : "left";
    ctx.fillStyle = i < graph.expressed.neurons ? colours.ink : colours.muted;
    ctx.fillText(clip(graph.name[i], 26), x, y);
  }
}

/** How many cells a hexagon stands for, if more than one. */
function paintCounts(ctx: CanvasRenderingContext2D, view: View): void {
  const { graph, layout, camera, colours } = view;
  if (camera.zoom * ASTROCYTE < 4.5) return;
  const count = graph.view.astrocytes.count;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = colours.dark ? colours.page : colours.surface;
  for (let a = 0; a < graph.expressed.astrocytes; a++) {
    if (count[a] <= 1 || view.shown.astrocyte[a] === 0) continue;
    const [x, y] = toScreen(camera, layout.astrocyteX[a], layout.astrocyteY[a]);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const text = `${count[a]}`;
    ctx.font = `700 ${(text.length > 2 ? 6 : 8.5) * camera.zoom}px ${FONT}`;
    ctx.fillText(text, x, y + 0.4);
  }
}

/** A name on one line, with an ellipsis if something was cut. */
export function clip(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** Marks over the picture: what is selected, what the pointer is at, what is cut out. */
export function paintMarks(
  ctx: CanvasRenderingContext2D,
  view: View,
  marks: { neurons: readonly number[]; astrocytes: readonly number[]; strong: boolean },
): void {
  const { layout, colours, graph } = view;
  ctx.globalAlpha = 1;
  ctx.strokeStyle = marks.strong ? colours.accent : colours.muted;
  ctx.lineWidth = Math.max(2.4, 2 / view.camera.zoom);
  ctx.beginPath();
  for (const i of marks.neurons) {
    const radius = graph.role[i] === OUTPUT ? 19 : 15;
    ctx.moveTo(layout.x[i] + radius, layout.y[i]);
    ctx.arc(layout.x[i], layout.y[i], radius, 0, 2 * Math.PI);
  }
  for (const a of marks.astrocytes) {
    ctx.moveTo(layout.astrocyteX[a] + 12.5, layout.astrocyteY[a]);
    ctx.arc(layout.astrocyteX[a], layout.astrocyteY[a], 12.5, 0, 2 * Math.PI);
  }
  ctx.stroke();
}

/** Cross out what a lesion takes away. */
export function paintLesions(
  ctx: CanvasRenderingContext2D,
  view: View,
  places: readonly (readonly [number, number])[],
): void {
  ctx.globalAlpha = 1;
  ctx.lineCap = "round";
  for (const [width, colour] of [[6.5, view.colours.surface], [3, view.colours.warning]] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = Math.max(width, width / 2.5 / view.camera.zoom);
    ctx.beginPath();
    for (const [x, y] of places) {
      ctx.moveTo(x - 11, y - 11);
      ctx.lineTo(x + 11, y + 11);
      ctx.moveTo(x + 11, y - 11);
      ctx.lineTo(x - 11, y + 11);
    }
    ctx.stroke();
  }
}

/** Where the parts of a lesion are crossed out. */
export function territoryPlaces(view: View, astrocyte: number): [number, number][] {
  return [...row(view.graph.territory, astrocyte)].map((i) => [view.layout.x[i], view.layout.y[i]]);
}
