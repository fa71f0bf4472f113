import assert from "node:assert/strict";
import { test } from "node:test";
import { extent, padded, pixel, quantile, share, stacked, ticks, valueAt } from "../src/charts/scales.ts";

const SCALE = { low: 10, high: 20, from: 100, to: 0 };

test("a pixel's value is at that pixel", () => {
  assert.equal(pixel(SCALE, 15), 50);
  assert.equal(valueAt(SCALE, pixel(SCALE, 12.5)), 12.5);
});

test("the extent leaves out what is missing or not finite", () => {
  assert.deepEqual(extent([null, 3, Number.NaN, -1, Infinity]), [-1, 3]);
  assert.equal(extent([null, null]), null);
});

test("a single value gets room on both sides", () => {
  const [low, high] = padded([5, 5]);
  assert.ok(low < 5 && high > 5);
  const [under, over] = padded([0, 0]);
  assert.ok(under < 0 && over > 0);
});

test("ticks are round and inside", () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(-0.3, 0.3, 3), [-0.2, 0, 0.2]);
  assert.deepEqual(ticks(4, 4, 5), [4]);
  for (const one of ticks(0.13, 7.77, 6)) assert.ok(one >= 0.13 && one <= 7.77);
});

test("shares lie between 0 and 1", () => {
  assert.equal(share(15, [10, 20]), 0.5);
  assert.equal(share(99, [10, 20]), 1);
  assert.equal(share(null, [10, 20]), 0);
  assert.equal(share(3, [3, 3]), 0.5);
});

test("quantiles interpolate between finite values", () => {
  assert.equal(quantile([4, null, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([null], 0.5), null);
});

test("stacked rows begin where the row before ends", () => {
  assert.deepEqual(stacked([[1, 2], [3, 0]]), [{ low: [0, 0], high: [1, 2] }, { low: [1, 2], high: [4, 2] }]);
  assert.deepEqual(stacked([]), []);
});
