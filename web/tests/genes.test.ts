import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedAxis } from "../src/charts/shared_axis.ts";
import type { GenomeView, Overview } from "../src/contract.ts";
import { differenceOf } from "../src/views/gene_rows.ts";
import { totals } from "../src/views/operators.ts";
import { mostGlia } from "../src/views/ratios.ts";
import { layers } from "../src/views/species.ts";

const TRAITS: Overview["traits"] = {
  regions: [{ name: "log2_ratio", unit: "", meaning: "" }],
  neurons: [{ name: "tau", unit: "ms", meaning: "" }],
  astrocytes: [],
  synapses: [],
};

function genome(key: number, tau: number, synapses: string[]): GenomeView {
  const each = <T>(value: T): T[] => synapses.map(() => value);
  return {
    key, regions: [{ name: "motor", innovation: "r1", neurons: 2, astrocytes: 0, ratio: 0, ratio_gene: 0, traits: [1] }],
    neurons: { id: ["n1", "abcdef"], name: ["push left", ""], role: [1, 2], region: [0, 0], sign: [1, 1], x: [0, 0], y: [0, 0], traits: [[tau], [5]] },
    synapses: { id: synapses, source: each(1), target: each(0), weight: each(0.5), inhibits: each(1), delay: each(2), traits: null },
    astrocytes: { gene: [], region: [], count: [], x: [], y: [], traits: [] },
  } as unknown as GenomeView;
}

test("genes are matched by innovation number", () => {
  const { rows } = differenceOf(genome(1, 10, ["s1"]), genome(2, 12, ["s1", "s2"]), TRAITS);
  assert.deepEqual(rows, [
    { family: "neurons", id: "n1", what: "tau of push left", a: "10 ms", b: "12 ms" },
    { family: "synapses", id: "s2", what: "hidden abcd in motor → push left", a: "", b: "there" },
  ]);
});

test("equal genomes do not differ", () => {
  assert.deepEqual(differenceOf(genome(1, 10, ["s1"]), genome(2, 10, ["s1"]), TRAITS).rows, []);
});

test("curves of groups share one axis; best returns hold until the next, not beyond the last", () => {
  const curve = (evaluations: number[], middle: number[]) => ({ evaluations, middle, low: middle, high: middle });
  const { x, rows } = sharedAxis([
    { name: "a", curve: curve([10, 30], [1, 3]) },
    { name: "b", curve: curve([20, 40], [2, 4]) },
  ]);
  assert.deepEqual(x, [10, 20, 30, 40]);
  assert.deepEqual(rows[0].middle, [1, 1, 3, null]);
  assert.deepEqual(rows[1].middle, [null, 2, 2, 4]);
});

test("operators are summed over the run, most used first", () => {
  const found = totals({ operators: {
    rare: { applied: [1, 0], survived: [1, 0], improved: [0, 0] },
    often: { applied: [3, 4], survived: [1, 1], improved: [0, 1] },
  } } as never);
  assert.deepEqual(found.map((one) => [one.name, one.applied, one.survived, one.improved]), [["often", 7, 2, 1], ["rare", 1, 1, 0]]);
});

test("small species are shown together, above the large ones", () => {
  const species = [
    { number: 1, members: [1, 0] }, { number: 2, members: [9, 9] }, { number: 3, members: [0, 2] }, { number: 4, members: [5, 5] },
  ];
  const found = layers(species, 2);
  assert.deepEqual(found.map((one) => [one.name, one.members]), [["species 2", [9, 9]], ["species 4", [5, 5]], ["smaller species", [1, 2]]]);
  assert.equal(layers(species, 4).length, 4);
});

test("the region with most glia is named, with the generation since which it leads", () => {
  const of = (...medians: (number | null)[]) => medians.map((one): [number, number, number, number, number] | null => (one === null ? null : [0, 0, one, 9, 9]));
  const words = mostGlia([0, 1, 2, 3], { sensory: of(5, 1, 1, 1), motor: of(1, null, 2, 3) });
  assert.equal(words, "Most glia per neuron: motor (3 in the last generation), since generation 2.");
  assert.match(mostGlia([0, 1], { sensory: of(2, 2) }), /in every generation/);
  assert.equal(mostGlia([0], { sensory: of(null) }), "");
  assert.equal(mostGlia([], {}), "");
});
