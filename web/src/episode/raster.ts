/** The raster: every spike at its time, neurons grouped by region. */

import type { Colours } from "../theme.ts";
import type { Activity } from "./activity.ts";
import { label } from "./axes.ts";
import type { Track } from "./board.ts";
import { rasterOrder } from "./recorded.ts";
import type { Recorded } from "./recorded.ts";
import { components, drawImage, heat, xOf } from "./strokes.ts";
import type { Plot } from "./strokes.ts";
import { firstFrom } from "./timeline.ts";

const TALLEST = 260; // of the plot [pixels]
const MOST_MARKS = 20_000; // spikes that have a mark each
const LEVEL = "#d9a200"; // as flashes in the picture

export function raster(recorded: Recorded, colours: Colours): Track | null {
  const { activity, view } = recorded;
  const order = rasterOrder(view);
  if (order.length === 0) return null;
  const place = new Uint32Array(order.length);
  order.forEach((neuron, rank) => (place[neuron] = rank));
  const rowHeight = Math.min(15, TALLEST / order.length);
  const silent = activity.spikes.time.length === 0;
  const graded = activity.levels.length > 0;
  return {
    id: "raster",
    title: graded ? "Spikes and levels" : "Spikes",
    unit: "",
    height: Math.max(40, Math.round(rowHeight * order.length)),
    legend: [
      { name: "excitatory", colour: colours.excitatory, mark: "box" },
      { name: "inhibitory", colour: colours.inhibitory, mark: "box" },
      ...(graded ? [{ name: "level of what does not spike", colour: LEVEL, mark: "box" as const }] : []),
    ],
    note: silent ? "No neuron spiked in this episode." : undefined,
    paint(ctx, plot) {
      const height = plot.height / order.length;
      paintRegions(ctx, plot, recorded, order, height, colours);
      paintLevels(ctx, plot, recorded, order, height, colours);
      paintSpikes(ctx, plot, recorded, place, height, colours);
    },
  };
}

/** Bands of regions, and names of neurons where they can be read. */
function paintRegions(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  { view, selected }: Recorded,
  order: readonly number[],
  height: number,
  colours: Colours,
): void {
  const named = height >= 11;
  let start = 0;
  for (let rank = 1; rank <= order.length; rank++) {
    const region = view.neurons.region[order[start]];
    if (rank < order.length && view.neurons.region[order[rank]] === region) continue;
    if (start > 0) {
      ctx.fillStyle = colours.line;
      ctx.fillRect(named ? 0 : plot.left - 30, start * height - 0.5, plot.left + plot.width, 1);
    }
    if (!named && (rank - start) * height >= 11) {
      label(ctx, plot, view.regions[region]?.name ?? "", ((start + rank) / 2) * height, colours.muted);
    }
    start = rank;
  }
  const chosen = selected().neuron;
  const rank = order.indexOf(chosen);
  if (chosen >= 0 && rank >= 0) {
    ctx.globalAlpha = 0.16;
    ctx.fillStyle = colours.accent;
    ctx.fillRect(plot.left, rank * height, plot.width, Math.max(2, height));
    ctx.globalAlpha = 1;
  }
  if (!named) return;
  for (const [at, neuron] of order.entries()) {
    const name = view.neurons.name[neuron] || `hidden ${view.neurons.id[neuron].slice(0, 4)}`;
    label(ctx, plot, name, (at + 0.5) * height, neuron === chosen ? colours.accent : colours.muted);
  }
}

/** Levels of graded inputs and outputs, as shades. */
function paintLevels(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  { activity }: Recorded,
  order: readonly number[],
  height: number,
  colours: Colours,
): void {
  const [red, green, blue] = components(colours.dark ? "#ffe08a" : LEVEL);
  for (const [rank, neuron] of order.entries()) {
    const number = activity.levelOf[neuron];
    if (number === null) continue;
    const { times, values, low, high, sign } = activity.levels[number];
    const seen = sign === 0 ? values.map((value) => (value === null ? null : low === 0 ? Math.abs(value) : value)) : values.map((value) => (value === null ? null : sign * value));
    const strip = { ...plot, top: rank * height + 0.12 * height, height: 0.76 * height };
    heat(ctx, strip, times, [seen], (share) => [red, green, blue, Math.round(255 * share)], low, high);
  }
}

function paintSpikes(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  { activity, view }: Recorded,
  place: Uint32Array,
  height: number,
  colours: Colours,
): void {
  const { time, actor } = activity.spikes;
  const perMs = plot.width / (plot.to - plot.from);
  const width = Math.max(1, Math.min(3, perMs * 0.8));
  const tall = Math.max(1, height * 0.76);
  const from = firstFrom(time, plot.from);
  const to = firstFrom(time, plot.to);
  if (to - from > MOST_MARKS) return paintMany(ctx, plot, activity, view.neurons.sign, place, [from, to], colours);
  for (const inhibits of [false, true]) {
    ctx.fillStyle = inhibits ? colours.inhibitory : colours.excitatory;
    for (let k = from; k < to; k++) {
      if (view.neurons.sign[actor[k]] < 0 !== inhibits) continue;
      ctx.fillRect(xOf(plot, time[k]), place[actor[k]] * height + (height - tall) / 2, width, tall);
    }
  }
}

/** Very many spikes: pixels are as strong as there are spikes in them. */
function paintMany(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  activity: Activity,
  sign: readonly number[],
  place: Uint32Array,
  [from, to]: readonly [number, number],
  colours: Colours,
): void {
  const { time, actor } = activity.spikes;
  const [width, height] = [Math.max(1, Math.round(plot.width)), Math.max(1, Math.round(plot.height))];
  const image = new ImageData(width, height);
  const inks = [components(colours.excitatory), components(colours.inhibitory)];
  const strength = Math.max(40, 255 / Math.max(1, (to - from) / (width * height)));
  for (let k = from; k < to; k++) {
    const x = Math.min(width - 1, Math.floor(((time[k] - plot.from) / (plot.to - plot.from)) * width));
    const y = Math.min(height - 1, Math.floor((place[actor[k]] * height) / place.length));
    const pixel = 4 * (y * width + x);
    const ink = inks[sign[actor[k]] < 0 ? 1 : 0];
    for (let c = 0; c < 3; c++) image.data[pixel + c] = ink[c];
    image.data[pixel + 3] += strength;
  }
  drawImage(ctx, plot, image);
}

/** The neuron in the row at a share of the raster's height. */
export function rasterNeuron(recorded: Recorded, share: number): number {
  const order = rasterOrder(recorded.view);
  return order[Math.max(0, Math.min(order.length - 1, Math.floor(share * order.length)))];
}
