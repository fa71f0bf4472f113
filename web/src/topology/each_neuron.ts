/** What if each neuron in turn were missing: which of them the return hangs on. */

import type { WhatIfAnswer } from "../contract.ts";
import { count, signed } from "../format.ts";
import { table } from "../table.ts";
import type { Part } from "./filters.ts";
import type { Graph } from "./graph.ts";
import { partName, regionName } from "./parts.ts";

/** An answer for each neuron, one after the other, as long as `wanted`. */
export async function cutEach(
  ids: readonly string[],
  ask: (id: string) => Promise<WhatIfAnswer>,
  begins: (number: number) => void,
  wanted: () => boolean,
): Promise<WhatIfAnswer[]> {
  const answers: WhatIfAnswer[] = [];
  for (const id of ids) {
    if (!wanted()) break;
    begins(answers.length + 1);
    answers.push(await ask(id));
  }
  return answers;
}

/** Neurons in the order in which the return falls without them, the greatest fall first. */
export function byFall(answers: readonly WhatIfAnswer[]): number[] {
  return [...answers.keys()].sort((a, b) => fall(answers[a]) - fall(answers[b]));
}

export function eachTable(graph: Graph, answers: readonly WhatIfAnswer[], episodes: number, pick: (part: Part) => void): HTMLElement {
  const order = byFall(answers);
  const of = (name: string, field: "after" | "difference" | "standard_error"): (number | null)[] =>
    order.map((i) => answers[i].rows.find((one) => one.name === name)?.[field] ?? null);
  const change = (value: unknown): string => signed(value as number | null);
  const before = answers[0]?.rows.find((one) => one.name === "return")?.before;
  return table({
    caption: `Means of ${count(episodes, "episode")} without each neuron, where the return is ${before?.toPrecision(4) ?? "unknown"} with all; choose one to select it`,
    columns: [
      { name: "without", values: order.map((index) => partName(graph, { kind: "neuron", index })) },
      { name: "region", values: order.map((i) => regionName(graph, graph.region[i])) },
      { name: "return", values: of("return", "after") },
      { name: "difference", values: of("return", "difference"), show: change },
      { name: "± standard error", values: of("return", "standard_error") },
      { name: "difference of power [EU/s]", values: of("power", "difference"), show: change },
    ],
    pick: (at) => pick({ kind: "neuron", index: order[at] }),
  });
}

function fall(answer: WhatIfAnswer): number {
  return answer.rows.find((one) => one.name === "return")?.difference ?? 0;
}
