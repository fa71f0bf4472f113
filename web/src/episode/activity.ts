/** What of an episode the picture of the network shows at one time. */

import type { Episode, GenomeView, Num } from "../contract.ts";
import { INPUT, OUTPUT } from "../topology/graph.ts";
import { extent, firstFrom, indexEvents, lastUpTo, valueAt } from "./timeline.ts";
import type { Events } from "./timeline.ts";

export interface Activity {
  episode: Episode;
  spikes: Events;
  releases: Events;
  longestDelay: number; // [ms]
  highestCalcium: number; // [f/f_ref], at least 1
  levelled: number[]; // neurons that have a level
  levelOf: (number | null)[]; // by neuron: which source of a level it has, see `levels`
  levels: { times: readonly number[]; values: readonly Num[]; low: number; high: number; sign: number }[];
}

/** Prepare an episode for showing at any time. */
export function activityOf(view: GenomeView, episode: Episode): Activity {
  const neurons = view.neurons.id.length;
  const longestDelay = view.synapses.delay.reduce((most, delay) => Math.max(most, delay), 1);
  const activity: Activity = {
    episode,
    spikes: indexEvents(episode.spike_time, episode.spike_neuron, neurons),
    releases: indexEvents(episode.release_time, episode.release_astrocyte, view.astrocytes.gene.length),
    longestDelay,
    highestCalcium: Math.max(1, extent(episode.calcium)[1]),
    levelOf: new Array<number | null>(neurons).fill(null),
    levels: [],
    levelled: [],
  };
  addInputs(activity, view);
  addOutputs(activity, view);
  activity.levelled = activity.levelOf.flatMap((number, i) => (number === null ? [] : [i]));
  return activity;
}

/** Inputs that never spike show the observation they are named after: "pole angle +" its positive part. */
function addInputs(activity: Activity, view: GenomeView): void {
  const { episode, spikes } = activity;
  const starts = episode.observation.map((_, step) => step * episode.step_ms);
  for (const [i, name] of view.neurons.name.entries()) {
    if (view.neurons.role[i] !== INPUT || spikes.offset[i + 1] > spikes.offset[i]) continue;
    const source = channelOf(name, episode.observation_names);
    if (source === null) continue;
    const seen = episode.observation.map((row) => row[source.index] ?? null);
    const values = source.choice === null ? seen : seen.map((value) => (value === source.choice ? 1 : 0));
    const [low, high] = extent([values]);
    const size = Math.max(Math.abs(low), Math.abs(high)) || 1;
    activity.levelOf[i] = activity.levels.length;
    activity.levels.push({ times: starts, values, low: 0, high: size, sign: source.sign });
  }
}

function addOutputs(activity: Activity, view: GenomeView): void {
  const { episode } = activity;
  if (episode.output_time.length === 0) return;
  const outputs = view.neurons.role.flatMap((role, i) => (role === OUTPUT ? [i] : []));
  for (const [number, i] of outputs.entries()) {
    const values = episode.output[number];
    if (values === undefined) continue;
    const [low, high] = extent([values]);
    activity.levelOf[i] = activity.levels.length;
    activity.levels.push({ times: episode.output_time, values, low, high, sign: 0 });
  }
}

/** What of an observation a channel shows. */
export interface Channel {
  index: number; // of the observation
  sign: number; // which side of it; 0: both
  choice: number | null; // the value for which it is on
}

/** Read a channel's name: "pole angle +" is a side of a number, "key=3" a choice, "obs 2" the third number. */
export function channelOf(name: string, observations: readonly string[]): Channel | null {
  const find = (stem: string): number => {
    const at = observations.indexOf(stem);
    const numbered = /^obs(?: (\d+))?$/.exec(stem);
    if (at >= 0 || !numbered) return at;
    const index = Number(numbered[1] ?? 0);
    return index < observations.length ? index : -1;
  };
  const whole = find(name);
  if (whole >= 0) return { index: whole, sign: 0, choice: null };
  const side = /^(.*?)\s*([+−-])$/.exec(name);
  const choice = /^(.*?)=(-?\d+)$/.exec(name);
  const index = find(side?.[1] ?? choice?.[1] ?? "");
  if (index < 0) return null;
  return { index, sign: side ? (side[2] === "+" ? 1 : -1) : 0, choice: choice ? Number(choice[2]) : null };
}

/** Level of a neuron that does not spike, from 0 to 1; null if it has none. */
export function levelAt(activity: Activity, neuron: number, time: number): number | null {
  const number = activity.levelOf[neuron];
  if (number === null) return null;
  const level = activity.levels[number];
  const value = valueAt(level.times, level.values, time);
  if (value === null) return null;
  const signed = level.sign === 0 && level.low === 0 ? Math.abs(value) : level.sign === 0 ? value : level.sign * value;
  return Math.max(0, Math.min(1, (signed - level.low) / (level.high - level.low || 1)));
}

/** Brightness of flashes at a time: 1 at a spike, decaying with `decay` ms. Filled in by neuron. */
export function flashes(activity: Activity, time: number, decay: number, into: Float32Array): number[] {
  const { time: at, actor } = activity.spikes;
  const lit: number[] = [];
  const from = firstFrom(at, time - 4 * decay);
  const to = lastUpTo(at, time);
  for (let k = from; k <= to; k++) {
    if (into[actor[k]] === 0) lit.push(actor[k]);
    into[actor[k]] = Math.exp(-(time - at[k]) / decay);
  }
  return lit;
}

/** Step of the task that a time falls into. */
export function stepAt(episode: Episode, time: number): number {
  return Math.max(0, Math.min(episode.steps - 1, Math.floor(time / episode.step_ms)));
}

/** Last frame that was recorded up to a time; -1 if there is none. */
export function frameAt(episode: Episode, time: number): number {
  if (episode.frames === null) return -1;
  return Math.max(0, lastUpTo(episode.frames.step, stepAt(episode, time)));
}
