/** A recorded episode with the genome that lived it. */

import type { Episode, GenomeView, Overview } from "../contract.ts";
import { HIDDEN, INPUT, OUTPUT } from "../topology/graph.ts";
import type { Activity } from "./activity.ts";

/** What the tracks of one episode are made of. */
export interface Recorded {
  activity: Activity;
  episode: Episode;
  view: GenomeView;
  overview: Overview;
  selected: () => { neuron: number; astrocyte: number }; // -1: none
}

/** What belongs to each astrocyte: its region and, where there are several, its number there. */
export function astrocyteNames(view: GenomeView): string[] {
  const seen = new Map<number, number>();
  return view.astrocytes.region.map((region) => {
    const number = (seen.get(region) ?? 0) + 1;
    seen.set(region, number);
    return `${view.regions[region]?.name ?? "region"} ${number}`;
  });
}

/** What a neuron is called: by its channel, or by the beginning of its gene's number. */
export const nameOf = (view: GenomeView, i: number): string =>
  view.neurons.name[i] || `hidden ${view.neurons.id[i].slice(0, 4)}`;

/** Cells, without inputs, if what arrives at any of them was scaled: their indices and names. */
export function scaledCells({ episode, view }: Pick<Recorded, "episode" | "view">): { cells: number[]; names: string[] } {
  const scaled = episode.efficacy.some((values) => values.some((one) => one !== null && one !== 1));
  const cells = scaled ? view.neurons.role.map((_, i) => i).filter((i) => view.neurons.role[i] !== INPUT) : [];
  return { cells, names: cells.map((i) => nameOf(view, i)) };
}

/** Order of neurons from top to bottom: regions of inputs first, of outputs last; in each by role. */
export function rasterOrder(view: GenomeView): number[] {
  const has = (role: number): Set<number> =>
    new Set(view.neurons.region.filter((_, i) => view.neurons.role[i] === role));
  const [first, last] = [has(INPUT), has(OUTPUT)];
  const place = (region: number): number => (first.has(region) ? 0 : last.has(region) ? 2000 : 1000) + region;
  const rank = (i: number): number => {
    const role = view.neurons.role[i];
    return place(view.neurons.region[i]) * 3 + (role === INPUT ? 0 : role === HIDDEN ? 1 : 2);
  };
  return view.neurons.role.map((_, i) => i).sort((a, b) => rank(a) - rank(b) || a - b);
}
