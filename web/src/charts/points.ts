/** Points in a plane: which are near, which are inside, which colour each has. Built for 100,000 of them. */
import type { Num } from "../contract.ts";
import type { Interval } from "../selection.ts";
import { pixel, type Scale } from "./scales.ts";

/** Pixels of points; NaN where a value is missing. */
export interface Placed {
  x: Float32Array;
  y: Float32Array;
}

/** Return numbers as an array that is quick to read; NaN where one is missing. */
export function packed(values: ArrayLike<Num>): Float64Array {
  const found = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) found[i] = values[i] ?? Number.NaN;
  return found;
}

export function place(xs: Float64Array, ys: Float64Array, x: Scale, y: Scale): Placed {
  const n = xs.length;
  const placed = { x: new Float32Array(n), y: new Float32Array(n) };
  for (let i = 0; i < n; i++) {
    placed.x[i] = pixel(x, xs[i]);
    placed.y[i] = pixel(y, ys[i]);
  }
  return placed;
}

/** Return the index of the nearest point within a distance, of those that are wanted; -1 if none is. */
export function nearest(placed: Placed, atX: number, atY: number, reach: number, wanted: (i: number) => boolean): number {
  let found = -1;
  let best = reach * reach;
  for (let i = 0; i < placed.x.length; i++) {
    const dx = placed.x[i] - atX;
    const dy = placed.y[i] - atY;
    const distance = dx * dx + dy * dy;
    if (distance > best || !(distance >= 0) || !wanted(i)) continue;
    found = i;
    best = distance;
  }
  return found;
}

/** Return 1 for each row that lies within all intervals, 0 for others; missing values lie outside. */
export function within(column: (name: string) => Float64Array | null, n: number, brush: Interval[]): Uint8Array {
  const inside = new Uint8Array(n).fill(1);
  for (const { name, low, high } of brush) {
    const values = column(name);
    if (!values) continue; // of another run: it says nothing here
    for (let i = 0; i < n; i++) if (!(values[i] >= low && values[i] <= high)) inside[i] = 0;
  }
  return inside;
}

/** Replace the intervals of the same names, keep the others. */
export function merged(brush: Interval[], fresh: Interval[]): Interval[] {
  const names = new Set(fresh.map((one) => one.name));
  return [...brush.filter((one) => !names.has(one.name)), ...fresh];
}

/** Put the indices that are drawn into bins, so that each colour is set once. */
export function binned(bin: Uint8Array, bins: number, drawn: (i: number) => boolean): Int32Array[] {
  const sizes = new Int32Array(bins);
  for (let i = 0; i < bin.length; i++) if (drawn(i)) sizes[bin[i]] += 1;
  const found = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(bins);
  for (let i = 0; i < bin.length; i++) if (drawn(i)) found[bin[i]][filled[bin[i]]++] = i;
  return found;
}
