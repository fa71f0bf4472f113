import assert from "node:assert/strict";
import { test } from "node:test";
import type { WhatIfAnswer } from "../src/contract.ts";
import { byFall, cutEach } from "../src/topology/each_neuron.ts";

function answer(difference: number): WhatIfAnswer {
  return { episodes: 1, notes: [], rows: [{ name: "return", unit: "", before: 1, after: 1 + difference, difference, standard_error: 0 }] };
}

test("each neuron is cut out alone, in order", async () => {
  const asked: string[] = [];
  const begun: number[] = [];
  const ask = (id: string): Promise<WhatIfAnswer> => { asked.push(id); return Promise.resolve(answer(0)); };
  const answers = await cutEach(["a", "b"], ask, (n) => begun.push(n), () => true);
  assert.deepEqual([asked, begun, answers.length], [["a", "b"], [1, 2], 2]);
});

test("no further neuron is cut out once it is not wanted", async () => {
  let left = 2;
  const answers = await cutEach(["a", "b", "c"], () => Promise.resolve(answer(0)), () => undefined, () => left-- > 0);
  assert.equal(answers.length, 2);
});

test("the neuron without which the return falls most comes first", () => {
  assert.deepEqual(byFall([answer(0.1), answer(-0.5), answer(0), answer(-0.1)]), [1, 3, 2, 0]);
});
