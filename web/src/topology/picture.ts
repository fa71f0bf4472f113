/** The picture of a network: two canvases, one for what stays and one for what happens. */

import { el } from "../dom.ts";
import type { Activity } from "../episode/activity.ts";
import type { Colours } from "../theme.ts";
import { fit, pan, reveal, toPicture, zoomAbout } from "./camera.ts";
import type { Camera } from "./camera.ts";
import { curvesOf, nearestSynapse, pointAt } from "./curves.ts";
import { EVERYTHING, related, shown } from "./filters.ts";
import type { Filter, Part } from "./filters.ts";
import { listen } from "./gestures.ts";
import type { Graph } from "./graph.ts";
import { ASTROCYTE } from "./glia_places.ts";
import { hopsFrom } from "./hops.ts";
import { RADIUS } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { Sheet } from "./density.ts";
import { LivePainter } from "./live.ts";
import type { Moment } from "./live.ts";
import { paintLesions, paintMarks } from "./marks.ts";
import { paintBase, setFrame } from "./paint.ts";
import type { View } from "./paint.ts";
import { NOTHING, sceneOf } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { territoriesOf } from "./territories.ts";
import { nearestPoint, neighbour } from "./walk.ts";

export interface PictureEvents {
  select(part: Part | null): void;
  point(part: Part | null, x: number, y: number): void;
}

const SLOW = 14; // ms of drawing from which panning moves a copy
const COARSE_FROM = 4000; // synapses from which their density is coarser
const SETTLED = 120; // ms without movement after which it is drawn anew

interface Loaded {
  view: View;
  scene: Scene;
  live: LivePainter | null;
}

export class Picture {
  readonly element: HTMLElement;
  readonly #base = el("canvas");
  readonly #live = el("canvas");
  readonly #events: PictureEvents;
  #loaded: Loaded | null = null;
  #filter: Filter = EVERYTHING;
  #selected: Part | null = null;
  #pointed: Part | null = null;
  #lesions: (readonly [number, number])[] = [];
  #moment: Moment | null = null;
  #drawn: { camera: Camera; cost: number; copy: HTMLCanvasElement } | null = null;
  #timer = 0;
  #frame = 0;
  #stale = false; // the base must be drawn
  #moved = false; // by the reader: resizing does not fit anew

  constructor(label: string, events: PictureEvents) {
    this.#events = events;
    this.element = el("div", {
      class: "network",
      tabindex: 0,
      role: "application",
      "aria-label": label,
    }, this.#base, this.#live);
    listen(this.element, {
      pan: (dx, dy) => this.#move((camera) => pan(camera, dx, dy)),
      zoom: (factor, x, y) => this.#move((camera) => zoomAbout(camera, factor, x, y)),
      point: (x, y, leaving) => this.#point(x, y, leaving),
      click: (x, y) => events.select(this.#partAt(x, y)),
      key: (event) => this.#key(event),
    });
    new ResizeObserver(() => this.#resize()).observe(this.element);
  }

  /** Show a network. */
  show(graph: Graph, layout: Layout, colours: Colours): void {
    const territories = territoriesOf(graph, layout);
    const curves = curvesOf(graph, layout);
    const everything = shown(graph, EVERYTHING, null);
    const view: View = { graph, layout, curves, shown: everything, bright: null, camera: { zoom: 1, x: 0, y: 0 }, width: 1, height: 1, ratio: 1, colours, sheet: new Sheet(1, 1, 1, colours) };
    this.#loaded = { view, scene: NOTHING, live: null };
    this.#territories = territories;
    this.#moved = false;
    this.#selected = this.#pointed = null;
    this.#resize();
    this.#gather();
  }

  #territories: ReturnType<typeof territoriesOf> = [];

  setActivity(activity: Activity | null): void {
    if (!this.#loaded) return;
    const { graph } = this.#loaded.view;
    this.#loaded.live = activity ? new LivePainter(activity, graph.neurons) : null;
    this.redraw(false);
  }

  setMoment(moment: Moment | null): void {
    this.#moment = moment;
    this.redraw(false);
  }

  setFilter(filter: Filter): void {
    this.#filter = filter;
    this.#gather();
  }

  setColours(colours: Colours): void {
    if (!this.#loaded) return;
    const { view } = this.#loaded;
    view.colours = colours;
    this.#makeSheet(view);
    this.redraw(true);
  }

  /** Cross out some places. */
  setLesions(places: (readonly [number, number])[]): void {
    this.#lesions = places;
    this.redraw(false);
  }

  setSelected(part: Part | null): void {
    this.#selected = part;
    if (part && this.#loaded) {
      const [x, y] = this.placeOf(part);
      const { view } = this.#loaded;
      view.camera = reveal(view.camera, x, y, view.width, view.height);
    }
    this.#gather();
  }

  /** Width by height that a picture should have to fill the screen. */
  get aspect(): number {
    const { clientWidth, clientHeight } = this.element;
    return clientHeight > 0 ? Math.max(0.9, Math.min(2.4, clientWidth / clientHeight)) : 2;
  }

  /** Synapses that the filter leaves. */
  get visible(): number {
    return this.#loaded?.scene.visible ?? 0;
  }

  fit(): void {
    if (!this.#loaded) return;
    const { view } = this.#loaded;
    const narrow = view.width < 560;
    const margin = narrow ? { top: 10, right: 8, bottom: 10, left: 8 } : { top: 18, right: 22, bottom: 18, left: 22 };
    view.camera = fit(view.layout.width, view.layout.height, view.width, view.height, margin);
    this.#moved = false;
    this.redraw(true);
  }

  zoom(factor: number): void {
    if (!this.#loaded) return;
    const { width, height } = this.#loaded.view;
    this.#move((camera) => zoomAbout(camera, factor, width / 2, height / 2));
  }

  /** Where a part is drawn. */
  placeOf(part: Part): [number, number] {
    const { view } = this.#loaded!;
    if (part.kind === "neuron") return [view.layout.x[part.index], view.layout.y[part.index]];
    if (part.kind === "astrocyte") return [view.layout.astrocyteX[part.index], view.layout.astrocyteY[part.index]];
    return pointAt(view.curves, part.index, 0.5);
  }

  /** Draw with the next frame; the base only if it changed. */
  redraw(base: boolean): void {
    this.#stale ||= base;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.drawNow();
    });
  }

  /** Draw at once. */
  drawNow(): void {
    if (!this.#loaded || this.#loaded.view.width < 2) return;
    if (this.#stale) this.#drawBase(this.#loaded);
    this.#stale = false;
    this.#drawLive(this.#loaded);
  }

  #drawBase({ view, scene }: Loaded): void {
    const ctx = this.#base.getContext("2d")!;
    const start = performance.now();
    paintBase(ctx, view, scene);
    this.#drawn = { camera: view.camera, cost: performance.now() - start, copy: this.#drawn?.copy ?? el("canvas") };
    this.#base.style.transform = "";
  }

  #drawLive({ view, live }: Loaded): void {
    const ctx = this.#live.getContext("2d")!;
    setFrame(ctx, view, null);
    ctx.clearRect(0, 0, view.width, view.height);
    if (live && this.#moment) live.paint(ctx, view, this.#moment);
    setFrame(ctx, view, view.camera);
    for (const [part, strong] of [[this.#pointed, false], [this.#selected, true]] as const) {
      if (!part) continue;
      if (part.kind === "synapse") this.#drawSynapse(ctx, view, part.index);
      paintMarks(ctx, view, {
        neurons: part.kind === "neuron" ? [part.index] : [],
        astrocytes: part.kind === "astrocyte" ? [part.index] : [],
        strong,
      });
    }
    if (this.#lesions.length > 0) paintLesions(ctx, view, this.#lesions);
  }

  #drawSynapse(ctx: CanvasRenderingContext2D, view: View, synapse: number): void {
    const { graph, colours, camera, curves } = view;
    const c = curves.subarray(8 * synapse, 8 * synapse + 8);
    ctx.strokeStyle = colours.accent;
    ctx.globalAlpha = 0.35;
    ctx.lineWidth = Math.max(9, 6 / camera.zoom);
    ctx.beginPath();
    ctx.moveTo(c[0], c[1]);
    ctx.bezierCurveTo(c[2], c[3], c[4], c[5], c[6], c[7]);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = colours.ink;
    ctx.beginPath();
    for (let k = 1; k < graph.delay[synapse]; k++) {
      const [x, y] = pointAt(curves, synapse, k / graph.delay[synapse]);
      ctx.moveTo(x + 2.6, y);
      ctx.arc(x, y, Math.max(2.6, 1.4 / camera.zoom), 0, 2 * Math.PI);
    }
    ctx.fill();
  }

  /** Apply the filter and what stands out, and gather paths anew. */
  #gather(): void {
    const loaded = this.#loaded;
    if (!loaded) return;
    const { graph, layout } = loaded.view;
    loaded.view.shown = shown(graph, this.#filter, this.#selected);
    const bright = this.#selected ? related(graph, this.#selected) : null;
    if (bright && this.#selected && this.#filter.hops > 0) {
      const hops = hopsFrom(graph, this.#selected.kind === "neuron" ? [this.#selected.index] : [], this.#filter.hops);
      hops.forEach((hop, i) => (bright.neuron[i] ||= hop >= 0 ? 1 : 0));
      loaded.view.shown.synapse.forEach((one, s) => (bright.synapse[s] ||= one));
    }
    loaded.view.bright = bright;
    loaded.scene = sceneOf(graph, layout, this.#territories, loaded.view.shown, bright);
    this.redraw(true);
  }

  /** A sheet for the density of synapses: coarser where they are so many that none is told apart. */
  #makeSheet(view: View): void {
    const scale = view.graph.synapses > COARSE_FROM ? 0.67 : 1;
    view.sheet = new Sheet(view.width, view.height, scale, view.colours);
  }

  #resize(): void {
    if (!this.#loaded) return;
    const { view } = this.#loaded;
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    if (width < 2 || height < 2) return;
    [view.width, view.height, view.ratio] = [width, height, ratio];
    for (const canvas of [this.#base, this.#live]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.#makeSheet(view);
    this.#drawn = null;
    if (this.#moved) this.redraw(true);
    else this.fit();
    if (this.#stale) this.drawNow(); // a cleared canvas would flash
  }

  #move(to: (camera: Camera) => Camera): void {
    if (!this.#loaded) return;
    const { view } = this.#loaded;
    view.camera = to(view.camera);
    this.#moved = true;
    const drawn = this.#drawn;
    if (!drawn || drawn.cost < SLOW) return this.redraw(true);
    // too much to draw for every movement: move what is drawn, and draw once it rests
    const scale = view.camera.zoom / drawn.camera.zoom;
    const [x, y] = [view.camera.x - drawn.camera.x * scale, view.camera.y - drawn.camera.y * scale];
    this.#base.style.transform = `matrix(${scale},0,0,${scale},${x},${y})`;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.redraw(true), SETTLED);
    this.redraw(false);
  }

  #partAt(x: number, y: number): Part | null {
    if (!this.#loaded) return null;
    const { view } = this.#loaded;
    const { layout, camera, curves } = view;
    const [px, py] = toPicture(camera, x, y);
    const reach = Math.max(0, 5 / camera.zoom);
    const neuron = nearestPoint(layout.x, layout.y, view.shown.neuron, px, py, RADIUS + 3 + reach);
    if (neuron >= 0) return { kind: "neuron", index: neuron };
    const astrocyte = nearestPoint(layout.astrocyteX, layout.astrocyteY, view.shown.astrocyte, px, py, ASTROCYTE + reach);
    if (astrocyte >= 0) return { kind: "astrocyte", index: astrocyte };
    const synapse = nearestSynapse(curves, view.shown.synapse, px, py, 6 / camera.zoom);
    return synapse >= 0 ? { kind: "synapse", index: synapse } : null;
  }

  #point(x: number, y: number, leaving: boolean): void {
    const part = leaving ? null : this.#partAt(x, y);
    const same = part?.kind === this.#pointed?.kind && part?.index === this.#pointed?.index;
    this.#pointed = part;
    this.element.classList.toggle("pointing", part !== null);
    this.#events.point(part, x, y);
    if (!same) this.redraw(false);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 160 : 0;
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    };
    const way = arrows[event.key];
    if (way && step) this.#move((camera) => pan(camera, -way[0] * step, -way[1] * step));
    else if (way) this.#walk(...way);
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-" || event.key === "_") this.zoom(0.8);
    else if (event.key === "0" || event.key === "f") this.fit();
    else if (event.key === "Escape") this.#events.select(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #walk(dx: number, dy: number): void {
    if (!this.#loaded) return;
    const { layout, shown: marked } = this.#loaded.view;
    const from = this.#selected?.kind === "neuron" ? this.#selected.index : -1;
    const next = from < 0 ? marked.neuron.indexOf(1) : neighbour(layout.x, layout.y, marked.neuron, from, dx, dy);
    if (next >= 0) this.#events.select({ kind: "neuron", index: next });
  }
}
