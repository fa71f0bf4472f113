/** Which region has most glia for its neurons, in words. */
import type { Quantiles } from "../contract.ts";
import { number } from "../format.ts";

type Ratios = Record<string, (Quantiles | null)[]>;

/** Say which region has the highest median ratio in the last generation, and since when. */
export function mostGlia(generations: number[], ratios: Ratios): string {
  const last = generations.length - 1;
  const top = highest(ratios, last);
  if (top === null) return "";
  let since = last;
  while (since > 0 && highest(ratios, since - 1)?.name === top.name) since -= 1;
  const when = since === 0 ? "in every generation" : `since generation ${generations[since]}`;
  return `Most glia per neuron: ${top.name} (${number(top.median)} in the last generation), ${when}.`;
}

function highest(ratios: Ratios, at: number): { name: string; median: number } | null {
  let found: { name: string; median: number } | null = null;
  for (const [name, rows] of Object.entries(ratios)) {
    const median = rows[at]?.[2] ?? null;
    if (median !== null && median > 0 && (found === null || median > found.median)) found = { name, median };
  }
  return found;
}
