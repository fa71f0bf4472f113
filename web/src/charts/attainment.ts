/** Fronts that shares of the runs attained, as stairs on canvas. */
import type { App } from "../app.ts";
import type { Comparison } from "../contract.ts";
import { el } from "../dom.ts";
import { drawAxes, prepared } from "./canvas.ts";
import { extent, padded, pixel, type Scale } from "./scales.ts";

export class Attainment {
  private readonly app: App;
  private readonly root: HTMLElement;
  private readonly canvas = el("canvas", { class: "layer", "aria-hidden": "true" });
  private data: Comparison | null = null;

  constructor(host: HTMLElement, app: App) {
    this.app = app;
    this.root = el("div", { class: "attainment", role: "img", "aria-label": "Fronts attained by each group; the table has the numbers" }, this.canvas);
    host.append(this.root);
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  show(data: Comparison): void {
    this.data = data;
    this.draw();
  }

  private draw(): void {
    const [width, height] = [this.root.clientWidth, this.root.clientHeight];
    if (!this.data || !width || !height) return;
    const points = this.data.groups.flatMap((group) => group.attainment.flatMap((one) => one.points));
    const span = (k: 0 | 1): [number, number] => padded(extent(points.map((one) => one[k])) ?? [0, 1]);
    const context = prepared(this.canvas, width, height);
    const [x, y] = drawAxes(context, this.app.colours, { width, height, x: span(0), y: span(1), xLabel: this.data.objectives[0] ?? "", yLabel: this.data.objectives[1] ?? "" });
    this.data.groups.forEach((group, i) => {
      for (const { share, points: front } of group.attainment) {
        context.globalAlpha = Math.abs(share - 0.5) < 1e-9 ? 1 : 0.45;
        context.lineWidth = Math.abs(share - 0.5) < 1e-9 ? 2.5 : 1;
        context.strokeStyle = this.app.colours.series[i % 8];
        stair(context, front, x, y, (this.data?.directions?.[0] ?? -1) > 0);
      }
    });
    context.globalAlpha = 1;
  }
}

/** Join points of a front by steps, on the side that points attain; `more`: more of x is better. */
function stair(context: CanvasRenderingContext2D, front: [number, number][], x: Scale, y: Scale, more: boolean): void {
  const sorted = [...front].sort((a, b) => a[0] - b[0]);
  context.beginPath();
  sorted.forEach(([px, py], k) => {
    const [at, up] = [pixel(x, px), pixel(y, py)];
    if (!k) context.moveTo(at, up);
    else {
      if (more) context.lineTo(pixel(x, sorted[k - 1][0]), up);
      else context.lineTo(at, pixel(y, sorted[k - 1][1]));
      context.lineTo(at, up);
    }
  });
  context.stroke();
}
