/** Tracks of an episode above one another, with one axis of time, one cursor, and a brush that zooms. */

import { button, el, set } from "../dom.ts";
import { duration, number } from "../format.ts";
import type { Num } from "../contract.ts";
import type { Colours } from "../theme.ts";
import { ticks, xOf } from "./strokes.ts";
import type { Plot } from "./strokes.ts";

export interface LegendItem {
  name: string;
  colour: string;
  mark: "line" | "box" | "dot";
  value?(time: number): Num; // shown beside the name
}

export interface Track {
  id: string;
  title: string;
  unit: string;
  height: number; // of the plot [pixels]
  legend: LegendItem[];
  note?: string;
  paint(ctx: CanvasRenderingContext2D, plot: Plot, colours: Colours): void;
}

export interface BoardEvents {
  time(time: number): void; // the reader chose one
  pick(track: string, share: number): void; // a row of a track, from 0 at its top to 1
}

const AXIS = 26; // height of the axis of time
const RIGHT = 10;

interface Lane {
  track: Track;
  canvas: HTMLCanvasElement;
  values: HTMLElement[];
}

export class Board {
  readonly element = el("div", { class: "board" });
  readonly #events: BoardEvents;
  readonly #lanes = el("div", { class: "board-lanes" });
  readonly #axis = el("canvas", { "aria-hidden": "true" });
  readonly #cursor = el("div", { class: "board-cursor", "aria-hidden": "true" });
  readonly #band = el("div", { class: "board-band", "aria-hidden": "true", hidden: true });
  readonly #whole: HTMLButtonElement;
  readonly #range = el("span", { class: "board-range", role: "status" });
  #rows: Lane[] = [];
  #colours: Colours;
  #from = 0;
  #to = 1;
  #end = 1;
  #step = 1;
  #time = 0;
  #width = 0;
  #frame = 0;
  #told = -Infinity; // when values beside names were written last

  constructor(colours: Colours, events: BoardEvents) {
    this.#colours = colours;
    this.#events = events;
    this.#whole = button("Whole episode", () => this.zoom(0, this.#end), { disabled: true });
    const head = el("div", { class: "board-head" }, this.#range, this.#whole);
    this.element.append(head, this.#lanes);
    this.#brush();
    new ResizeObserver(() => this.#layOut()).observe(this.#lanes);
  }

  /** Show tracks of an episode that lasts until `end`, in steps of the task of `step` [ms]. */
  show(tracks: Track[], end: number, step: number): void {
    const sameEnd = end === this.#end && this.#rows.length > 0;
    [this.#end, this.#step] = [end, step];
    this.#rows = tracks.map((track) => this.#lane(track));
    this.#lanes.replaceChildren(...this.#rows.map((lane) => lane.canvas.parentElement!), this.#axis, this.#band, this.#cursor);
    this.#width = 0;
    if (!sameEnd) this.zoom(0, end);
    this.#layOut();
  }

  setColours(colours: Colours): void {
    this.#colours = colours;
    this.#draw();
  }

  setTime(time: number): void {
    this.#time = time;
    const plot = this.#plot(0);
    const x = xOf(plot, time);
    this.#cursor.style.transform = `translateX(${x.toFixed(1)}px)`;
    set(this.#cursor, { hidden: x < plot.left - 1 || x > plot.left + plot.width + 1 });
    const now = performance.now();
    if (now - this.#told > 80) this.tell();
  }

  /** Write the values at the time beside the names. */
  tell(): void {
    this.#told = performance.now();
    for (const { track, values } of this.#rows) {
      track.legend.forEach((item, i) => {
        if (item.value) values[i].textContent = number(item.value(this.#time), 3);
      });
    }
  }

  /** Show the times from one to another; at least a few milliseconds. */
  zoom(from: number, to: number): void {
    const span = Math.min(this.#end, Math.max(5, to - from));
    this.#from = Math.max(0, Math.min(from, this.#end - span));
    this.#to = this.#from + span;
    const whole = this.#from <= 0 && this.#to >= this.#end;
    set(this.#whole, { disabled: whole });
    this.#range.textContent = whole ? "Drag to zoom, click to go to a time" : `${duration(this.#from)} to ${duration(this.#to)}`;
    this.#draw();
  }

  /** Keep a time that plays in sight while zoomed in. */
  follow(time: number): void {
    const span = this.#to - this.#from;
    if (span >= this.#end || (time >= this.#from && time <= this.#to)) return;
    this.zoom(time - 0.05 * span, time + 0.95 * span);
  }

  #lane(track: Track): Lane {
    const values = track.legend.map(() => el("span", { class: "board-value" }));
    const legend = track.legend.map((item, i) => {
      const key = el("span", { class: `key ${item.mark}`, "aria-hidden": "true" });
      key.style.setProperty("--key", item.colour);
      return el("span", { class: "legend-entry" }, key, item.name, item.value ? values[i] : null);
    });
    const canvas = el("canvas", { role: "img", "aria-label": `${track.title} over time; the numbers are in the table` });
    const title = el("h4", {}, track.title, track.unit ? el("span", { class: "unit" }, ` [${track.unit}]`) : null);
    const lane = el("div", { class: "lane", "data-track": track.id },
      el("div", { class: "lane-head" }, title, el("span", { class: "legend" }, ...legend), track.note ? el("span", { class: "lane-note" }, track.note) : null),
      canvas);
    return { track, canvas: lane.querySelector("canvas")!, values };
  }

  get #gutter(): number {
    return this.#width < 560 ? 64 : 118;
  }

  #plot(height: number): Plot {
    const left = this.#gutter;
    return { left, top: 0, width: Math.max(10, this.#width - left - RIGHT), height, from: this.#from, to: this.#to };
  }

  #layOut(): void {
    const width = this.#lanes.clientWidth;
    if (width < 10 || width === this.#width) return;
    this.#width = width;
    const ratio = Math.min(3, devicePixelRatio || 1);
    const size = (canvas: HTMLCanvasElement, height: number): void => {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    };
    for (const { track, canvas } of this.#rows) size(canvas, track.height);
    size(this.#axis, AXIS);
    this.#paint();
  }

  #draw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    if (this.#width < 10) return;
    const ratio = Math.min(3, devicePixelRatio || 1);
    for (const { track, canvas } of this.#rows) {
      const ctx = canvas.getContext("2d")!;
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.clearRect(0, 0, this.#width, track.height);
      const plot = this.#plot(track.height);
      ctx.save();
      this.#grid(ctx, plot);
      track.paint(ctx, plot, this.#colours);
      ctx.restore();
    }
    this.#paintAxis(ratio);
    this.setTime(this.#time);
    this.tell();
  }

  #grid(ctx: CanvasRenderingContext2D, plot: Plot): void {
    ctx.fillStyle = this.#colours.page;
    ctx.fillRect(plot.left, plot.top, plot.width, plot.height);
    ctx.strokeStyle = this.#colours.line;
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (const time of ticks(plot.from, plot.to, plot.width / 90)) {
      const x = Math.round(xOf(plot, time)) + 0.5;
      ctx.moveTo(x, plot.top);
      ctx.lineTo(x, plot.top + plot.height);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  #paintAxis(ratio: number): void {
    const ctx = this.#axis.getContext("2d")!;
    const plot = this.#plot(AXIS);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, this.#width, AXIS);
    ctx.font = "11px system-ui, sans-serif";
    ctx.textBaseline = "top";
    ctx.fillStyle = this.#colours.muted;
    const inSeconds = this.#to - this.#from > 3000;
    ctx.textAlign = "center";
    for (const time of ticks(plot.from, plot.to, plot.width / 90)) {
      const x = xOf(plot, time);
      if (x > plot.left + plot.width - 8) continue;
      ctx.fillText(inSeconds ? number(time / 1000) : number(time), x, 5);
    }
    ctx.textAlign = "right";
    ctx.fillText(inSeconds ? "time [s]" : "time [ms]", plot.left - 10, 5);
  }

  /** A click goes to a time, a drag zooms, a double click shows everything. */
  #brush(): void {
    let start: { x: number; y: number; lane: Element | null } | null = null;
    const place = (event: PointerEvent | MouseEvent): number => event.clientX - this.#lanes.getBoundingClientRect().left;
    const timeOf = (x: number): number => {
      const plot = this.#plot(0);
      const share = Math.max(0, Math.min(1, (x - plot.left) / plot.width));
      return this.#from + share * (this.#to - this.#from);
    };
    this.#lanes.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !(event.target instanceof HTMLCanvasElement)) return;
      start = { x: place(event), y: event.clientY, lane: event.target };
      this.#lanes.setPointerCapture(event.pointerId);
    });
    this.#lanes.addEventListener("pointermove", (event) => {
      if (!start) return;
      const [low, high] = [Math.min(start.x, place(event)), Math.max(start.x, place(event))];
      set(this.#band, { hidden: high - low < 6 });
      this.#band.style.left = `${Math.max(low, this.#gutter)}px`;
      this.#band.style.width = `${high - Math.max(low, this.#gutter)}px`;
    });
    this.#lanes.addEventListener("pointerup", (event) => {
      if (!start) return;
      const [a, b] = [timeOf(start.x), timeOf(place(event))];
      if (Math.abs(start.x - place(event)) >= 6) this.zoom(Math.min(a, b), Math.max(a, b));
      else this.#click(start, b);
      start = null;
      set(this.#band, { hidden: true });
    });
    this.#lanes.addEventListener("pointercancel", () => {
      start = null;
      set(this.#band, { hidden: true });
    });
    this.#lanes.addEventListener("dblclick", () => this.zoom(0, this.#end));
  }

  #click(start: { x: number; y: number; lane: Element | null }, time: number): void {
    const lane = this.#rows.find((one) => one.canvas === start.lane);
    if (lane) {
      const box = lane.canvas.getBoundingClientRect();
      this.#events.pick(lane.track.id, (start.y - box.top) / box.height);
    }
    if (start.x >= this.#gutter - 2) this.#events.time(time);
  }

  /** One step of the task [ms]. */
  get step(): number {
    return this.#step;
  }
}
