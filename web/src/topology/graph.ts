/** A genome's network as typed columns with adjacency: what layout, filters and drawing work on. */

import type { GenomeView } from "../contract.ts";

export const INPUT = 0;
export const OUTPUT = 1;
export const HIDDEN = 2;

/** Items grouped by a row: those of row i are item[offset[i]] … item[offset[i + 1] - 1]. */
export interface Rows {
  offset: Uint32Array;
  item: Uint32Array;
}

/** Expressed neurons, synapses and astrocytes come first, in the genome's order; dormant ones follow. */
export interface Graph {
  view: GenomeView;
  neurons: number; // with dormant ones
  synapses: number;
  astrocytes: number;
  id: string[];
  name: string[];
  role: Uint8Array;
  region: Uint16Array;
  sign: Int8Array;
  x: Float32Array; // position in the region [region radii]
  y: Float32Array;
  synapseId: string[];
  source: Uint32Array;
  target: Uint32Array;
  weight: Float32Array;
  inhibits: Uint8Array;
  delay: Float32Array;
  outgoing: Rows; // synapses by source
  incoming: Rows; // synapses by target
  reciprocal: Uint8Array; // 1 if there is a synapse the other way too
  astrocyteRegion: Uint16Array;
  territory: Rows; // neurons by astrocyte
  covering: Rows; // astrocytes by neuron
  expressed: { neurons: number; synapses: number; astrocytes: number };
  why: { neurons: string[]; synapses: string[]; astrocytes: string[] }; // of dormant ones, in their order
}

/** Group the indices of `key` by its values, of which there are `count`. */
export function rows(key: ArrayLike<number>, count: number): Rows {
  const offset = new Uint32Array(count + 1);
  for (let i = 0; i < key.length; i++) offset[key[i] + 1]++;
  for (let i = 0; i < count; i++) offset[i + 1] += offset[i];
  const next = offset.slice(0, count);
  const item = new Uint32Array(key.length);
  for (let i = 0; i < key.length; i++) item[next[key[i]]++] = i;
  return { offset, item };
}

/** The items of one row. */
export function row(of: Rows, index: number): Uint32Array {
  return of.item.subarray(of.offset[index], of.offset[index + 1]);
}

/** Make the graph of a genome; with `dormant`, genes that are not expressed are in it too. */
export function graphOf(view: GenomeView, dormant = false): Graph {
  const asleep = dormant ? view.dormant : { neurons: [], synapses: [], astrocytes: [] };
  const cells = view.neurons;
  const n = cells.id.length + asleep.neurons.length;
  const ids = [...cells.id, ...asleep.neurons.map((gene) => gene.id)];
  const links = linksOf(view, ids, asleep.synapses);
  const source = Uint32Array.from(links.source);
  const target = Uint32Array.from(links.target);
  const covers = view.covers;
  const astrocytes = view.astrocytes.gene.length + asleep.astrocytes.length;
  return {
    view,
    neurons: n,
    synapses: source.length,
    astrocytes,
    id: ids,
    name: [...cells.name, ...asleep.neurons.map((gene) => gene.name)],
    role: Uint8Array.from([...cells.role, ...asleep.neurons.map((gene) => gene.role)]),
    region: Uint16Array.from([...cells.region, ...asleep.neurons.map((gene) => gene.region)]),
    sign: Int8Array.from([...cells.sign, ...asleep.neurons.map(() => 0)]),
    x: Float32Array.from([...cells.x, ...asleep.neurons.map((gene) => gene.x)]),
    y: Float32Array.from([...cells.y, ...asleep.neurons.map((gene) => gene.y)]),
    synapseId: links.id,
    source,
    target,
    weight: Float32Array.from(links.weight),
    inhibits: Uint8Array.from(links.inhibits),
    delay: Float32Array.from(links.delay),
    outgoing: rows(source, n),
    incoming: rows(target, n),
    reciprocal: reciprocals(source, target),
    astrocyteRegion: Uint16Array.from([
      ...view.astrocytes.region,
      ...asleep.astrocytes.map((gene) => gene.region),
    ]),
    territory: pick(rows(covers.astrocyte, astrocytes), covers.neuron),
    covering: pick(rows(covers.neuron, n), covers.astrocyte),
    expressed: {
      neurons: cells.id.length,
      synapses: view.synapses.id.length,
      astrocytes: view.astrocytes.gene.length,
    },
    why: {
      neurons: asleep.neurons.map((gene) => gene.why),
      synapses: links.why,
      astrocytes: asleep.astrocytes.map((gene) => gene.why),
    },
  };
}

interface Links {
  id: string[];
  source: number[];
  target: number[];
  weight: number[];
  inhibits: number[];
  delay: number[];
  why: string[];
}

/** The expressed synapses, and those dormant ones of which both ends are in the graph. */
function linksOf(view: GenomeView, ids: string[], asleep: GenomeView["dormant"]["synapses"]): Links {
  const expressed = view.synapses;
  const place = new Map(ids.map((id, index) => [id, index]));
  const known = asleep.filter((gene) => place.has(gene.source) && place.has(gene.target));
  const sign = (gene: { source: string; weight: number }): number => {
    const cell = place.get(gene.source)!;
    return gene.weight < 0 || view.neurons.sign[cell] === -1 ? 1 : 0;
  };
  return {
    id: [...expressed.id, ...known.map((gene) => gene.id)],
    source: [...expressed.source, ...known.map((gene) => place.get(gene.source)!)],
    target: [...expressed.target, ...known.map((gene) => place.get(gene.target)!)],
    weight: [...expressed.weight, ...known.map((gene) => Math.abs(gene.weight))],
    inhibits: [...expressed.inhibits, ...known.map(sign)],
    delay: [...expressed.delay, ...known.map(() => 1)],
    why: known.map((gene) => gene.why),
  };
}

function pick(by: Rows, values: number[]): Rows {
  return { offset: by.offset, item: by.item.map((index) => values[index]) };
}

function reciprocals(source: Uint32Array, target: Uint32Array): Uint8Array {
  const key = (from: number, to: number): number => from * 0x4000000 + to; // exact below 2^53
  const there = new Set<number>();
  for (let s = 0; s < source.length; s++) there.add(key(source[s], target[s]));
  const found = new Uint8Array(source.length);
  for (let s = 0; s < source.length; s++) {
    found[s] = source[s] !== target[s] && there.has(key(target[s], source[s])) ? 1 : 0;
  }
  return found;
}
