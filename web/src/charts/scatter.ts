/** Points with two axes on canvas: hover, choose, brush; by mouse, touch and keyboard. */
import type { App } from "../app.ts";
import { el, set } from "../dom.ts";
import { alpha } from "../theme.ts";
import { drawAxes, prepared, showTip } from "./canvas.ts";
import { binned, nearest, place, type Placed } from "./points.ts";
import { padded, pixel, type Scale, valueAt } from "./scales.ts";

/** Lines through points, such as a front. */
export interface Trail {
  points: number[]; // indices, in order of x
  colour: string;
  width: number;
  /** How points are joined: what a front attains is a stair that turns after or before the next point. */
  join: "after" | "before" | "straight" | "none";
  dot: number; // radius; 0: none
}

export interface ScatterData {
  x: Float64Array; // NaN: missing
  y: Float64Array;
  xLabel: string;
  yLabel: string;
  /** Bin of colours for each point, and the colours. */
  bin: Uint8Array;
  colours: string[];
  /** 1: bright, 0: dimmed. */
  lit: Uint8Array;
  /** 1: drawn as a point. */
  drawn: Uint8Array;
  trails: Trail[];
  selected: number; // index; -1: none
  rectangle: { x: [number, number]; y: [number, number] } | null; // what is brushed, as values
  describe: (index: number) => [string, string][]; // rows of the tip; the first is its head
  order: number[]; // the points that arrow keys visit
}

export interface ScatterEvents {
  label: string;
  choose: (index: number) => void;
  brush: (x: [number, number], y: [number, number]) => void;
  clear: () => void;
}

const MANY = 20_000; // points from which on each is small
const REACH = 14; // pixels from a point at which it counts as meant
const DRAG = 5; // pixels from which on a press is a brush

export class Scatter {
  private readonly app: App;
  private readonly events: ScatterEvents;
  private readonly root: HTMLElement;
  private readonly base = el("canvas", { class: "layer", "aria-hidden": "true" });
  private readonly top = el("canvas", { class: "layer", "aria-hidden": "true" });
  private readonly tip = el("div", { class: "tip", hidden: true, role: "status" });
  private data: ScatterData | null = null;
  private placed: Placed = { x: new Float32Array(), y: new Float32Array() };
  private x: Scale = { low: 0, high: 1, from: 0, to: 1 };
  private y: Scale = { low: 0, high: 1, from: 1, to: 0 };
  private hovered = -1;
  private press: [number, number] | null = null;
  private drag: [number, number] | null = null;

  constructor(host: HTMLElement, app: App, events: ScatterEvents) {
    this.app = app;
    this.events = events;
    this.root = el("div", {
      class: "scatter", tabindex: 0, role: "application", "aria-roledescription": "chart",
      "aria-label": `${events.label}. Arrow keys move along the front, Enter selects the genome, Escape clears the brush.`,
      onkeydown: (event) => this.key(event as KeyboardEvent),
      onblur: () => this.point(-1),
    }, this.base, this.top, this.tip);
    host.append(this.root);
    this.root.addEventListener("pointermove", (event) => this.moved(event));
    this.root.addEventListener("pointerdown", (event) => this.pressed(event));
    this.root.addEventListener("pointerup", (event) => this.released(event));
    this.root.addEventListener("pointercancel", () => this.cancel());
    this.root.addEventListener("pointerleave", () => this.press === null && this.point(-1));
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  /** Mark another point as the selected one. */
  select(index: number): void {
    if (!this.data || this.data.selected === index) return;
    this.data.selected = index;
    this.drawTop();
  }

  show(data: ScatterData): void {
    this.data = data;
    this.hovered = -1;
    set(this.tip, { hidden: true });
    this.draw();
  }

  private draw(): void {
    const data = this.data;
    const [width, height] = [this.root.clientWidth, this.root.clientHeight];
    if (!data || !width || !height) return;
    const context = prepared(this.base, width, height);
    [this.x, this.y] = drawAxes(context, this.app.colours, {
      width, height, x: shownExtent(data, data.x), y: shownExtent(data, data.y), xLabel: data.xLabel, yLabel: data.yLabel,
    });
    this.placed = place(data.x, data.y, this.x, this.y);
    this.drawPoints(context, data);
    for (const trail of data.trails) this.drawTrail(context, trail);
    this.drawTop();
  }

  /** Dimmed points first, then bright ones; each colour is set once. */
  private drawPoints(context: CanvasRenderingContext2D, data: ScatterData): void {
    const { bin, lit, drawn, colours } = data;
    const { x, y } = this.placed;
    const size = bin.length > MANY ? 2 : bin.length > MANY / 6 ? 3 : 4;
    for (const bright of [0, 1]) {
      context.globalAlpha = bright ? (size > 3 ? 0.75 : 0.6) : 0.1;
      const groups = binned(bin, colours.length, (i) => drawn[i] === 1 && lit[i] === bright);
      groups.forEach((group, k) => {
        context.fillStyle = colours[k];
        for (const i of group) context.fillRect(Math.round(x[i] - size / 2), Math.round(y[i] - size / 2), size, size);
      });
    }
    context.globalAlpha = 1;
  }

  private drawTrail(context: CanvasRenderingContext2D, trail: Trail): void {
    const at = trail.points.filter((i) => !Number.isNaN(this.placed.x[i] + this.placed.y[i]));
    context.strokeStyle = trail.colour;
    context.lineWidth = trail.width;
    context.lineJoin = "round";
    context.beginPath();
    for (const [k, i] of at.entries()) {
      const [x, y] = [this.placed.x[i], this.placed.y[i]];
      if (!k || trail.join === "none") {
        context.moveTo(x, y);
        continue;
      }
      if (trail.join === "after") context.lineTo(x, this.placed.y[at[k - 1]]);
      if (trail.join === "before") context.lineTo(this.placed.x[at[k - 1]], y);
      context.lineTo(x, y);
    }
    context.stroke();
    if (!trail.dot) return;
    context.fillStyle = trail.colour;
    for (const i of at) {
      context.beginPath();
      context.arc(this.placed.x[i], this.placed.y[i], trail.dot, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** What changes at every move: the brush, the selected and the hovered point. */
  private drawTop(): void {
    const data = this.data;
    if (!data) return;
    const { colours } = this.app;
    const context = prepared(this.top, this.root.clientWidth, this.root.clientHeight);
    const box = this.box(data);
    if (box) {
      context.fillStyle = alpha(colours.accent, 0.12);
      context.strokeStyle = colours.accent;
      context.lineWidth = 1;
      context.fillRect(...box);
      context.strokeRect(...box);
    }
    if (data.selected >= 0) this.ring(context, data.selected, colours.ink, 8, 2.5);
    if (this.hovered >= 0) this.ring(context, this.hovered, colours.accent, 6, 2);
  }

  private box(data: ScatterData): [number, number, number, number] | null {
    if (this.press && this.drag) {
      return [this.press[0], this.press[1], this.drag[0] - this.press[0], this.drag[1] - this.press[1]];
    }
    if (!data.rectangle) return null;
    const { x, y } = data.rectangle;
    const clip = (scale: Scale, value: number): number => pixel(scale, Math.min(scale.high, Math.max(scale.low, value)));
    const [left, right, bottom, top] = [clip(this.x, x[0]), clip(this.x, x[1]), clip(this.y, y[0]), clip(this.y, y[1])];
    return [left, top, right - left, bottom - top];
  }

  private ring(context: CanvasRenderingContext2D, i: number, colour: string, radius: number, width: number): void {
    if (Number.isNaN(this.placed.x[i] + this.placed.y[i])) return;
    context.strokeStyle = this.app.colours.surface;
    context.lineWidth = width + 2.5;
    for (const stroke of [this.app.colours.surface, colour]) {
      context.strokeStyle = stroke;
      context.beginPath();
      context.arc(this.placed.x[i], this.placed.y[i], radius, 0, 2 * Math.PI);
      context.stroke();
      context.lineWidth = width;
    }
  }

  private at(event: PointerEvent): [number, number] {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private moved(event: PointerEvent): void {
    const at = this.at(event);
    if (this.press) {
      const far = Math.hypot(at[0] - this.press[0], at[1] - this.press[1]) > DRAG;
      if (far || this.drag) this.drag = at;
      if (this.drag) this.drawTop();
      return;
    }
    const data = this.data;
    if (data) this.point(nearest(this.placed, at[0], at[1], REACH, (i) => Boolean(data.drawn[i])));
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.press = this.at(event);
    this.drag = null;
    this.root.setPointerCapture(event.pointerId);
  }

  private released(event: PointerEvent): void {
    const [press, drag, data] = [this.press, this.drag, this.data];
    this.press = this.drag = null;
    if (!press || !data) return;
    if (drag) {
      const sorted = (a: number, b: number): [number, number] => [Math.min(a, b), Math.max(a, b)];
      this.events.brush(
        sorted(valueAt(this.x, press[0]), valueAt(this.x, drag[0])),
        sorted(valueAt(this.y, press[1]), valueAt(this.y, drag[1])),
      );
      return;
    }
    const at = this.at(event);
    const found = nearest(this.placed, at[0], at[1], REACH, (i) => Boolean(data.drawn[i]));
    if (found >= 0) this.events.choose(found);
    else if (data.rectangle) this.events.clear();
  }

  private cancel(): void {
    this.press = this.drag = null;
    this.drawTop();
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
    const { order } = data;
    const here = order.indexOf(this.hovered >= 0 ? this.hovered : data.selected);
    const to = { ArrowRight: here + 1, ArrowUp: here + 1, ArrowLeft: here - 1, ArrowDown: here - 1, Home: 0, End: order.length - 1 }[event.key];
    if (to !== undefined && order.length) this.point(order[Math.min(order.length - 1, Math.max(0, to))]);
    else if (event.key === "Enter" && this.hovered >= 0) this.events.choose(this.hovered);
    else if (event.key === "Escape") this.events.clear();
    else return;
    event.preventDefault();
  }
}

/** Return room for the points that are drawn. */
function shownExtent(data: ScatterData, values: Float64Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!data.drawn[i] || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return padded(low <= high ? [low, high] : [0, 1]);
}
