/** A phylogeny on canvas: hover, choose, walk along lines with the arrow keys. */
import type { App } from "../app.ts";
import type { Phylogeny } from "../contract.ts";
import { el, set } from "../dom.ts";
import { number } from "../format.ts";
import { FONT, prepared, showTip } from "./canvas.ts";
import { nearest, type Placed } from "./points.ts";
import { extent, pixel, type Scale, ticks } from "./scales.ts";
import { ancestors, layoutTree, type TreeLayout } from "./tree.ts";

export interface TreeData {
  tree: Phylogeny;
  colour: string[];
  lit: boolean[];
  selected: number | null; // key
  describe: (index: number) => [string, string][];
}

const MARGIN = { left: 14, right: 18, top: 14, bottom: 40 };
const ROW = 9; // pixels between leaves, if there is room
const REACH = 16;

export class TreePlot {
  private readonly app: App;
  private readonly choose: (key: number) => void;
  private readonly root: HTMLElement;
  private readonly base = el("canvas", { class: "layer", "aria-hidden": "true" });
  private readonly top = el("canvas", { class: "layer", "aria-hidden": "true" });
  private readonly tip = el("div", { class: "tip", hidden: true, role: "status" });
  private data: TreeData | null = null;
  private layout: TreeLayout = { y: new Float64Array(), leaves: 0, children: [] };
  private placed: Placed = { x: new Float32Array(), y: new Float32Array() };
  private hovered = -1;

  constructor(host: HTMLElement, app: App, choose: (key: number) => void) {
    this.app = app;
    this.choose = choose;
    this.root = el("div", {
      class: "tree", tabindex: 0, role: "application", "aria-roledescription": "chart",
      "aria-label": "Phylogeny. Left goes to the parent, right to an offspring, up and down to others of the generation, Enter selects the genome.",
      onkeydown: (event) => this.key(event as KeyboardEvent),
      onblur: () => this.point(-1),
      onclick: () => this.pick(),
      onpointermove: (event) => this.moved(event as PointerEvent),
      onpointerleave: () => this.point(-1),
    }, this.base, this.top, this.tip);
    host.append(this.root);
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  show(data: TreeData): void {
    if (this.data?.tree !== data.tree) this.layout = layoutTree(data.tree.parent);
    this.data = data;
    this.hovered = -1;
    set(this.tip, { hidden: true });
    this.root.style.height = `${Math.min(640, Math.max(200, this.layout.leaves * ROW + MARGIN.top + MARGIN.bottom))}px`;
    this.draw();
  }

  private draw(): void {
    const [width, height] = [this.root.clientWidth, this.root.clientHeight];
    if (!this.data || !width || !height) return;
    const { generation } = this.data.tree;
    const [low, high] = extent(generation) ?? [0, 1];
    const x: Scale = { low, high: high > low ? high : low + 1, from: MARGIN.left, to: width - MARGIN.right };
    const y: Scale = { low: 0, high: Math.max(1, this.layout.leaves - 1), from: MARGIN.top, to: height - MARGIN.bottom };
    this.placed = {
      x: Float32Array.from(generation, (one) => pixel(x, one)),
      y: Float32Array.from(this.layout.y, (one) => pixel(y, one)),
    };
    const context = prepared(this.base, width, height);
    this.drawAxis(context, x, width, height);
    this.drawLines(context, this.data);
    this.drawTop();
  }

  private drawAxis(context: CanvasRenderingContext2D, x: Scale, width: number, height: number): void {
    const { colours } = this.app;
    context.font = FONT;
    context.fillStyle = colours.muted;
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.beginPath();
    for (const value of ticks(x.low, x.high, Math.max(2, width / 90))) {
      if (!Number.isInteger(value)) continue;
      const at = Math.round(pixel(x, value)) + 0.5;
      context.moveTo(at, 4);
      context.lineTo(at, height - MARGIN.bottom + 8);
      context.fillText(number(value), at, height - MARGIN.bottom + 12);
    }
    context.stroke();
    context.textBaseline = "bottom";
    context.fillText("generation", width / 2, height - 1);
  }

  private drawLines(context: CanvasRenderingContext2D, data: TreeData): void {
    const { parent, survivor, key } = data.tree;
    context.lineWidth = 1.25;
    for (let i = 0; i < parent.length; i++) {
      context.globalAlpha = data.lit[i] ? 1 : 0.2;
      if (parent[i] >= 0) this.branch(context, parent[i], i, data.colour[i]);
    }
    for (let i = 0; i < parent.length; i++) {
      context.globalAlpha = data.lit[i] ? 1 : 0.2;
      if (survivor[i]) this.dot(context, i, 2.5, this.app.colours.ink);
      else if (parent[i] < 0) this.dot(context, i, 2.5, data.colour[i]);
    }
    context.globalAlpha = 1;
    const meeting = data.tree.coalescence === null ? -1 : key.indexOf(data.tree.coalescence);
    if (meeting >= 0) this.dot(context, meeting, 6, this.app.colours.warning);
  }

  private branch(context: CanvasRenderingContext2D, from: number, to: number, colour: string): void {
    const { x, y } = this.placed;
    context.strokeStyle = colour;
    context.beginPath();
    context.moveTo(x[from], y[from]);
    const turn = Math.min(6, (x[to] - x[from]) / 2);
    context.bezierCurveTo(x[from] + turn, y[from], x[from] + turn / 2, y[to], Math.min(x[to], x[from] + 2 * turn), y[to]);
    context.lineTo(x[to], y[to]);
    context.stroke();
  }

  private dot(context: CanvasRenderingContext2D, i: number, radius: number, colour: string): void {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(this.placed.x[i], this.placed.y[i], radius, 0, 2 * Math.PI);
    context.fill();
  }

  /** The line of the selected genome, and what is hovered. */
  private drawTop(): void {
    const data = this.data;
    if (!data) return;
    const context = prepared(this.top, this.root.clientWidth, this.root.clientHeight);
    const { colours } = this.app;
    const selected = data.selected === null ? -1 : data.tree.key.indexOf(data.selected);
    context.lineWidth = 2.5;
    const line = ancestors(data.tree.parent, selected);
    for (const i of line) if (data.tree.parent[i] >= 0) this.branch(context, data.tree.parent[i], i, colours.accent);
    if (selected >= 0) this.dot(context, selected, 5, colours.accent);
    if (this.hovered < 0) return;
    this.dot(context, this.hovered, 6, colours.ink);
    this.dot(context, this.hovered, 3, colours.surface);
  }

  private moved(event: PointerEvent): void {
    const box = this.root.getBoundingClientRect();
    this.point(nearest(this.placed, event.clientX - box.left, event.clientY - box.top, REACH, () => true));
  }

  private pick(): void {
    if (this.data && this.hovered >= 0) this.choose(this.data.tree.key[this.hovered]);
  }

  private point(index: number): void {
    if (index === this.hovered) return;
    this.hovered = index;
    this.drawTop();
    set(this.tip, { hidden: true });
    if (index < 0 || !this.data) return;
    showTip(this.tip, this.data.describe(index), this.placed.x[index], this.placed.y[index]);
  }

  private key(event: KeyboardEvent): void {
    const data = this.data;
    if (!data) return;
    const selected = data.selected === null ? -1 : data.tree.key.indexOf(data.selected);
    const here = this.hovered >= 0 ? this.hovered : Math.max(selected, 0);
    const steps: Record<string, () => number> = {
      ArrowLeft: () => data.tree.parent[here],
      ArrowRight: () => this.layout.children[here][0] ?? -1,
      ArrowUp: () => this.beside(here, -1),
      ArrowDown: () => this.beside(here, 1),
    };
    if (event.key === "Enter") this.pick();
    else if (event.key in steps) {
      const to = steps[event.key]();
      if (to >= 0) this.point(to);
    } else return;
    event.preventDefault();
  }

  /** The next one of the same generation, above or below. */
  private beside(here: number, way: number): number {
    const { generation } = this.data?.tree ?? { generation: [] };
    const { y } = this.layout;
    let found = -1;
    for (let i = 0; i < generation.length; i++) {
      const ahead = way * (y[i] - y[here]);
      if (generation[i] !== generation[here] || ahead <= 0) continue;
      if (found < 0 || ahead < way * (y[found] - y[here])) found = i;
    }
    return found;
  }
}
