import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, ordered } from "../src/table.ts";

const DATA = {
  caption: "",
  columns: [{ name: "name", values: ["b", "a", "c10", "c9"] }, { name: "size", unit: "ms", values: [2, null, -1, 10] }],
};
const state = (sort: number, falling: boolean, text = "") => ({ sort, falling, text });

test("missing values come last, whichever way the column is sorted", () => {
  assert.deepEqual(ordered(DATA, state(1, false)), [2, 0, 3, 1]);
  assert.deepEqual(ordered(DATA, state(1, true)), [3, 0, 2, 1]);
});

test("numbers within texts are compared as numbers", () => {
  assert.deepEqual(ordered(DATA, state(0, false)), [1, 0, 3, 2]);
});

test("the search leaves rows that show the text", () => {
  assert.deepEqual(ordered(DATA, state(-1, false, "c")), [2, 3]);
});

test("CSV quotes what it must and has units in its head", () => {
  const text = csv({ caption: "", columns: [{ name: 'a "b", c', unit: "ms", values: ["x\ny", null, 0.1 + 0.2] }] });
  assert.equal(text, '"a ""b"", c [ms]"\r\n"x\ny"\r\n\r\n0.30000000000000004\r\n');
});

test("texts that a spreadsheet would run stay text", () => {
  const text = csv({ caption: "", columns: [{ name: "what", values: ["=1+1", "@x", "+neuron", "-3.5"] }] });
  assert.equal(text, "what\r\n'=1+1\r\n'@x\r\n'+neuron\r\n-3.5\r\n");
});
