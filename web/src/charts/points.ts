/** Points in a plane: which are near, which are inside, which colour each has. */
import type { Num } from "../contract.ts";
import type { Interval } from "../selection.ts";
import { pixel, type Scale } from "./scales.ts";

/** Pixels of points; NaN where a value is missing. */
export interface Placed {
  x: Float32Array;
  y: Float32Array;
}

export function place(xs: ArrayLike<Num>, ys: ArrayLike<Num>, x: Scale, y: Scale): Placed {
  const n = xs.length;
  const placed = { x: new Float32Array(n), y: new Float32Array(n) };
  for (let i = 0; i < n; i++) {
    const [vx, vy] = [xs[i], ys[i]];
    placed.x[i] = vx === null ? Number.NaN : pixel(x, vx);
    placed.y[i] = vy === null ? Number.NaN : pixel(y, vy);
  }
  return placed;
}

/** Return the index of the nearest point within a distance, of those that are wanted; -1 if none is. */
export function nearest(placed: Placed, atX: number, atY: number, reach: number, wanted: (i: number) => boolean): number {
  let found = -1;
  let best = reach * reach;
  for (let i = 0; i < placed.x.length; i++) {
    const [dx, dy] = [placed.x[i] - atX, placed.y[i] - atY];
    const distance = dx * dx + dy * dy;
    if (distance <= best && wanted(i)) [found, best] = [i, distance];
  }
  return found;
}

/** Return 1 for each row that lies within all intervals, 0 for others; missing values lie outside. */
export function within(values: Record<string, ArrayLike<Num>>, n: number, brush: Interval[]): Uint8Array {
  const inside = new Uint8Array(n).fill(1);
  for (const { name, low, high } of brush) {
    const column = values[name];
    if (!column) continue; // of another run: it says nothing here
    for (let i = 0; i < n; i++) {
      const value = column[i];
      if (value === null || value < low || value > high) inside[i] = 0;
    }
  }
  return inside;
}

/** Replace the intervals of the same names, keep the others. */
export function merged(brush: Interval[], fresh: Interval[]): Interval[] {
  const names = new Set(fresh.map((one) => one.name));
  return [...brush.filter((one) => !names.has(one.name)), ...fresh];
}

/** Put indices into bins of a share between 0 and 1, so that each colour is set once. */
export function binned(shares: ArrayLike<number>, bins: number): Int32Array[] {
  const bin = (share: number): number => Math.min(bins - 1, Math.max(0, Math.floor(share * bins)));
  const sizes = new Int32Array(bins);
  for (let i = 0; i < shares.length; i++) sizes[bin(shares[i])] += 1;
  const found = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(bins);
  for (let i = 0; i < shares.length; i++) {
    const at = bin(shares[i]);
    found[at][filled[at]++] = i;
  }
  return found;
}
