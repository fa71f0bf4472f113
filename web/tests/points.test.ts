import assert from "node:assert/strict";
import { test } from "node:test";
import { binned, merged, nearest, packed, place, within } from "../src/charts/points.ts";

const X = { low: 0, high: 10, from: 0, to: 100 };
const Y = { low: 0, high: 10, from: 100, to: 0 };

test("a point without a value has no place and is not near", () => {
  const placed = place(packed([5, null, 6]), packed([5, 5, null]), X, Y);
  assert.equal(placed.x[0], 50);
  assert.ok(Number.isNaN(placed.x[1]));
  assert.equal(nearest(placed, 60, 50, 5, () => true), -1);
});

test("the nearest point that is wanted is found within reach", () => {
  const placed = place(packed([1, 2, 3]), packed([5, 5, 5]), X, Y);
  assert.equal(nearest(placed, 21, 50, 14, () => true), 1);
  assert.equal(nearest(placed, 21, 50, 14, (i) => i !== 1), 2);
  assert.equal(nearest(placed, 90, 50, 14, () => true), -1);
});

test("a brush keeps what lies in all its intervals, edges included", () => {
  const values: Record<string, Float64Array> = { reward: packed([1, 2, 3, null]), power: packed([9, 9, 1, 9]) };
  const column = (name: string) => values[name] ?? null;
  const brush = [{ name: "reward", low: 2, high: 3 }, { name: "power", low: 5, high: 9 }];
  assert.deepEqual([...within(column, 4, brush)], [0, 1, 0, 0]);
  assert.deepEqual([...within(column, 4, [])], [1, 1, 1, 1]);
});

test("an interval of a value that this run lacks leaves all in", () => {
  assert.deepEqual([...within(() => null, 2, [{ name: "gone", low: 0, high: 1 }])], [1, 1]);
});

test("a fresh interval replaces the one of its name", () => {
  const old = [{ name: "a", low: 0, high: 1 }, { name: "b", low: 0, high: 1 }];
  assert.deepEqual(merged(old, [{ name: "a", low: 5, high: 6 }]), [old[1], { name: "a", low: 5, high: 6 }]);
});

test("every index that is drawn is in the bin of its colour", () => {
  const groups = binned(Uint8Array.from([0, 1, 1, 0, 2]), 3, (i) => i !== 3);
  assert.deepEqual(groups.map((one) => [...one]), [[0], [1, 2], [4]]);
});
