/** Small genomes for tests. */

import type { GenomeView } from "../src/contract.ts";

export interface Cell {
  role: number; // 0 input, 1 output, 2 hidden
  region: number;
  sign?: number;
  x?: number;
  y?: number;
  name?: string;
}

/** A genome of given cells and synapses: source, target, and optionally weight, delay, whether it inhibits. */
export function genomeOf(
  cells: Cell[],
  synapses: [number, number, number?, number?, number?][],
  territories: { region: number; neurons: number[]; count?: number }[] = [],
): GenomeView {
  const regions = Math.max(0, ...cells.map((cell) => cell.region)) + 1;
  return {
    key: 1,
    generation: 0,
    parents: [-1, -1],
    operators: [],
    status: "ok",
    values: {},
    validation: null,
    regions: Array.from({ length: regions }, (_, r) => ({
      name: `region ${r}`, innovation: `r${r}`, neurons: cells.filter((cell) => cell.region === r).length, astrocytes: 0, ratio: 0, ratio_gene: 0, traits: [],
    })),
    neurons: {
      id: cells.map((_, i) => `n${i}`),
      name: cells.map((cell) => cell.name ?? ""),
      role: cells.map((cell) => cell.role),
      region: cells.map((cell) => cell.region),
      sign: cells.map((cell) => cell.sign ?? 1),
      x: cells.map((cell) => cell.x ?? 0),
      y: cells.map((cell) => cell.y ?? 0),
      traits: cells.map(() => []),
    },
    synapses: {
      id: synapses.map((_, s) => `s${s}`),
      source: synapses.map(([source]) => source),
      target: synapses.map(([, target]) => target),
      weight: synapses.map(([, , weight]) => weight ?? 1),
      delay: synapses.map(([, , , delay]) => delay ?? 1),
      inhibits: synapses.map(([, , , , inhibits]) => inhibits ?? 0),
      traits: null,
    },
    astrocytes: {
      gene: territories.map((_, a) => `a${a}`),
      region: territories.map((one) => one.region),
      count: territories.map((one) => one.count ?? 1),
      x: territories.map(() => 0),
      y: territories.map(() => 0),
      traits: territories.map(() => []),
    },
    covers: {
      astrocyte: territories.flatMap((one, a) => one.neurons.map(() => a)),
      neuron: territories.flatMap((one) => one.neurons),
      share: territories.flatMap((one) => one.neurons.map(() => 1)),
    },
    dormant: { neurons: [], synapses: [], astrocytes: [] },
    energy: null,
  };
}

export const INPUT = 0;
export const OUTPUT = 1;
export const HIDDEN = 2;
