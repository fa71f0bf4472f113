/** Numbers to pixels and back; bins; quantiles. */
import type { Num } from "../contract.ts";

export interface Scale {
  low: number;
  high: number;
  from: number; // pixel of low
  to: number; // pixel of high
}

/** Return the pixel of a value. */
export function pixel(scale: Scale, value: number): number {
  return scale.from + ((value - scale.low) / (scale.high - scale.low)) * (scale.to - scale.from);
}

/** Return the value at a pixel. */
export function valueAt(scale: Scale, at: number): number {
  return scale.low + ((at - scale.from) / (scale.to - scale.from)) * (scale.high - scale.low);
}

/** Return the lowest and the highest finite value; null if there is none. */
export function extent(values: ArrayLike<Num>): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/** Widen an extent by a share of its span on both sides; a single value gets room around it. */
export function padded([low, high]: [number, number], share = 0.04): [number, number] {
  const span = high - low || Math.abs(high) || 1;
  return [low - span * share, high + span * share];
}

/** Return round values within an interval, about `wanted` of them. */
export function ticks(low: number, high: number, wanted: number): number[] {
  if (!(high > low) || wanted < 1) return [low];
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999) ?? 10 * power;
  const found: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

/** Return the share of a value in an extent, between 0 and 1. */
export function share(value: Num, [low, high]: [number, number]): number {
  if (value === null) return 0;
  return high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
}

/** Return a quantile of finite values, by linear interpolation; null if there is none. */
export function quantile(values: Num[], q: number): Num {
  const sorted = values.filter((v): v is number => v !== null && Number.isFinite(v)).sort((a, b) => a - b);
  if (!sorted.length) return null;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** Stack rows of sizes: row k reaches from the sum of the rows before to the sum including it. */
export function stacked(rows: number[][]): { low: number[]; high: number[] }[] {
  let before: number[] = rows[0]?.map(() => 0) ?? [];
  return rows.map((row) => {
    const low = before;
    before = row.map((value, i) => low[i] + value);
    return { low, high: before };
  });
}
