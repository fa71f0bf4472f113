/** Drawing of everything that does not change from one moment of an episode to the next. */

import type { Colours } from "../theme.ts";
import { toScreen } from "./camera.ts";
import type { Camera } from "./camera.ts";
import { arrival, pointAt, rim } from "./curves.ts";
import type { Curves } from "./curves.ts";
import type { Sheet } from "./density.ts";
import { HIDDEN, INPUT, OUTPUT } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { ASTROCYTE } from "./glia_places.ts";
import { HEADER, RADIUS } from "./layout.ts";
import type { Box, Layout } from "./layout.ts";
import { DENSE_FROM, DOTTED_UP_TO, FINE_HULLS } from "./scene.ts";
import type { NeuronStyle, Scene, SynapseStyle } from "./scene.ts";
import type { Shown } from "./filters.ts";

export const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const FAINT = 0.13;

/** What a picture is drawn of and onto. */
export interface View {
  graph: Graph;
  layout: Layout;
  curves: Curves;
  shown: Shown;
  bright: Shown | null; // what stands out; null: everything
  camera: Camera;
  width: number; // of the screen [pixels of CSS]
  height: number;
  ratio: number; // device pixels of one of CSS
  colours: Colours;
  sheet: Sheet; // for many synapses
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
  paintHulls(ctx, view, scene);
  if (scene.dense) paintDensity(ctx, view, scene);
  else for (const style of scene.synapses) paintSynapses(ctx, view, style, scene);
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

/** Whether cells are so small, or small and many, that squares do: they are drawn much faster. */
export function isCoarse(view: View): boolean {
  const pixels = RADIUS * view.camera.zoom;
  return pixels < 2 || (pixels < 3.4 && view.graph.neurons > 1500);
}

/** The widest line that is drawn fast: one pixel of the device. */
export function hair(view: View): number {
  return 0.99 / view.ratio / view.camera.zoom;
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

function paintHulls(ctx: CanvasRenderingContext2D, view: View, scene: Scene): void {
  ctx.fillStyle = ctx.strokeStyle = view.colours.astrocyte;
  const crowding = Math.max(0.4, Math.min(1, Math.sqrt(150 / Math.max(scene.hulls.length, 1))));
  for (const { path, ties, emphasis } of scene.hulls) {
    const lit = (emphasis === "plain" ? 1 : 0.3) * crowding;
    ctx.globalAlpha = (view.colours.dark ? 0.15 : 0.13) * lit;
    ctx.fill(path);
    if (scene.hulls.length > FINE_HULLS) continue;
    ctx.globalAlpha = 0.3 * lit;
    ctx.lineWidth = hair(view);
    ctx.stroke(path);
    ctx.globalAlpha = 0.6 * lit;
    ctx.setLineDash([1.2, 3.2]);
    ctx.lineWidth = scene.hulls.length > 40 ? hair(view) : lineWidth(view, 1.2);
    ctx.stroke(ties);
    ctx.setLineDash([]);
  }
}

function paintSynapses(ctx: CanvasRenderingContext2D, view: View, style: SynapseStyle, scene: Scene): void {
  const { colours, curves } = view;
  const crowding = Math.max(0.5, Math.min(0.92, 11 / Math.sqrt(scene.visible)));
  const colour = style.dormant ? colours.muted : style.inhibits ? colours.inhibitory : colours.excitatory;
  ctx.strokeStyle = ctx.fillStyle = colour;
  const faint = style.emphasis === "faint" ? FAINT : 1;
  if (style.dormant) ctx.setLineDash([4, 4]);
  ctx.globalAlpha = crowding * faint;
  const thin = Math.max(0.6, Math.min(1, (60 / Math.max(scene.visible, 1)) ** 0.2));
  const width = lineWidth(view, style.width * thin);
  ctx.lineCap = "butt";
  ctx.lineWidth = width;
  for (const s of style.members) strokeCurve(ctx, curves, s, style.inhibits ? 0 : 4);
  ctx.setLineDash([]);
  paintHeads(ctx, view, style, Math.max(width * 0.8, lineWidth(view, 2.2)));
  if (scene.visible <= DOTTED_UP_TO && view.camera.zoom > 0.35) paintDelays(ctx, view, style, colour);
  ctx.lineCap = "round";
}

/** Many synapses as their density; what stands out, if it is little, as lines over it. */
function paintDensity(ctx: CanvasRenderingContext2D, view: View, scene: Scene): void {
  const { graph, curves, camera, colours } = view;
  const { density, scale } = view.sheet;
  const finer = { zoom: camera.zoom * scale, x: camera.x * scale, y: camera.y * scale };
  density.clear();
  const strength = Math.max(0.08, Math.min(0.6, 300 / scene.visible));
  const apart = scene.synapses.filter((style) => style.emphasis === "plain" && view.bright !== null);
  const few = apart.reduce((sum, style) => sum + style.members.length, 0) <= DENSE_FROM;
  for (const style of scene.synapses) {
    if (few && apart.includes(style)) continue;
    const own = strength * (0.4 + 0.35 * style.width) * (style.emphasis === "faint" ? 0.2 : 1);
    for (const s of style.members) density.addCurve(finer, curves, s, graph.inhibits[s], own);
  }
  setFrame(ctx, view, null);
  ctx.globalAlpha = 1;
  view.sheet.draw(ctx);
  setFrame(ctx, view, camera);
  if (few) for (const style of apart) paintSynapses(ctx, view, style, { ...scene, visible: DENSE_FROM });
  if (camera.zoom < 0.8) return;
  for (const style of scene.synapses) {
    ctx.globalAlpha = style.emphasis === "faint" ? FAINT : 0.7;
    ctx.strokeStyle = ctx.fillStyle = style.inhibits ? colours.inhibitory : colours.excitatory;
    paintHeads(ctx, view, style, lineWidth(view, 2.2));
  }
}

/** A curve that ends inside its head, so that the head's point stays sharp. */
function strokeCurve(ctx: CanvasRenderingContext2D, curves: Curves, s: number, back: number): void {
  const at = 8 * s;
  const [ux, uy] = back === 0 ? [0, 0] : arrival(curves, s);
  ctx.beginPath();
  ctx.moveTo(curves[at], curves[at + 1]);
  ctx.bezierCurveTo(
    curves[at + 2], curves[at + 3], curves[at + 4], curves[at + 5], curves[at + 6] - back * ux, curves[at + 7] - back * uy,
  );
  ctx.stroke();
}

function isSeen(view: View, x: number, y: number, margin = 30): boolean {
  const [sx, sy] = toScreen(view.camera, x, y);
  return sx > -margin && sy > -margin && sx < view.width + margin && sy < view.height + margin;
}

/** Arrowheads of excitation, bars of inhibition. */
function paintHeads(ctx: CanvasRenderingContext2D, view: View, style: SynapseStyle, width: number): void {
  const { curves } = view;
  const size = 3.4 + 1.15 * style.width;
  ctx.lineWidth = width;
  for (const s of style.members) {
    const [x, y] = [curves[8 * s + 6], curves[8 * s + 7]];
    if (!isSeen(view, x, y)) continue;
    const [ux, uy] = arrival(curves, s);
    ctx.beginPath();
    if (style.inhibits) {
      ctx.moveTo(x - size * uy, y + size * ux);
      ctx.lineTo(x + size * uy, y - size * ux);
      ctx.stroke();
      continue;
    }
    const [bx, by] = [x - 1.9 * size * ux, y - 1.9 * size * uy];
    ctx.moveTo(x, y);
    ctx.lineTo(bx - 0.85 * size * uy, by + 0.85 * size * ux);
    ctx.lineTo(bx + 0.85 * size * uy, by - 0.85 * size * ux);
    ctx.fill();
  }
}

/** A dot for each millisecond that a spike is on its way. */
function paintDelays(ctx: CanvasRenderingContext2D, view: View, style: SynapseStyle, colour: string): void {
  ctx.lineWidth = lineWidth(view, 1.1);
  ctx.fillStyle = view.colours.surface;
  ctx.strokeStyle = colour;
  for (const s of style.members) {
    const delay = view.graph.delay[s];
    for (let k = 1; k < delay; k++) {
      const [x, y] = pointAt(view.curves, s, k / delay);
      if (!isSeen(view, x, y)) continue;
      disc(ctx, x, y, 1.3 + style.width / 2);
      ctx.fill();
      ctx.stroke();
    }
  }
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
}

function paintNeurons(ctx: CanvasRenderingContext2D, view: View, style: NeuronStyle): void {
  const { colours, layout } = view;
  const colour = style.sign === 0 ? colours.muted : style.sign < 0 ? colours.inhibitory : colours.excitatory;
  const faint = style.emphasis === "faint";
  const pixels = RADIUS * view.camera.zoom;
  if (isCoarse(view)) {
    ctx.globalAlpha = faint ? 0.2 : 1;
    ctx.fillStyle = colour;
    const size = Math.max(pixels, 1.1) / view.camera.zoom;
    for (const i of style.members) ctx.fillRect(layout.x[i] - 0.85 * size, layout.y[i] - 0.85 * size, 1.7 * size, 1.7 * size);
    return;
  }
  for (const i of style.members) {
    if (isSeen(view, layout.x[i], layout.y[i])) paintNeuron(ctx, view, style, colour, layout.x[i], layout.y[i]);
  }
}

function paintNeuron(
  ctx: CanvasRenderingContext2D,
  view: View,
  style: NeuronStyle,
  colour: string,
  x: number,
  y: number,
): void {
  const { colours } = view;
  const faint = style.emphasis === "faint";
  const outer = style.role === OUTPUT ? rim(OUTPUT) - 1.5 : RADIUS;
  const isRing = style.role !== HIDDEN || style.sign === 0;
  ctx.globalAlpha = 1;
  if (isRing || faint) {
    // an opaque ground, so that no line shows through
    ctx.fillStyle = colours.surface;
    disc(ctx, x, y, outer);
    ctx.fill();
  }
  ctx.globalAlpha = faint ? 0.25 : 1;
  ctx.strokeStyle = ctx.fillStyle = colour;
  if (isRing) {
    if (style.sign === 0) ctx.setLineDash([3, 2.5]);
    ctx.lineWidth = lineWidth(view, 2.2);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  if (style.sign !== 0 && style.role !== INPUT) {
    disc(ctx, x, y, style.role === OUTPUT ? RADIUS - 0.5 : RADIUS);
    ctx.fill();
  }
  if (style.sign !== -1) return;
  ctx.fillStyle = style.role === INPUT ? colour : colours.surface;
  ctx.fillRect(x - 4.6, y - 1.2, 9.2, 2.4);
}

function paintAstrocytes(ctx: CanvasRenderingContext2D, view: View, scene: Scene): void {
  const { colours, layout } = view;
  const coarse = isCoarse(view);
  for (const { members, emphasis, dormant } of scene.astrocytes) {
    const path = new Path2D();
    ctx.globalAlpha = emphasis === "plain" ? 1 : 0.25;
    ctx.fillStyle = colours.astrocyte;
    const size = Math.max(ASTROCYTE, 1 / view.camera.zoom);
    for (const a of members) {
      const [x, y] = [layout.astrocyteX[a], layout.astrocyteY[a]];
      if (coarse) ctx.fillRect(x - 0.8 * size, y - 0.8 * size, 1.6 * size, 1.6 * size);
      else if (isSeen(view, x, y)) hexagon(path, x, y, ASTROCYTE);
    }
    if (dormant) {
      ctx.setLineDash([3, 2.5]);
      ctx.strokeStyle = colours.muted;
      ctx.lineWidth = lineWidth(view, 1.4);
      ctx.stroke(path);
      ctx.setLineDash([]);
      continue;
    }
    ctx.fill(path);
    ctx.strokeStyle = colours.surface;
    ctx.lineWidth = members.length > 150 ? hair(view) : lineWidth(view, 1.4);
    ctx.stroke(path);
  }
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
    if (graph.role[i] === HIDDEN || graph.name[i] === "" || layout.nameGap[i] === 0 || view.shown.neuron[i] === 0) continue;
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
