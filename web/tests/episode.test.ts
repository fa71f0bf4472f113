import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesOf, numbersOf } from "../src/episode/actions.ts";
import { activityOf, channelOf, flashes, frameAt, levelAt, stepAt } from "../src/episode/activity.ts";
import { rasterOrder } from "../src/episode/recorded.ts";
import { ticks } from "../src/episode/strokes.ts";
import { advance, countWithin, extent, firstFrom, indexEvents, lastEvent, lastUpTo, valueAt } from "../src/episode/timeline.ts";
import { energyKinds } from "../src/episode/tracks.ts";
import type { Episode } from "../src/contract.ts";
import { Density } from "../src/topology/density.ts";
import { episode, genome } from "../bench/synthetic.ts";
import { genomeOf, HIDDEN, INPUT, OUTPUT } from "./networks.ts";

const SIZE = { inputs: 4, outputs: 2, hidden: 5, synapses: 20, astrocytes: 4, associations: 1 };

test("searches find the first and last of sorted values", () => {
  const sorted = [1, 3, 3, 7];
  assert.deepEqual([0, 1, 3, 4, 8].map((value) => firstFrom(sorted, value)), [0, 0, 1, 3, 4]);
  assert.deepEqual([0, 1, 3, 4, 8].map((value) => lastUpTo(sorted, value)), [-1, 0, 2, 2, 3]);
});

test("events are sorted, and those of nobody are left out", () => {
  const events = indexEvents([5, 1, 9, 1, 2], [1, 0, 1, 1, 7], 2);
  assert.deepEqual([...events.time], [1, 1, 5, 9]);
  assert.deepEqual([...events.actor], [0, 1, 1, 1]);
  assert.equal(countWithin(events, 1, 1, 9), 2, "from is left out, to is counted");
  assert.equal(lastEvent(events, 1, 8), 5);
  assert.equal(lastEvent(events, 0, 0), -Infinity);
});

test("a sampled value holds until the next sample", () => {
  assert.equal(valueAt([0, 10], [3, null], 9), 3);
  assert.equal(valueAt([0, 10], [3, null], 10), null);
  assert.equal(valueAt([5], [3], 4), null);
  assert.deepEqual(extent([[null, 2], [-1]]), [-1, 2]);
  assert.deepEqual(extent([[null]]), [0, 1]);
});

test("the clock stops at the end and never runs back", () => {
  assert.equal(advance(10, 100, 0.1, 1000), 20);
  assert.equal(advance(995, 100, 0.1, 1000), 1000);
  assert.equal(advance(10, -5, 1, 1000), 10);
});

test("flashes are brightest at the spike and gone soon after", () => {
  const view = genome(SIZE);
  const shown: Episode = { ...episode(view, 10, 0.001), spike_time: [50, 52], spike_neuron: [5, 6] };
  const activity = activityOf(view, shown);
  const bright = new Float32Array(view.neurons.id.length);
  assert.deepEqual(flashes(activity, 50, 10, bright), [5]);
  assert.equal(bright[5], 1);
  bright.fill(0);
  assert.deepEqual(flashes(activity, 55, 10, bright).sort(), [5, 6]);
  assert.ok(bright[6] > bright[5]);
  bright.fill(0);
  assert.deepEqual(flashes(activity, 95, 10, bright), []);
});

test("channels are read from their names", () => {
  const names = ["pole angle", "speed", "key"];
  assert.deepEqual(channelOf("pole angle +", names), { index: 0, sign: 1, choice: null });
  assert.deepEqual(channelOf("pole angle −", names), { index: 0, sign: -1, choice: null });
  assert.deepEqual(channelOf("speed", names), { index: 1, sign: 0, choice: null });
  assert.deepEqual(channelOf("obs 1−", names), { index: 1, sign: -1, choice: null });
  assert.deepEqual(channelOf("key=3", names), { index: 2, sign: 0, choice: 3 });
  assert.equal(channelOf("obs 7+", names), null);
  assert.equal(channelOf("unknown", names), null);
});

test("a graded input shows its side of the observation", () => {
  const view = genomeOf([{ role: INPUT, region: 0, name: "angle +" }, { role: INPUT, region: 0, name: "angle −" }, { role: OUTPUT, region: 1 }], []);
  const base = episode(genome(SIZE), 3, 0.001);
  const activity = activityOf(view, { ...base, spike_time: [], spike_neuron: [], observation: [[0.5], [-1], [1]], observation_names: ["angle"] });
  assert.deepEqual([0, 20, 40].map((time) => levelAt(activity, 0, time)), [0.5, 0, 1]);
  assert.deepEqual([0, 20, 40].map((time) => levelAt(activity, 1, time)), [0, 1, 0]);
  assert.equal(levelAt(activity, 2, 0), null);
});

test("times belong to steps, and frames to the last step with one", () => {
  const base = episode(genome(SIZE), 10, 1);
  assert.deepEqual([0, 19, 20, 5000].map((time) => stepAt(base, time)), [0, 0, 1, 9]);
  const shown = { ...base, frames: { step: [0, 4, 8], width: 1, height: 1, image: ["", "", ""] } };
  assert.deepEqual([0, 79, 80, 199].map((time) => frameAt(shown, time)), [0, 0, 1, 2]);
  assert.equal(frameAt(base, 0), -1);
});

test("choices have names from their lowest value, numbers have none", () => {
  const base = episode(genome(SIZE), 3, 1);
  const shown = { ...base, action_names: ["move", "force"], action_choices: [["left", "right"], []], action_lowest: [1, 0], action: [[1, 0.5], [2, -1], [9, null]] };
  assert.deepEqual(choicesOf(shown), [{ name: "move", options: ["left", "right"], chosen: [0, 1, -1] }]);
  assert.deepEqual(numbersOf(shown), { names: ["force"], steps: [[0.5], [-1], [null]] });
});

test("small kinds of energy beyond eight are joined, and nothing is lost", () => {
  const base = episode(genome(SIZE), 20, 1);
  const energy = Array.from({ length: 11 }, (_, k) => base.energy_time.map(() => k + 1));
  const kinds = energyKinds({ ...base, energy, energy_kinds: energy.map((_, k) => `kind_${k}`) });
  assert.equal(kinds.length, 8);
  assert.deepEqual([kinds[0].name, kinds[7].name], ["kind 10", "other"]);
  assert.equal(kinds.reduce((sum, kind) => sum + (kind.values[0] ?? 0), 0), 66);
});

test("rows of the raster go from inputs to outputs", () => {
  const view = genomeOf([{ role: OUTPUT, region: 1 }, { role: HIDDEN, region: 2 }, { role: INPUT, region: 0 }], []);
  assert.deepEqual(rasterOrder(view), [2, 1, 0]);
});

test("ticks are round and inside", () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(0.13, 0.27, 3), [0.15, 0.2, 0.25]);
});

test("a line adds the same to the density wherever it lies, and nothing outside", () => {
  const curve = (...points: number[]) => Float32Array.from(points);
  const camera = { zoom: 1, x: 0, y: 0 };
  const total = (curves: Float32Array): number => {
    const density = new Density(40, 30);
    density.addCurve(camera, curves, 0, 0, 1);
    return density.kinds[0].reduce((sum, one) => sum + one, 0);
  };
  const across = total(curve(5.5, 10, 15, 10, 25, 10, 34.5, 10));
  assert.ok(Math.abs(across - 29) < 1e-3);
  assert.equal(total(curve(-50, -10, -40, -10, -30, -10, -20, -10)), 0);
  assert.ok(total(curve(5, -100, 5, -50, 5, 50, 5, 100)) <= 30);
});
