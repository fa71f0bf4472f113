/** Units of what is known of individuals. */
import type { Overview } from "../contract.ts";

const ALWAYS: Record<string, string> = { power: "EU/s", spikes: "Hz" }; // whatever the objectives

/** Return the unit of an objective, a measure or another value; nothing if it has none. */
export function unitOf(overview: Pick<Overview, "objectives" | "measures">, name: string): string {
  const known = [...overview.objectives, ...overview.measures].find((one) => one.name === name);
  return known?.unit ?? ALWAYS[name] ?? "";
}
