import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, fromHash, NOTHING, toHash } from "../src/selection.ts";

test("an address says the selection that it was made from", () => {
  const selection = {
    ...NOTHING, view: "front", run: 2, genome: 12, neuron: "a&b=c#d", time: 17.5,
    brush: [{ name: "ratio, of: <motor>", low: -1.5, high: 2e-7 }],
  };
  assert.deepEqual(fromHash(`#${toHash(selection)}`), selection);
});

test("nothing selected is an empty address", () => {
  assert.equal(toHash(NOTHING), "");
  assert.deepEqual(fromHash(""), NOTHING);
});

test("what is malformed is not selected", () => {
  assert.deepEqual(fromHash("#genome=twelve&run=1.5&generation=&brush=a:b:c,:1:2&neuron=%E0%A4%A&__proto__=1"), NOTHING);
});

test("only what differs is told", () => {
  const brush = [{ name: "a", low: 0, high: 1 }];
  assert.deepEqual(changes({ ...NOTHING, brush }, { ...NOTHING, brush: [{ ...brush[0] }], genome: 3 }), ["genome"]);
  assert.deepEqual(changes(NOTHING, { ...NOTHING, brush }), ["brush"]);
});
