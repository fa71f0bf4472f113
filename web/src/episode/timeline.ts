/** Finding what happened at a time of an episode without walking through all of it. */

import type { Num } from "../contract.ts";

/** Events in order of time, and the times of each actor's events. */
export interface Events {
  time: Float64Array; // sorted [ms]
  actor: Uint32Array; // who, by event
  offset: Uint32Array; // actor a's times are own[offset[a]] … own[offset[a + 1] - 1]
  own: Float64Array; // sorted within each actor
}

/** Index events of `count` actors; events of actors out of range are left out. */
export function indexEvents(time: readonly number[], actor: readonly number[], count: number): Events {
  const valid: number[] = [];
  for (let i = 0; i < time.length; i++) if (actor[i] >= 0 && actor[i] < count) valid.push(i);
  let sorted = true;
  for (let i = 1; i < valid.length && sorted; i++) sorted = time[valid[i - 1]] <= time[valid[i]];
  if (!sorted) valid.sort((a, b) => time[a] - time[b] || actor[a] - actor[b]);
  const times = Float64Array.from(valid, (i) => time[i]);
  const actors = Uint32Array.from(valid, (i) => actor[i]);
  const offset = new Uint32Array(count + 1);
  for (const a of actors) offset[a + 1]++;
  for (let a = 0; a < count; a++) offset[a + 1] += offset[a];
  const next = offset.slice(0, count);
  const own = new Float64Array(times.length);
  for (let i = 0; i < times.length; i++) own[next[actors[i]]++] = times[i];
  return { time: times, actor: actors, offset, own };
}

/** Index of the first of sorted values that is at least `value`. */
export function firstFrom(sorted: ArrayLike<number>, value: number, low = 0, high = sorted.length): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the last of sorted values that is at most `value`; -1 if all are greater. */
export function lastUpTo(sorted: ArrayLike<number>, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Value of a sampled quantity at a time: the last sample up to it, or null before the first. */
export function valueAt(times: readonly number[], values: readonly Num[] | undefined, time: number): Num {
  const index = lastUpTo(times, time);
  return index < 0 || values === undefined ? null : (values[index] ?? null);
}

/** Number of an actor's events in (from, to]. */
export function countWithin(events: Events, actor: number, from: number, to: number): number {
  const [low, high] = [events.offset[actor], events.offset[actor + 1]];
  const after = (time: number): number => {
    let [a, b] = [low, high];
    while (a < b) {
      const middle = (a + b) >> 1;
      if (events.own[middle] <= time) a = middle + 1;
      else b = middle;
    }
    return a;
  };
  return after(to) - after(from);
}

/** Time of an actor's last event up to a time; -Infinity if there is none. */
export function lastEvent(events: Events, actor: number, time: number): number {
  const [low, high] = [events.offset[actor], events.offset[actor + 1]];
  const index = lastUpTo(events.own.subarray(low, high), time);
  return index < 0 ? -Infinity : events.own[low + index];
}

/** Next time of a clock that plays at `speed` simulated ms per real ms; it stops at the end. */
export function advance(time: number, elapsed: number, speed: number, end: number): number {
  return Math.min(end, time + Math.max(0, elapsed) * speed);
}

/** Lowest and highest finite value; [0, 1] if there is none. */
export function extent(rows: readonly (readonly Num[])[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of rows) {
    for (const value of values) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high ? [0, 1] : [low, high];
}
