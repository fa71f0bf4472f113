/** Marks over a picture: what is selected, what the pointer is at, what is cut out. */

import { OUTPUT } from "./graph.ts";
import type { View } from "./paint.ts";

/** Rings about cells. */
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
