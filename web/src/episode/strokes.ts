/** Drawing of rows of numbers against time. */

import type { Num } from "../contract.ts";
import { firstFrom } from "./timeline.ts";

/** Where on a canvas a track is drawn, and which times it shows. */
export interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
  from: number; // [ms]
  to: number;
}

export function xOf(plot: Plot, time: number): number {
  return plot.left + ((time - plot.from) / (plot.to - plot.from)) * plot.width;
}

export function yOf(plot: Plot, value: number, low: number, high: number): number {
  return plot.top + plot.height - ((value - low) / (high - low || 1)) * plot.height;
}

/** Indices of samples that are seen, with one more on each side. */
export function seen(plot: Plot, times: readonly number[]): [number, number] {
  return [Math.max(0, firstFrom(times, plot.from) - 1), Math.min(times.length - 1, firstFrom(times, plot.to))];
}

/** Line through samples; several within a pixel become their range. `held`: each holds up to the next. */
export function line(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  times: readonly number[],
  values: readonly Num[],
  low: number,
  high: number,
  held = false,
): void {
  const [first, last] = seen(plot, times);
  ctx.beginPath();
  let open = false;
  let before = 0;
  for (let i = first; i <= last; ) {
    const x = xOf(plot, times[i]);
    let [least, most, final] = [Infinity, -Infinity, null as Num];
    let next = i;
    do {
      const value = values[next] ?? null;
      final = value;
      if (value !== null) [least, most] = [Math.min(least, value), Math.max(most, value)];
      next++;
    } while (next <= last && xOf(plot, times[next]) - x < 1);
    if (final === null) open = false;
    else {
      const y = yOf(plot, final, low, high);
      if (!open) ctx.moveTo(x, y);
      else if (held) ctx.lineTo(x, before);
      if (next - i > 1) {
        ctx.lineTo(x, yOf(plot, most, low, high));
        ctx.lineTo(x, yOf(plot, least, low, high));
      }
      ctx.lineTo(x, y);
      before = y;
      open = true;
    }
    i = next;
  }
  if (open && held) ctx.lineTo(Math.min(plot.left + plot.width, xOf(plot, plot.to)), before);
  ctx.stroke();
}

/** Windows stacked on one another: values hold from the end of the window before to their own. */
export function stacked(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  ends: readonly number[],
  rows: readonly (readonly Num[])[],
  high: number,
  colours: readonly string[],
): void {
  const [first, last] = seen(plot, ends);
  const base = new Float64Array(ends.length);
  for (const [number, values] of rows.entries()) {
    ctx.beginPath();
    const top: [number, number][] = [];
    for (let i = first; i <= last; i++) {
      const start = xOf(plot, i === 0 ? 0 : ends[i - 1]);
      const end = xOf(plot, ends[i]);
      const below = yOf(plot, base[i], 0, high);
      base[i] += Math.max(0, values[i] ?? 0);
      const above = yOf(plot, base[i], 0, high);
      ctx.lineTo(start, below);
      ctx.lineTo(end, below);
      top.push([end, above], [start, above]);
    }
    // back along the upper side, from the last window to the first
    for (let k = top.length - 2; k >= 0; k -= 2) {
      ctx.lineTo(...top[k]);
      ctx.lineTo(...top[k + 1]);
    }
    ctx.closePath();
    ctx.fillStyle = colours[number % colours.length];
    ctx.fill();
  }
}

/** Rows of colour: one a quantity, as strong as its value. */
export function heat(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  times: readonly number[],
  rows: readonly (readonly Num[])[],
  shade: (share: number) => readonly [number, number, number, number],
  low: number,
  high: number,
): void {
  const width = Math.max(1, Math.min(2000, Math.round(plot.width)));
  const height = Math.max(1, Math.min(rows.length, Math.ceil(plot.height)));
  const image = new ImageData(width, height);
  for (let x = 0; x < width; x++) {
    const time = plot.from + ((x + 0.5) / width) * (plot.to - plot.from);
    const at = firstFrom(times, time + 1e-9) - 1;
    if (at < 0) continue;
    for (let y = 0; y < height; y++) {
      const value = rows[Math.floor((y * rows.length) / height)][at] ?? null;
      if (value === null) continue;
      const colour = shade(Math.max(0, Math.min(1, (value - low) / (high - low || 1))));
      const pixel = 4 * (y * width + x);
      for (let k = 0; k < 4; k++) image.data[pixel + k] = colour[k];
    }
  }
  drawImage(ctx, plot, image);
}

/** Draw an image over a plot. */
export function drawImage(ctx: CanvasRenderingContext2D, plot: Plot, image: ImageData): void {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(canvas, plot.left, plot.top, plot.width, plot.height);
}

/** Round steps of an axis, at most `most` of them. */
export function ticks(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((one) => one >= rough * 0.999) ?? rough;
  const found: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}

/** Components of a colour of CSS, read by drawing it. */
export function components(colour: string): [number, number, number] {
  const ctx = new OffscreenCanvas(1, 1).getContext("2d")!;
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, 1, 1);
  const [red, green, blue] = ctx.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
