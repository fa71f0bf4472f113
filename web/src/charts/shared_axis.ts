/** Curves of several groups, each measured at places of its own, over one axis. */
import type { Comparison, Num } from "../contract.ts";

type Named = Pick<Comparison["groups"][number], "name" | "curve">;

export interface Row {
  name: string;
  middle: Num[];
  low: Num[];
  high: Num[];
}

/** Put curves over one axis; a group has no value where it was not evaluated. */
export function sharedAxis(groups: Named[]): { x: number[]; rows: Row[] } {
  const x = [...new Set(groups.flatMap((one) => one.curve.evaluations))].sort((a, b) => a - b);
  const rows = groups.map(({ name, curve }) => {
    const index = new Map(curve.evaluations.map((one, i) => [one, i]));
    const at = (values: Num[]): Num[] => filled(x.map((one) => {
      const i = index.get(one);
      return i === undefined ? null : (values[i] ?? null);
    }));
    return { name, middle: at(curve.middle), low: at(curve.low), high: at(curve.high) };
  });
  return { x, rows };
}

/** Best returns hold until the next one: fill gaps, not what comes before or after. */
function filled(values: Num[]): Num[] {
  const last = values.findLastIndex((one) => one !== null);
  let held: Num = null;
  return values.map((one, i) => {
    held = one ?? held;
    return i > last ? null : held;
  });
}
