import assert from "node:assert/strict";
import { test } from "node:test";
import { count, duration, integer, label, number, signed } from "../src/format.ts";
import { alpha, sequential } from "../src/theme.ts";

test("numbers have four significant digits and no needless zeros", () => {
  assert.equal(number(0), "0");
  assert.equal(number(3.14159), "3.142");
  assert.equal(number(-0.5), "−0.5");
  assert.equal(number(1234.56), "1235");
  assert.equal(number(510741.3), "510\u202f741");
  assert.equal(number(0.00012345), "1.23e−4");
  assert.equal(number(3e9), "3.00e9");
});

test("what is missing or not finite is a dash", () => {
  for (const value of [null, undefined, Number.NaN, Infinity]) assert.equal(number(value), "–");
});

test("large integers are grouped", () => {
  assert.equal(integer(1234567), "1\u202f234\u202f567");
  assert.equal(integer(-1234), "−1234");
});

test("signs, units, counts and times are written out", () => {
  assert.equal(signed(2), "+2");
  assert.equal(signed(-2), "−2");
  assert.equal(label("power", "EU/s"), "power [EU/s]");
  assert.equal(label("return", ""), "return");
  assert.equal(count(1, "row"), "1 row");
  assert.equal(count(0, "row"), "0 rows");
  assert.equal(duration(1500), "1.5 s");
});

test("colours of shares stay in range", () => {
  assert.equal(sequential(-5, false), sequential(0, false));
  assert.equal(sequential(Number.NaN, true), sequential(0, true));
  assert.notEqual(sequential(0, false), sequential(1, false));
  assert.equal(alpha("#ff8000", 0.5), "rgba(255,128,0,0.5)");
  assert.equal(alpha("red", 0.5), "red");
});
