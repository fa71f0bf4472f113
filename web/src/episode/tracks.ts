/** The tracks of an episode: what is drawn in each, and what stands beside it. */

import type { Episode, Num } from "../contract.ts";
import type { Colours } from "../theme.ts";
import { choicesOf, numbersOf } from "./actions.ts";
import type { Choice } from "./actions.ts";
import type { Activity } from "./activity.ts";
import { axis, label } from "./axes.ts";
import type { Track } from "./board.ts";
import { efficacy } from "./efficacy.ts";
import { raster } from "./raster.ts";
import { astrocyteNames } from "./recorded.ts";
import type { Recorded } from "./recorded.ts";
import { components, heat, line, stacked, xOf, yOf } from "./strokes.ts";
import type { Plot } from "./strokes.ts";
import { extent, firstFrom, valueAt } from "./timeline.ts";

const MOST_LINES = 6; // astrocytes that have a line each; more are rows of colour
const MOST_CURVES = 8; // numbers that have a curve each
const CURVE = 30; // height of one [pixels]
const MOST_KINDS = 8; // of energy, each with a colour

/** All tracks for which something is recorded, from top to bottom. */
export function tracksOf(recorded: Recorded, colours: Colours): Track[] {
  return [
    raster(recorded, colours),
    calcium(recorded, colours),
    efficacy(recorded, colours),
    pools(recorded, colours),
    energy(recorded, colours),
    observations(recorded, colours),
    chosen(recorded, colours),
    numbers(recorded, colours),
    rewards(recorded, colours),
  ].filter((track) => track !== null);
}

function calcium({ activity, episode, view, selected }: Recorded, colours: Colours): Track | null {
  const names = astrocyteNames(view);
  if (names.length === 0 || episode.calcium_time.length === 0) return null;
  const few = names.length <= MOST_LINES;
  const [, most] = extent(episode.calcium);
  const high = Math.max(1, most) * 1.08;
  const rowHeight = Math.min(13, 200 / names.length);
  const green = components(colours.astrocyte);
  return {
    id: "calcium",
    title: "Calcium and releases",
    unit: "f/f_ref",
    height: few ? 84 : Math.max(64, Math.round(rowHeight * names.length)),
    legend: few
      ? names.map((name, a) => ({
          name,
          colour: colours.series[a % 8],
          mark: "line" as const,
          value: (time) => valueAt(episode.calcium_time, episode.calcium[a], time),
        }))
      : [{ name: `calcium, 0 to ${most.toFixed(2)}`, colour: colours.astrocyte, mark: "box" as const }],
    note: few ? "Triangles: releases" : "Marks: releases",
    paint(ctx, plot) {
      if (!few) {
        heat(ctx, plot, episode.calcium_time, episode.calcium, (share) => [...green, Math.round(235 * share ** 0.7)], 0, high);
        if (rowHeight >= 10) names.forEach((name, a) => label(ctx, plot, name, (a + 0.5) * rowHeight, a === selected().astrocyte ? colours.accent : colours.muted));
      } else {
        axis(ctx, plot, 0, high, colours);
        for (const [a, values] of episode.calcium.entries()) {
          ctx.strokeStyle = colours.series[a % 8];
          ctx.lineWidth = a === selected().astrocyte ? 2.8 : 1.6;
          line(ctx, plot, episode.calcium_time, values, 0, high);
        }
      }
      paintReleases(ctx, plot, activity, few ? null : plot.height / names.length, colours);
    },
  };
}

function paintReleases(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  activity: Activity,
  rowHeight: number | null,
  colours: Colours,
): void {
  const { time, actor } = activity.releases;
  const to = firstFrom(time, plot.to);
  for (let k = firstFrom(time, plot.from); k < to; k++) {
    const x = xOf(plot, time[k]);
    if (rowHeight !== null) {
      ctx.fillStyle = colours.ink;
      ctx.fillRect(x - 0.75, actor[k] * rowHeight, 1.5, Math.max(1, rowHeight - 0.5));
      continue;
    }
    ctx.fillStyle = colours.series[actor[k] % 8];
    ctx.beginPath();
    ctx.moveTo(x - 4, 0);
    ctx.lineTo(x + 4, 0);
    ctx.lineTo(x, 7);
    ctx.fill();
  }
}

function pools({ episode, view }: Recorded, colours: Colours): Track | null {
  if (episode.fill_time.length === 0) return null;
  const living = view.regions.map((_, i) => i).filter((i) => view.regions[i].neurons > 0 && episode.fill[i]);
  return {
    id: "pools",
    title: "Energy pools",
    unit: "",
    height: 64,
    note: "1 is full",
    legend: living.map((i) => ({
      name: view.regions[i].name,
      colour: colours.series[i % 8],
      mark: "line" as const,
      value: (time) => valueAt(episode.fill_time, episode.fill[i], time),
    })),
    paint(ctx, plot) {
      axis(ctx, plot, 0, 1.05, colours);
      ctx.lineWidth = 1.8;
      for (const i of living) {
        ctx.strokeStyle = colours.series[i % 8];
        line(ctx, plot, episode.fill_time, episode.fill[i], 0, 1.05);
      }
    },
  };
}

/** Kinds of energy by mean power, the highest first; small ones beyond a few are one. */
export function energyKinds(episode: Episode): { name: string; values: Num[] }[] {
  const mean = (values: readonly Num[]): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / Math.max(values.length, 1);
  const kinds = episode.energy_kinds
    .map((name, index) => ({ name: name.replaceAll("_", " "), values: episode.energy[index] ?? [], mean: mean(episode.energy[index] ?? []) }))
    .filter((kind) => kind.mean > 0)
    .sort((a, b) => b.mean - a.mean);
  if (kinds.length <= MOST_KINDS) return kinds;
  const rest = kinds.slice(MOST_KINDS - 1);
  const values = episode.energy_time.map((_, w) => rest.reduce((sum, kind) => sum + (kind.values[w] ?? 0), 0));
  return [...kinds.slice(0, MOST_KINDS - 1), { name: "other", values }];
}

function energy({ episode }: Recorded, colours: Colours): Track | null {
  if (episode.energy_time.length === 0) return null;
  const kinds = energyKinds(episode);
  const totals = episode.energy_time.map((_, w) => kinds.reduce((sum, kind) => sum + (kind.values[w] ?? 0), 0));
  const [, high] = extent([totals]);
  const at = (values: readonly Num[], time: number): Num => values[Math.min(values.length - 1, firstFrom(episode.energy_time, time))] ?? null;
  return {
    id: "energy",
    title: "Power by kind",
    unit: "EU/s",
    height: 96,
    legend: kinds.map((kind, k) => ({
      name: kind.name,
      colour: colours.series[k % 8],
      mark: "box" as const,
      value: (time) => at(kind.values, time),
    })),
    paint(ctx, plot) {
      axis(ctx, plot, 0, high * 1.05, colours);
      stacked(ctx, plot, episode.energy_time, kinds.map((kind) => kind.values), high * 1.05, colours.series);
    },
  };
}

/** A row for each number: a curve in its own range, or a strip of colour where there are many. */
function quantities(
  id: string,
  title: string,
  names: readonly string[],
  steps: readonly (readonly Num[])[],
  stepMs: number,
  colours: Colours,
): Track | null {
  if (names.length === 0 || steps.length === 0) return null;
  const times = steps.map((_, step) => step * stepMs);
  const rows = names.map((_, k) => steps.map((one) => one[k] ?? null));
  const few = names.length <= MOST_CURVES;
  const rowHeight = few ? CURVE : Math.min(14, 180 / names.length);
  const signs = [{ name: "below zero", colour: colours.inhibitory }, { name: "above zero", colour: colours.excitatory }];
  return {
    id,
    title,
    unit: "",
    height: Math.max(few ? CURVE : 50, Math.round(rowHeight * names.length)),
    legend: few
      ? names.map((name, k) => ({ name, colour: colours.series[k % 8], mark: "line" as const, value: (time) => valueAt(times, rows[k], time) }))
      : signs.map((one) => ({ ...one, mark: "box" as const })),
    note: names.length > 1 ? "each in its own range" : undefined,
    paint(ctx, plot) {
      const height = plot.height / names.length;
      for (const [k, values] of rows.entries()) {
        const strip = { ...plot, top: k * height, height };
        if (few) paintCurve(ctx, strip, times, values, k, colours);
        else paintStrip(ctx, strip, times, values, colours);
        if (height >= 9) label(ctx, plot, names[k], strip.top + height / 2, colours.muted);
      }
    },
  };
}

function paintCurve(
  ctx: CanvasRenderingContext2D,
  strip: Plot,
  times: readonly number[],
  values: readonly Num[],
  index: number,
  colours: Colours,
): void {
  const [low, high] = extent([values]);
  const inner = { ...strip, top: strip.top + 4, height: strip.height - 8 };
  const [from, to] = low === high ? [low - 1, high + 1] : [low, high];
  ctx.fillStyle = colours.line;
  if (index > 0) ctx.fillRect(strip.left, strip.top, strip.width, 1);
  if (from < 0 && to > 0) {
    ctx.globalAlpha = 0.8;
    ctx.fillRect(strip.left, Math.round(yOf(inner, 0, from, to)), strip.width, 1);
    ctx.globalAlpha = 1;
  }
  ctx.strokeStyle = colours.series[index % 8];
  ctx.lineWidth = 1.5;
  line(ctx, inner, times, values, from, to, true);
}

/** Values above and below zero in two colours. */
function paintStrip(
  ctx: CanvasRenderingContext2D,
  strip: Plot,
  times: readonly number[],
  values: readonly Num[],
  colours: Colours,
): void {
  const [low, high] = extent([values]);
  const size = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const [below, above] = [components(colours.inhibitory), components(colours.excitatory)];
  const shade = (share: number): [number, number, number, number] => [
    ...(share < 0.5 ? below : above), Math.round(230 * Math.abs(2 * share - 1)),
  ];
  heat(ctx, strip, times, [values], shade, -size, size);
}

function observations({ episode }: Recorded, colours: Colours): Track | null {
  return quantities("observations", "Observations", episode.observation_names, episode.observation, episode.step_ms, colours);
}

/** What the agent chose, as a row for each thing that it can do. */
function chosen({ episode }: Recorded, colours: Colours): Track | null {
  const choices = choicesOf(episode);
  const rows = choices.reduce((sum, choice) => sum + choice.options.length, 0);
  if (rows === 0 || episode.action.length === 0) return null;
  const rowHeight = Math.max(2, Math.min(18, 140 / rows));
  return {
    id: "actions",
    title: choices.length === 1 ? "Action" : "Actions",
    unit: "",
    height: Math.round(rowHeight * rows),
    legend: [],
    paint(ctx, plot) {
      let top = 0;
      for (const choice of choices) {
        paintChoice(ctx, plot, choice, top, rowHeight, episode.step_ms, colours);
        top += choice.options.length * rowHeight;
      }
    },
  };
}

function paintChoice(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  choice: Choice,
  top: number,
  rowHeight: number,
  stepMs: number,
  colours: Colours,
): void {
  const { options, chosen: row } = choice;
  const inset = Math.min(2, rowHeight / 6);
  if (rowHeight >= 9) options.forEach((name, k) => label(ctx, plot, name, top + (k + 0.5) * rowHeight, colours.ink));
  for (let step = 0; step < row.length; ) {
    let end = step + 1;
    while (end < row.length && row[end] === row[step]) end++;
    const [from, to] = [step * stepMs, end * stepMs];
    if (to > plot.from && from < plot.to && row[step] >= 0) {
      ctx.fillStyle = colours.series[row[step] % 8];
      const [x, far] = [Math.max(plot.left, xOf(plot, from)), Math.min(plot.left + plot.width, xOf(plot, to))];
      ctx.fillRect(x, top + row[step] * rowHeight + inset, Math.max(0.8, far - x), rowHeight - 2 * inset);
    }
    step = end;
  }
}

function numbers({ episode }: Recorded, colours: Colours): Track | null {
  const { names, steps } = numbersOf(episode);
  return quantities("numbers", "Actions", names, steps, episode.step_ms, colours);
}

function rewards({ episode }: Recorded, colours: Colours): Track | null {
  if (episode.reward.length === 0) return null;
  const ends = episode.reward.map((_, step) => (step + 1) * episode.step_ms);
  let total = 0;
  const sums = episode.reward.map((value) => (total += value ?? 0));
  const [low, high] = extent([sums, [0]]);
  return {
    id: "return",
    title: "Return so far",
    unit: "",
    height: 48,
    legend: [{ name: "sum of rewards", colour: colours.series[0], mark: "line", value: (time) => valueAt(ends, sums, time) }],
    paint(ctx, plot) {
      axis(ctx, plot, low, high, colours);
      ctx.strokeStyle = colours.series[0];
      ctx.lineWidth = 1.7;
      line(ctx, plot, ends, sums, low, high === low ? low + 1 : high, true);
    },
  };
}
