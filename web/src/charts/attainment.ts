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
        stair(context, front, x, y, this.data?.directions ?? []);
      }
    });
    context.globalAlpha = 1;
  }
}

/** Draw the edge of what a front attains, from one side of the picture to the other. */
function stair(context: CanvasRenderingContext2D, front: [number, number][], x: Scale, y: Scale, ways: number[]): void {
  const points = [...front].sort((a, b) => a[0] - b[0]).map(([px, py]) => [pixel(x, px), pixel(y, py)] as const);
  if (!points.length) return;
  const [more, up] = [(ways[0] ?? -1) > 0, (ways[1] ?? 1) > 0];
  const worst = up ? y.from : y.to; // the side of y that every run attains
  const [first, last] = [points[0], points[points.length - 1]];
  context.beginPath();
  if (more) context.moveTo(x.from, first[1]);
  else context.moveTo(first[0], worst);
  points.forEach(([at, level], k) => {
    if (k && more) context.lineTo(points[k - 1][0], level);
    else if (k) context.lineTo(at, points[k - 1][1]);
    context.lineTo(at, level);
  });
  if (more) context.lineTo(last[0], worst);
  else context.lineTo(x.to, last[1]);
  context.stroke();
}
