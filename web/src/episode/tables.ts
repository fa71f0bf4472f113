/** The numbers of an episode as tables. */

import type { Num } from "../contract.ts";
import type { TableData } from "../table.ts";
import { choicesOf, numbersOf } from "./actions.ts";
import { astrocyteNames, nameOf, scaledCells } from "./recorded.ts";
import type { Recorded } from "./recorded.ts";
import { countWithin, valueAt } from "./timeline.ts";

export type EpisodeTable = "steps" | "spikes" | "rates" | "calcium" | "pools" | "energy";

export const EPISODE_TABLES: readonly [EpisodeTable, string][] = [
  ["steps", "steps of the task"],
  ["rates", "rates of neurons"],
  ["spikes", "spikes"],
  ["calcium", "calcium and releases"],
  ["pools", "energy pools"],
  ["energy", "power by kind"],
];

export function episodeTable(recorded: Recorded, kind: EpisodeTable): TableData {
  return { steps, spikes, rates, calcium, pools, energy }[kind](recorded);
}

function steps({ episode }: Recorded): TableData {
  const column = (rows: readonly (readonly Num[])[], k: number): Num[] => rows.map((row) => row[k] ?? null);
  return {
    caption: "What was observed, done and rewarded in each step of the task",
    columns: [
      { name: "step", values: episode.reward.map((_, step) => step + 1) },
      { name: "time", unit: "ms", values: episode.reward.map((_, step) => step * episode.step_ms) },
      ...episode.observation_names.map((name, k) => ({ name, values: column(episode.observation, k) })),
      ...choicesOf(episode).map((choice) => ({ name: choice.name, values: choice.chosen.map((k) => choice.options[k] ?? "") })),
      ...numbersOf(episode).names.map((name, k) => ({ name: `action ${name}`, values: column(numbersOf(episode).steps, k) })),
      { name: "reward", values: episode.reward },
    ],
  };
}

function spikes(recorded: Recorded): TableData {
  const { time, actor } = recorded.activity.spikes;
  return {
    caption: "Every spike",
    columns: [
      { name: "time", unit: "ms", values: time },
      { name: "neuron", values: Array.from(actor, (i) => nameOf(recorded.view, i)) },
    ],
  };
}

function rates(recorded: Recorded): TableData {
  const { activity, view, episode } = recorded;
  const counts = view.neurons.id.map((_, i) => countWithin(activity.spikes, i, -1, episode.n_ms));
  return {
    caption: "Spikes of each neuron over the episode",
    columns: [
      { name: "neuron", values: view.neurons.id.map((_, i) => nameOf(recorded.view, i)) },
      { name: "region", values: view.neurons.region.map((region) => view.regions[region]?.name ?? "") },
      { name: "spikes", values: counts },
      { name: "rate", unit: "Hz", values: counts.map((n) => (1000 * n) / Math.max(episode.n_ms, 1)) },
      ...meanEfficacies(recorded),
    ],
  };
}

/** Mean efficacy of each neuron, as a column, where anything is scaled; inputs have none. */
function meanEfficacies(recorded: Recorded): TableData["columns"] {
  const { episode, view } = recorded;
  const place = new Map(scaledCells(recorded).cells.map((cell, k) => [cell, k]));
  if (place.size === 0) return [];
  const mean = (values: readonly Num[]): Num => values.reduce<number>((sum, one) => sum + (one ?? 0), 0) / Math.max(values.length, 1);
  const values = view.neurons.id.map((_, i) => (place.has(i) ? mean(episode.efficacy[place.get(i) ?? 0] ?? []) : null));
  return [{ name: "mean efficacy", values }];
}

function calcium(recorded: Recorded): TableData {
  const { episode, view, activity } = recorded;
  const values = (a: number): number[] => (episode.calcium[a] ?? []).filter((one) => one !== null);
  const mean = (a: number): Num => (values(a).length ? values(a).reduce((sum, one) => sum + one, 0) / values(a).length : null);
  return {
    caption: "Calcium and releases of each astrocyte over the episode",
    columns: [
      { name: "astrocyte", values: astrocyteNames(view) },
      { name: "mean calcium", unit: "f/f_ref", values: view.astrocytes.gene.map((_, a) => mean(a)) },
      { name: "highest calcium", unit: "f/f_ref", values: view.astrocytes.gene.map((_, a) => values(a).reduce((most, one) => Math.max(most, one), 0)) },
      { name: "releases", values: view.astrocytes.gene.map((_, a) => countWithin(activity.releases, a, -1, episode.n_ms)) },
    ],
  };
}

function pools({ episode, view }: Recorded): TableData {
  const living = view.regions.map((_, i) => i).filter((i) => view.regions[i].neurons > 0);
  return {
    caption: "Fill of each region's energy pool; 1 is full",
    columns: [
      { name: "time", unit: "ms", values: episode.fill_time },
      ...living.map((i) => ({ name: view.regions[i].name, values: episode.fill[i] ?? [] })),
    ],
  };
}

function energy({ episode, view }: Recorded): TableData {
  return {
    caption: "Power of each kind and region, by window",
    columns: [
      { name: "until", unit: "ms", values: episode.energy_time },
      ...episode.energy_kinds.map((name, k) => ({ name: name.replaceAll("_", " "), unit: "EU/s", values: episode.energy[k] ?? [] })),
      ...view.regions.map((region, i) => ({ name: region.name, unit: "EU/s", values: episode.energy_time.map((time) => valueAt(episode.energy_time, episode.energy_region[i], time)) })),
    ],
  };
}
