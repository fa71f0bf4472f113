/** What stands in the gutter beside a track. */

import type { Colours } from "../theme.ts";
import { ticks, yOf } from "./strokes.ts";
import type { Plot } from "./strokes.ts";

const FONT = "11px system-ui, sans-serif";

/** Values at the ends of an axis, in the gutter. */
export function axis(ctx: CanvasRenderingContext2D, plot: Plot, low: number, high: number, colours: Colours): void {
  ctx.font = FONT;
  ctx.fillStyle = colours.muted;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  let most = Math.max(1, plot.height / 26);
  while (ticks(low, high, most).length < 2 && most < 8) most++; // one value says nothing of the scale
  for (const value of ticks(low, high, most)) {
    const y = yOf(plot, value, low, high);
    const at = Math.max(plot.top + 6, Math.min(plot.top + plot.height - 6, y));
    ctx.fillText(String(value).replace("-", "−"), plot.left - 7, at);
  }
}

/** Text in the gutter, cut to its width. */
export function label(ctx: CanvasRenderingContext2D, plot: Plot, text: string, y: number, colour: string): void {
  ctx.font = FONT;
  ctx.fillStyle = colour;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  let shown = text;
  while (shown.length > 2 && ctx.measureText(shown).width > plot.left - 10) shown = `${shown.slice(0, -2)}…`;
  ctx.fillText(shown, plot.left - 7, y);
}
