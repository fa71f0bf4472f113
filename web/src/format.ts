/** Numbers and units as text, the same everywhere. */
import type { Num } from "./contract.ts";

const MISSING = "–";

/** Four significant digits; no exponent between 0.001 and 10 million; a dash for what is missing. */
export function number(value: Num | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return integer(value);
  if (size >= 1e7 || size < 1e-3) return minus(value.toExponential(Math.max(0, digits - 2)).replace("e+", "e"));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  if (!decimals) return integer(value);
  return minus(trim(value.toFixed(Math.min(decimals, 6))));
}

/** An integer with thin spaces between thousands from 10,000 on. */
export function integer(value: number): string {
  const digits = Math.abs(Math.round(value)).toString();
  const grouped = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, "\u202f") : digits;
  return value < 0 ? `−${grouped}` : grouped;
}

/** A value with its sign, for differences. */
export function signed(value: Num | undefined): string {
  const text = number(value);
  return value !== null && value !== undefined && value > 0 ? `+${text}` : text;
}

/** A name with its unit in brackets, as axes and columns have it. */
export function label(name: string, unit: string): string {
  return unit ? `${name} [${unit}]` : name;
}

/** Milliseconds as a person reads them. */
export function duration(ms: number): string {
  if (ms < 1000) return `${number(ms, 3)} ms`;
  return `${number(ms / 1000, 4)} s`;
}

/** A count with its noun; the plural takes an s unless it is given. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${integer(n)} ${n === 1 ? one : many}`;
}

function trim(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function minus(text: string): string {
  return text.replace("-", "−");
}
