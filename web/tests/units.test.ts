import assert from "node:assert/strict";
import { test } from "node:test";
import { unitOf } from "../src/views/units.ts";

const OVERVIEW = {
  objectives: [{ name: "energy", unit: "EU/s", direction: -1 as const }],
  measures: [{ name: "rate", unit: "Hz", direction: 1 as const }],
};

test("power and spikes have units even where they are no objectives", () => {
  const units = ["energy", "rate", "power", "spikes", "synapses"].map((name) => unitOf(OVERVIEW, name));
  assert.deepEqual(units, ["EU/s", "Hz", "EU/s", "Hz", ""]);
});
