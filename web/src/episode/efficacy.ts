/** The track of efficacies: how much what arrives at each cell is scaled. */

import type { Colours } from "../theme.ts";
import { axis, label } from "./axes.ts";
import type { Track } from "./board.ts";
import { scaledCells } from "./recorded.ts";
import type { Recorded } from "./recorded.ts";
import { components, heat, line } from "./strokes.ts";
import { extent, valueAt } from "./timeline.ts";

const MOST_LINES = 6; // cells that have a line each; more are rows of colour
const LEAST = 1 / 64; // logarithms of less are drawn as its own

/** Lines of a few cells, else a row for each, by the logarithm; null where nothing is scaled. */
export function efficacy(recorded: Recorded, colours: Colours): Track | null {
  const { episode, selected } = recorded;
  const { cells, names } = scaledCells(recorded);
  if (cells.length === 0) return null;
  const rows = episode.efficacy.map((values) => values.map((one) => (one === null ? null : Math.log2(Math.max(one, LEAST)))));
  const [low, high] = extent([...rows, [0]]);
  const most = Math.max(1, -low, high) * 1.05;
  const few = cells.length <= MOST_LINES;
  const rowHeight = Math.min(13, 200 / cells.length);
  const [below, above] = [components(colours.inhibitory), components(colours.excitatory)];
  const shade = (share: number): [number, number, number, number] => [
    ...(share < 0.5 ? below : above), Math.round(230 * Math.abs(2 * share - 1)),
  ];
  return {
    id: "efficacy",
    title: "Efficacy",
    unit: "log2",
    height: few ? 74 : Math.max(50, Math.round(rowHeight * cells.length)),
    legend: few
      ? names.map((name, k) => ({
          name,
          colour: colours.series[k % 8],
          mark: "line" as const,
          value: (time) => valueAt(episode.efficacy_time, episode.efficacy[k], time),
        }))
      : [{ name: "less than 1", colour: colours.inhibitory, mark: "box" as const }, { name: "more", colour: colours.excitatory, mark: "box" as const }],
    note: "of what arrives at each cell",
    paint(ctx, plot) {
      if (!few) {
        heat(ctx, plot, episode.efficacy_time, rows, shade, -most, most);
        if (rowHeight >= 9) names.forEach((name, k) => label(ctx, plot, name, (k + 0.5) * rowHeight, cells[k] === selected().neuron ? colours.accent : colours.muted));
        return;
      }
      axis(ctx, plot, -most, most, colours);
      for (const [k, values] of rows.entries()) {
        ctx.strokeStyle = colours.series[k % 8];
        ctx.lineWidth = cells[k] === selected().neuron ? 2.8 : 1.6;
        line(ctx, plot, episode.efficacy_time, values, -most, most);
      }
    },
  };
}
