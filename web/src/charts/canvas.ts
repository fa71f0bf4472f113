/** What pictures on canvas share: sharpness, axes, tips. */
import { el, set } from "../dom.ts";
import { number } from "../format.ts";
import type { Colours } from "../theme.ts";
import { pixel, type Scale, ticks } from "./scales.ts";

export const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif';
export const MARGIN = { left: 64, right: 14, top: 28, bottom: 44 };

/** Clear a canvas and make it as sharp as the screen. */
export function prepared(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    [canvas.width, canvas.height] = [w, h];
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws nothing on canvases");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

export interface Axes {
  width: number;
  height: number;
  x: [number, number];
  y: [number, number];
  xLabel: string;
  yLabel: string;
}

/** Draw two axes with their grid; return their scales. */
export function drawAxes(context: CanvasRenderingContext2D, colours: Colours, axes: Axes): [Scale, Scale] {
  const { width, height } = axes;
  const x: Scale = { low: axes.x[0], high: axes.x[1], from: MARGIN.left, to: width - MARGIN.right };
  const y: Scale = { low: axes.y[0], high: axes.y[1], from: height - MARGIN.bottom, to: MARGIN.top };
  context.font = FONT;
  context.fillStyle = colours.muted;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const value of ticks(x.low, x.high, Math.max(2, width / 90))) {
    const at = Math.round(pixel(x, value)) + 0.5;
    context.moveTo(at, MARGIN.top);
    context.lineTo(at, height - MARGIN.bottom + 4);
    context.fillText(number(value), at, height - MARGIN.bottom + 8);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of ticks(y.low, y.high, Math.max(2, height / 60))) {
    const at = Math.round(pixel(y, value)) + 0.5;
    context.moveTo(MARGIN.left - 4, at);
    context.lineTo(width - MARGIN.right, at);
    context.fillText(number(value), MARGIN.left - 8, at);
  }
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(axes.xLabel, (MARGIN.left + width - MARGIN.right) / 2, height - 4, width - MARGIN.left);
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(axes.yLabel, 2, 2, width - 4);
  return [x, y];
}

/** Show rows in a tip beside a place, inside of its frame; the first row is its head. */
export function showTip(tip: HTMLElement, rows: [string, string][], x: number, y: number): void {
  const [[head, value], ...others] = rows;
  tip.replaceChildren(
    el("div", { class: "tip-head" }, `${head} ${value}`),
    ...others.map(([name, shown]) => el("div", { class: "tip-row" }, el("span", {}, name), el("b", {}, shown))),
  );
  set(tip, { hidden: false });
  const frame = tip.parentElement;
  const [width, height] = [frame?.clientWidth ?? 0, frame?.clientHeight ?? 0];
  const left = x + 16 + tip.offsetWidth > width ? x - 16 - tip.offsetWidth : x + 16;
  const down = Math.min(y + 8, height - tip.offsetHeight - 4);
  tip.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, down)}px)`;
}
