/** Drawing of one moment of an episode over the picture: flashes, spikes on their way, glowing glia. */

import { calciumAt, flashes, levelAt } from "../episode/activity.ts";
import type { Activity } from "../episode/activity.ts";
import { firstFrom, lastUpTo, valueAt } from "../episode/timeline.ts";
import { pointAt } from "./curves.ts";
import type { Curves } from "./curves.ts";
import { ASTROCYTE } from "./glia_places.ts";
import { INPUT, OUTPUT, row } from "./graph.ts";
import { HEADER, RADIUS } from "./layout.ts";
import { FONT, setFrame } from "./paint.ts";
import type { View } from "./paint.ts";
import { hexagon } from "./scene.ts";

const LEVELS = 4; // steps of brightness: each is one path
const MOST_DOTS = 5000;
const MOST_LIT = 1200; // synapses that are lit along their whole length
const LOW = 0.25; // fill of a pool below which it is marked

export interface Moment {
  time: number; // [ms]
  decay: number; // of flashes [ms]
  pulse: number; // how long the ring of a release lasts [ms]
}

/** How long flashes last [ms], so that they are seen at any speed of playing (simulated ms per real ms). */
export function momentAt(time: number, speed: number): Moment {
  return { time, decay: Math.max(1.5, 110 * speed), pulse: Math.max(30, 600 * speed) };
}

/** Draws moments; it keeps its arrays from one to the next. */
export class LivePainter {
  readonly #bright: Float32Array;
  readonly #curves: Curves;
  readonly #activity: Activity;

  constructor(activity: Activity, curves: Curves, neurons: number) {
    this.#activity = activity;
    this.#curves = curves;
    this.#bright = new Float32Array(neurons);
  }

  paint(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const bright = this.#bright;
    const lit = flashes(this.#activity, moment.time, moment.decay, bright);
    setFrame(ctx, view, view.camera);
    ctx.lineCap = "round";
    this.#paintAstrocytes(ctx, view, moment);
    this.#paintLitSynapses(ctx, view, lit);
    this.#paintLevels(ctx, view, moment);
    this.#paintFlashes(ctx, view, lit);
    this.#paintSpikes(ctx, view, moment);
    setFrame(ctx, view, null);
    this.#paintPools(ctx, view, moment);
    for (const neuron of lit) bright[neuron] = 0;
    ctx.globalAlpha = 1;
  }

  /** The colour of activity: apart from excitation, inhibition and glia, for all readers. */
  #spark(view: View): string {
    return view.colours.dark ? "#ffe98a" : "#f0b400";
  }

  #paintAstrocytes(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { graph, layout, colours, shown } = view;
    const { episode } = this.#activity;
    ctx.fillStyle = ctx.strokeStyle = colours.astrocyte;
    const steps = Array.from({ length: 7 }, () => new Path2D()); // the first: what does not stand out
    for (let a = 0; a < graph.expressed.astrocytes; a++) {
      if (shown.astrocyte[a] === 0) continue;
      const calcium = calciumAt(episode, a, moment.time) ?? 0;
      const share = Math.min(1, calcium / 2);
      if (share < 0.03) continue;
      const stands = view.bright === null || view.bright.astrocyte[a] === 1;
      const step = stands ? 1 + Math.min(5, Math.floor(share * 6)) : 0;
      const radius = ASTROCYTE + 3 + 10 * share;
      const [x, y] = [layout.astrocyteX[a], layout.astrocyteY[a]];
      steps[step].moveTo(x + radius, y);
      steps[step].arc(x, y, radius, 0, 2 * Math.PI);
    }
    for (const [step, path] of steps.entries()) {
      ctx.globalAlpha = step === 0 ? 0.1 : 0.03 + 0.075 * step;
      ctx.fill(path);
    }
    this.#paintReleases(ctx, view, moment);
  }

  #paintReleases(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { layout, shown } = view;
    const { time, actor } = this.#activity.releases;
    const to = lastUpTo(time, moment.time);
    for (let k = firstFrom(time, moment.time - moment.pulse); k <= to; k++) {
      const a = actor[k];
      if (shown.astrocyte[a] === 0) continue;
      const age = (moment.time - time[k]) / moment.pulse;
      ctx.globalAlpha = 0.9 * (1 - age);
      ctx.lineWidth = 3.2 * (1 - age) + 0.6;
      ctx.beginPath();
      hexagon(ctx, layout.astrocyteX[a], layout.astrocyteY[a], ASTROCYTE + 2 + 22 * age);
      ctx.stroke();
    }
  }

  /** Light the synapses of neurons that have just spiked, as bright as these. */
  #paintLitSynapses(ctx: CanvasRenderingContext2D, view: View, lit: readonly number[]): void {
    const { graph, shown } = view;
    const curves = this.#curves;
    const paths = Array.from({ length: LEVELS }, () => new Path2D());
    let count = 0;
    for (const neuron of lit) {
      const level = this.#level(neuron);
      if (level === 0) continue;
      for (const s of row(graph.outgoing, neuron)) {
        if (shown.synapse[s] === 0) continue;
        if (++count > MOST_LIT) return;
        const at = 8 * s;
        paths[level].moveTo(curves[at], curves[at + 1]);
        paths[level].bezierCurveTo(
          curves[at + 2], curves[at + 3], curves[at + 4], curves[at + 5], curves[at + 6], curves[at + 7],
        );
      }
    }
    ctx.strokeStyle = this.#spark(view);
    ctx.lineWidth = Math.max(2.6, 1.2 / view.camera.zoom);
    for (const [level, path] of paths.entries()) {
      ctx.globalAlpha = 0.16 * (level + 0.4);
      ctx.stroke(path);
    }
  }

  #level(neuron: number): number {
    return Math.min(LEVELS - 1, Math.floor(this.#bright[neuron] * LEVELS));
  }

  /** Graded inputs and outputs are filled as far as what they show. */
  #paintLevels(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { graph, layout, shown, colours } = view;
    for (let i = 0; i < graph.expressed.neurons; i++) {
      if (this.#activity.levelOf[i] === null || shown.neuron[i] === 0) continue;
      const level = levelAt(this.#activity, i, moment.time);
      if (level === null) continue;
      if (graph.role[i] === OUTPUT) this.#hollow(ctx, view, i);
      ctx.globalAlpha = 1;
      ctx.fillStyle = graph.role[i] === INPUT ? this.#spark(view) : graph.sign[i] < 0 ? colours.inhibitory : colours.excitatory;
      const radius = (RADIUS - 2) * Math.sqrt(level);
      if (radius < 0.8) continue;
      ctx.beginPath();
      ctx.arc(layout.x[i], layout.y[i], radius, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  #hollow(ctx: CanvasRenderingContext2D, view: View, neuron: number): void {
    ctx.globalAlpha = 1;
    ctx.fillStyle = view.colours.surface;
    ctx.beginPath();
    ctx.arc(view.layout.x[neuron], view.layout.y[neuron], RADIUS + 0.5, 0, 2 * Math.PI);
    ctx.fill();
  }

  #paintFlashes(ctx: CanvasRenderingContext2D, view: View, lit: readonly number[]): void {
    const { layout, shown } = view;
    const small = view.camera.zoom * RADIUS < 2.6;
    const cores = Array.from({ length: LEVELS }, () => new Path2D());
    const halos = Array.from({ length: LEVELS }, () => new Path2D());
    for (const i of lit) {
      if (shown.neuron[i] === 0) continue;
      const level = this.#level(i);
      const [x, y] = [layout.x[i], layout.y[i]];
      const size = Math.max(RADIUS, 1.6 / view.camera.zoom);
      if (small) {
        halos[level].rect(x - 1.6 * size, y - 1.6 * size, 3.2 * size, 3.2 * size);
        continue;
      }
      const halo = size * (1.35 + 0.85 * this.#bright[i]);
      halos[level].moveTo(x + halo, y);
      halos[level].arc(x, y, halo, 0, 2 * Math.PI);
      cores[level].moveTo(x + size - 1, y);
      cores[level].arc(x, y, size - 1, 0, 2 * Math.PI);
    }
    ctx.fillStyle = this.#spark(view);
    for (let level = 0; level < LEVELS; level++) {
      ctx.globalAlpha = small ? (level + 1) / LEVELS : (0.42 * (level + 1)) / LEVELS;
      ctx.fill(halos[level]);
      ctx.globalAlpha = Math.min(1, (0.25 + level) / (LEVELS - 1));
      if (!small) ctx.fill(cores[level]);
    }
  }

  /** Spikes on their way: discs of excitation, squares of inhibition. */
  #paintSpikes(ctx: CanvasRenderingContext2D, view: View, moment: Moment): void {
    const { graph, shown } = view;
    const { time, actor } = this.#activity.spikes;
    const size = Math.max(3.1, 1.5 / view.camera.zoom);
    const paths = [new Path2D(), new Path2D()];
    let count = 0;
    const from = firstFrom(time, moment.time - this.#activity.longestDelay);
    for (let k = lastUpTo(time, moment.time); k >= from && count < MOST_DOTS; k--) {
      const age = moment.time - time[k];
      for (const s of row(graph.outgoing, actor[k])) {
        if (shown.synapse[s] === 0 || age > graph.delay[s] || s >= graph.expressed.synapses) continue;
        const [x, y] = pointAt(this.#curves, s, graph.delay[s] > 0 ? age / graph.delay[s] : 1);
        const path = paths[graph.inhibits[s]];
        if (graph.inhibits[s] === 1 || view.camera.zoom < 0.45) path.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
        else {
          path.moveTo(x + size, y);
          path.arc(x, y, size, 0, 2 * Math.PI);
        }
        count++;
      }
    }
    ctx.globalAlpha = 1;
    ctx.lineWidth = Math.max(1.4, 0.8 / view.camera.zoom);
    for (const [inhibits, path] of paths.entries()) {
      ctx.fillStyle = inhibits ? view.colours.inhibitory : view.colours.excitatory;
      ctx.strokeStyle = view.colours.surface;
      if (count < 1500) ctx.stroke(path);
      ctx.fill(path);
    }
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
