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
