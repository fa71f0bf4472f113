import assert from "node:assert/strict";
import { test } from "node:test";
import { ancestors, layoutTree } from "../src/charts/tree.ts";

//      0        5
//    1   2      |
//   3     4     6
const PARENT = [-1, 0, 0, 1, 2, -1, 5];

test("leaves stand on rows of their own, parents amid their children", () => {
  const { y, leaves } = layoutTree(PARENT);
  assert.equal(leaves, 3);
  assert.deepEqual([y[3], y[4], y[6]], [0, 1, 2]);
  assert.equal(y[0], 0.5);
  assert.equal(y[5], 2);
});

test("lines of siblings do not cross", () => {
  const { y } = layoutTree([-1, 0, 0, 1, 2, 1, 2]);
  assert.ok(Math.max(y[3], y[5]) < Math.min(y[4], y[6]));
});

test("a long line needs no deep recursion", () => {
  const n = 200_000;
  const { leaves } = layoutTree(Int32Array.from({ length: n }, (_, i) => i - 1));
  assert.equal(leaves, 1);
});

test("ancestors lead to the founder", () => {
  assert.deepEqual(ancestors(PARENT, 4), [4, 2, 0]);
  assert.deepEqual(ancestors(PARENT, -1), []);
});

test("a damaged tree with a circle ends too", () => {
  assert.ok(ancestors([1, 0], 0).length <= 4);
});
