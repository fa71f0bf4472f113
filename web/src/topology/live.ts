/** Drawing of one moment of an episode over the picture: flashes, spikes on their way, glowing glia. */

import { flashes, levelAt } from "../episode/activity.ts";
import type { Activity } from "../episode/activity.ts";
import { firstFrom, lastUpTo, valueAt } from "../episode/timeline.ts";
import { pointAt } from "./curves.ts";
import { ASTROCYTE } from "./glia_places.ts";
import { INPUT, OUTPUT, row } from "./graph.ts";
import { HEADER, RADIUS } from "./layout.ts";
import { FONT, hair, hexagon, isCoarse, setFrame } from "./paint.ts";
import type { View } from "./paint.ts";
import { addFine } from "./scene.ts";

const LEVELS = 4; // steps of brightness of fine lines
const MOST_DOTS = 3000;
const MOST_WIDE = 60; // lit synapses that are drawn as wide lines
const MOST_LIT = 1500; // that are drawn at all
const LOW = 0.25; // fill of a pool below which it is marked

export interface Moment {
  time: number; // [ms]
  decay: number; // of flashes [ms]
  pulse: number; // how long the ring of a release lasts [ms]
  calm: boolean; // nothing moves or grows: synapses light up, rings stay
}

/** How long flashes last [ms], so that they are seen at any speed of playing (simulated ms per real ms). */
export function momentAt(time: number, speed: number, calm = false): Moment {
  const slower = calm ? 3 : 1;
  return { time, decay: slower * Math.max(1.5, 110 * speed), pulse: slower * Math.max(30, 600 * speed), calm };
}

/** Draws moments; it keeps its arrays from one to the next. */
export class LivePainter {
  readonly #bright: Float32Array;
  readonly #activity: Activity;

  constructor(activity: Activity, neurons: number) {
    this.#activity = activity;
    this.#bright = new Float32Array(neurons);
  }

  paint(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const bright = this.#bright;
    const lit = flashes(this.#activity, moment.time, moment.decay, bright);
    setFrame(ctx, view, view.camera);
    ctx.lineCap = "butt";
    this.#paintAstrocytes(ctx, view, moment);
    this.#paintReleases(ctx, view, moment);
    this.#paintLitSynapses(ctx, view, lit);
    this.#paintLevels(ctx, view, moment);
    this.#paintFlashes(ctx, view, lit);
    if (!moment.calm) this.#paintSpikes(ctx, view, moment);
    setFrame(ctx, view, null);
    this.#paintPools(ctx, view, moment);
    for (const neuron of lit) bright[neuron] = 0;
    ctx.globalAlpha = 1;
  }

  /** The colour of activity: apart from excitation, inhibition and glia, for all readers. */
  #spark(view: View): string {
    return view.colours.dark ? "#ffe98a" : "#f0b400";
  }

  /** Halos as wide and strong as calcium is high. */
  #paintAstrocytes(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { graph, layout, colours, shown } = view;
    const { episode } = this.#activity;
    const at = lastUpTo(episode.calcium_time, moment.time);
    if (at < 0) return;
    ctx.fillStyle = colours.astrocyte;
    const small = isCoarse(view);
    const crowding = Math.max(0.4, Math.min(1, Math.sqrt(150 / graph.astrocytes)));
    for (let a = 0; a < graph.expressed.astrocytes; a++) {
      if (shown.astrocyte[a] === 0) continue;
      const share = Math.sqrt(Math.max(0, episode.calcium[a]?.[at] ?? 0) / this.#activity.highestCalcium);
      if (share < 0.03) continue;
      const stands = view.bright === null || view.bright.astrocyte[a] === 1;
      ctx.globalAlpha = (stands ? 0.1 + 0.4 * share : 0.1) * crowding;
      const radius = ASTROCYTE + 3 + 10 * share;
      this.#spot(ctx, layout.astrocyteX[a], layout.astrocyteY[a], radius, small);
    }
  }

  /** A disc, or a square where nobody sees the difference: it is drawn much faster. */
  #spot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, square: boolean): void {
    if (square) {
      ctx.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      return;
    }
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fill();
  }

  #paintReleases(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { layout, shown, colours } = view;
    const { time, actor } = this.#activity.releases;
    const to = lastUpTo(time, moment.time);
    const from = firstFrom(time, moment.time - moment.pulse);
    ctx.strokeStyle = colours.astrocyte;
    for (let k = from; k <= to; k++) {
      const a = actor[k];
      if (shown.astrocyte[a] === 0) continue;
      const age = (moment.time - time[k]) / moment.pulse;
      ctx.globalAlpha = 0.9 * (1 - age);
      ctx.lineWidth = to - from > 40 ? hair(view) : 3.2 * (1 - age) + 0.6;
      ctx.beginPath();
      hexagon(ctx, layout.astrocyteX[a], layout.astrocyteY[a], ASTROCYTE + 2 + (moment.calm ? 8 : 22 * age));
      ctx.stroke();
    }
  }

  /** Light the synapses of neurons that have just spiked, as bright as these. */
  #paintLitSynapses(ctx: CanvasRenderingContext2D, view: View, lit: readonly number[]): void {
    const { graph, shown } = view;
    const found: number[] = [];
    for (const neuron of lit) {
      if (this.#bright[neuron] < 0.1) continue;
      for (const s of row(graph.outgoing, neuron)) {
        if (shown.synapse[s] === 1 && s < graph.expressed.synapses) found.push(s);
      }
    }
    ctx.strokeStyle = this.#spark(view);
    if (found.length <= MOST_WIDE) this.#strokeWide(ctx, view, found);
    else this.#strokeFine(ctx, view, found.slice(0, MOST_LIT));
  }

  #strokeWide(ctx: CanvasRenderingContext2D, view: View, synapses: readonly number[]): void {
    const { curves, graph } = view;
    ctx.lineWidth = Math.max(2.6, 1.2 / view.camera.zoom);
    for (const s of synapses) {
      const at = 8 * s;
      ctx.globalAlpha = 0.65 * this.#bright[graph.source[s]];
      ctx.beginPath();
      ctx.moveTo(curves[at], curves[at + 1]);
      ctx.bezierCurveTo(
        curves[at + 2], curves[at + 3], curves[at + 4], curves[at + 5], curves[at + 6], curves[at + 7],
      );
      ctx.stroke();
    }
  }

  #strokeFine(ctx: CanvasRenderingContext2D, view: View, synapses: readonly number[]): void {
    const paths = Array.from({ length: LEVELS }, () => new Path2D());
    for (const s of synapses) addFine(paths[this.#level(view.graph.source[s])], view.curves, s);
    const strength = Math.max(0.035, Math.min(0.2, 14 / synapses.length));
    ctx.lineWidth = hair(view);
    for (const [level, path] of paths.entries()) {
      ctx.globalAlpha = Math.min(0.8, strength * (level + 1));
      ctx.stroke(path);
    }
  }

  #level(neuron: number): number {
    return Math.min(LEVELS - 1, Math.floor(this.#bright[neuron] * LEVELS));
  }

  /** Graded inputs and outputs are filled as far as what they show. */
  #paintLevels(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { graph, layout, shown, colours } = view;
    for (const i of this.#activity.levelled) {
      const level = shown.neuron[i] === 1 ? levelAt(this.#activity, i, moment.time) : null;
      if (level === null) continue;
      ctx.globalAlpha = 1;
      const square = isCoarse(view);
      if (graph.role[i] === OUTPUT) {
        ctx.fillStyle = colours.surface;
        this.#spot(ctx, layout.x[i], layout.y[i], RADIUS + 0.5, square);
      }
      const own = graph.sign[i] < 0 ? colours.inhibitory : colours.excitatory;
      ctx.fillStyle = graph.role[i] === INPUT ? this.#spark(view) : own;
      const radius = (RADIUS - 2) * Math.sqrt(level);
      if (radius > 0.8) this.#spot(ctx, layout.x[i], layout.y[i], radius, square);
    }
  }

  #paintFlashes(ctx: CanvasRenderingContext2D, view: View, lit: readonly number[]): void {
    const { layout, shown } = view;
    const small = isCoarse(view);
    const size = Math.max(RADIUS, 1.6 / view.camera.zoom);
    ctx.fillStyle = this.#spark(view);
    for (const i of lit) {
      const bright = this.#bright[i];
      if (shown.neuron[i] === 0 || bright < 0.05) continue;
      const stands = view.bright === null || view.bright.neuron[i] === 1 ? 1 : 0.35;
      ctx.globalAlpha = stands * bright * (small ? 1 : 0.42);
      this.#spot(ctx, layout.x[i], layout.y[i], size * (1.35 + 0.85 * bright), small);
      if (small) continue;
      ctx.globalAlpha = stands * Math.min(1, bright * 1.15);
      this.#spot(ctx, layout.x[i], layout.y[i], size - 1, false);
    }
  }

  /** Spikes on their way: discs of excitation, squares of inhibition. */
  #paintSpikes(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const places = this.#underWay(view, moment);
    const many = places[0].length + places[1].length > 400;
    const size = Math.max(3.1, 1.5 / view.camera.zoom);
    ctx.globalAlpha = 1;
    for (const [inhibits, xy] of places.entries()) {
      const square = inhibits === 1 || many || view.camera.zoom < 0.45;
      const scale = square ? 0.9 * size : size;
      if (!many) {
        ctx.fillStyle = view.colours.surface;
        for (let k = 0; k < xy.length; k += 2) this.#spot(ctx, xy[k], xy[k + 1], scale + 1, square);
      }
      ctx.fillStyle = inhibits ? view.colours.inhibitory : view.colours.excitatory;
      for (let k = 0; k < xy.length; k += 2) this.#spot(ctx, xy[k], xy[k + 1], scale, square);
    }
  }

  /** Places of spikes between neurons: of excitatory and of inhibitory ones, x and y in turn. */
  #underWay(view: View, moment: Moment): [number[], number[]] {
    const { graph, shown } = view;
    const { time, actor } = this.#activity.spikes;
    const places: [number[], number[]] = [[], []];
    let left = MOST_DOTS;
    const from = firstFrom(time, moment.time - this.#activity.longestDelay);
    for (let k = lastUpTo(time, moment.time); k >= from && left > 0; k--) {
      const age = moment.time - time[k];
      for (const s of row(graph.outgoing, actor[k])) {
        const delay = graph.delay[s];
        if (shown.synapse[s] === 0 || age > delay || s >= graph.expressed.synapses) continue;
        if (view.bright !== null && view.bright.synapse[s] === 0) continue;
        places[graph.inhibits[s]].push(...pointAt(view.curves, s, delay > 0 ? age / delay : 1));
        left--;
      }
    }
    return places;
  }

  /** A gauge of its energy pool along the top of each region. */
  #paintPools(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { layout, camera, colours } = view;
    const { episode } = this.#activity;
    if (episode.fill_time.length === 0) return;
    for (const box of layout.boxes) {
      const fill = valueAt(episode.fill_time, episode.fill[box.region], moment.time);
      const width = Math.min(64, 0.3 * box.width) * camera.zoom;
      if (fill === null || HEADER * camera.zoom < 26) continue;
      const x = (box.left + box.width - 14) * camera.zoom + camera.x - width;
      const y = (box.top + 15) * camera.zoom + camera.y;
      const height = Math.max(4, 6 * camera.zoom);
      const share = Math.max(0, Math.min(1, fill));
      const colour = share < LOW ? colours.warning : colours.astrocyte;
      this.#gauge(ctx, x, y, width, height, share, colour, colours.line);
      if (HEADER * camera.zoom < 40 || box.width < 225) continue;
      ctx.fillStyle = share < LOW ? colours.warning : colours.muted;
      ctx.font = `500 ${Math.min(10.5, 10.5 * camera.zoom)}px ${FONT}`;
      ctx.textAlign = "right";
      ctx.textBaseline = "middle";
      ctx.fillText(`pool ${Math.round(100 * share)} %`, x - 6, y + height / 2);
    }
  }

  #gauge(
    ctx: CanvasRenderingContext2D,
    x: number,
    y: number,
    width: number,
    height: number,
    share: number,
    colour: string,
    ground: string,
  ): void {
    ctx.globalAlpha = 1;
    ctx.fillStyle = ground;
    ctx.beginPath();
    ctx.roundRect(x, y, width, height, height / 2);
    ctx.fill();
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.roundRect(x, y, Math.max(height, width * share), height, height / 2);
    ctx.fill();
  }
}
