/** Made-up networks and episodes of any size, for measuring and for trying the page by eye. */

import type { Episode, GenomeView, Num, Overview, Site } from "../src/contract.ts";

/** A small generator of numbers in [0, 1), the same on every machine (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Size {
  inputs: number;
  outputs: number;
  hidden: number;
  synapses: number;
  astrocytes: number;
  associations: number; // regions between the sensory and the motor one
}

const hex = (value: number): string => (value * 2654435761 >>> 0).toString(16).padStart(8, "0") + value.toString(16).padStart(8, "0");

/** A genome with neurons spread over its regions, and synapses mostly onwards. */
export function genome(size: Size, seed = 1): GenomeView {
  const random = uniform(seed);
  const { inputs, outputs, hidden, associations } = size;
  const n = inputs + outputs + hidden;
  const role = Array.from({ length: n }, (_, i) => (i < inputs ? 0 : i < inputs + outputs ? 1 : 2));
  const region = role.map((one) => (one === 0 ? 0 : one === 1 ? 1 : associations === 0 ? 1 : 2 + Math.floor(random() * associations)));
  const sign = role.map((one) => (one === 2 && random() < 0.3 ? -1 : 1));
  const synapses = wiring(size, role, region, random);
  const names = ["sensory", "motor", ...Array.from({ length: associations }, (_, k) => (associations === 1 ? "association" : `association ${k + 1}`))];
  const [x, y] = [role.map(() => 2 * random() - 1), role.map(() => 2 * random() - 1)];
  const glia = territories(size, region, x, y);
  const traits = (): Num[] => [random() - 0.5, 5 + 30 * random(), random() * 0.5, 150 + 40 * random(), 0, 5, 0.1, 200, 0.5 + random()];
  return {
    key: 322,
    generation: 41,
    parents: [310, 288],
    operators: ["weights", "add neuron"],
    status: "ok",
    values: { return: 496.2, power: 188.4, spikes: 72 },
    validation: { return: 499.4, power: 187.9 },
    regions: names.map((name, r) => {
      const [cells, glial] = [region.filter((one) => one === r).length, glia.count.reduce((sum, c, a) => sum + (glia.region[a] === r ? c : 0), 0)];
      return { name, innovation: hex(r + 1), neurons: cells, astrocytes: glial, ratio: cells ? glial / cells : 0, ratio_gene: 3.7, traits: [1.9, 48] };
    }),
    neurons: {
      id: role.map((_, i) => hex(1000 + i)),
      name: role.map((one, i) => (one === 0 ? inputName(i) : one === 1 ? OUTPUTS[i - inputs] ?? `out ${i - inputs}` : "")),
      role,
      region,
      sign,
      x,
      y,
      traits: role.map(traits),
    },
    synapses,
    astrocytes: { gene: glia.region.map((_, a) => hex(9000 + a)), region: glia.region, count: glia.count, x: glia.region.map(random), y: glia.region.map(random), traits: glia.region.map(() => [500, 1, 0.1, 0.5, 0]) },
    covers: glia.covers,
    dormant: {
      neurons: [{ id: hex(77), name: "", role: 2, region: 2 % names.length, x: 0.2, y: 0.4, why: "no output can be reached from it" }],
      synapses: [
        { id: hex(78), source: hex(1000), target: hex(77), weight: 1.2, why: "its target is not expressed" },
        { id: hex(79), source: hex(1001), target: hex(1000 + inputs), weight: 2.2, why: "disabled" },
      ],
      astrocytes: [{ gene: hex(80), region: 2 % names.length, why: "the ratio grows no cell of it" }],
    },
    energy: null,
  };
}

const OBSERVED = ["cart position", "cart velocity", "pole angle", "pole angular velocity"];
const OUTPUTS = ["push left", "push right"];
const inputName = (i: number): string => (i < 8 ? `${OBSERVED[i >> 1]} ${i % 2 ? "−" : "+"}` : `in ${i}`);

function wiring(size: Size, role: number[], region: number[], random: () => number): GenomeView["synapses"] {
  const [source, target]: [number[], number[]] = [[], []];
  const n = role.length;
  const hiddenFrom = size.inputs + size.outputs;
  const draw = (from: number, count: number): number => from + Math.floor(random() * count);
  const seen = new Set<number>();
  for (let tries = 0; source.length < size.synapses && tries < 40 * size.synapses; tries++) {
    const kind = random();
    const from = size.hidden === 0 || kind < 0.35 ? draw(0, size.inputs) : draw(hiddenFrom, size.hidden);
    let to = size.hidden === 0 || kind > 0.8 ? draw(size.inputs, size.outputs) : draw(hiddenFrom, size.hidden);
    if (role[from] === 2 && role[to] === 2 && region[from] > region[to] && random() < 0.8) to = draw(size.inputs, size.outputs);
    if (seen.has(from * n + to)) continue;
    seen.add(from * n + to);
    source.push(from);
    target.push(to);
  }
  return {
    id: source.map((_, s) => hex(50_000 + s)),
    source,
    target,
    weight: source.map(() => 0.2 + 6 * random() ** 2),
    inhibits: source.map((from) => (role[from] === 2 && from % 10 < 3 ? 1 : 0)),
    delay: source.map(() => 1 + Math.floor(random() ** 2 * 12)),
    traits: null,
  };
}

function territories(size: Size, region: number[], x: number[], y: number[]): { region: number[]; count: number[]; covers: GenomeView["covers"] } {
  const made = { region: [] as number[], count: [] as number[], covers: { astrocyte: [] as number[], neuron: [] as number[], share: [] as number[] } };
  const perCell = Math.max(1, Math.ceil(region.length / Math.max(size.astrocytes, 1)));
  // territories tile a region: neighbours in it are next to one another here
  const ordered = (cells: number[]): number[] => [...cells].sort((a, b) => Math.floor(12 * x[a]) - Math.floor(12 * x[b]) || y[a] - y[b]);
  const byRegion = new Map<number, number[]>();
  region.forEach((r, i) => byRegion.set(r, [...(byRegion.get(r) ?? []), i]));
  for (const [r, unordered] of byRegion) {
    const cells = unordered[0] < size.inputs + size.outputs ? unordered : ordered(unordered);
    for (let at = 0; at < cells.length && made.region.length < size.astrocytes; at += perCell) {
      const a = made.region.length;
      made.region.push(r);
      made.count.push(perCell === 1 ? 1 + (a % 6) : 1);
      for (const cell of cells.slice(at, at + perCell)) {
        made.covers.astrocyte.push(a);
        made.covers.neuron.push(cell);
        made.covers.share.push(1);
      }
    }
  }
  return made;
}

/** An episode in which neurons spike at random, at a rate each. */
export function episode(view: GenomeView, steps: number, rate: number, seed = 2): Episode {
  const random = uniform(seed);
  const stepMs = 20;
  const n_ms = steps * stepMs;
  const n = view.neurons.id.length;
  const spikes: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    if (view.neurons.role[i] === 0) continue;
    const own = rate * (0.3 + 1.6 * random());
    for (let t = -Math.log(1 - random()) / (own / 1000); t < n_ms; t += 3 - Math.log(1 - random()) / (own / 1000)) spikes.push([Math.floor(t), i]);
  }
  spikes.sort((a, b) => a[0] - b[0]);
  const glia = view.astrocytes.gene.length;
  const every = n_ms > 4000 || glia > 500 ? 50 : 10;
  const calciumTime = Array.from({ length: Math.ceil(n_ms / every) }, (_, k) => k * every);
  const calcium = Array.from({ length: glia }, (_, a) => calciumTime.map((t) => 0.7 + 0.6 * Math.sin(t / (180 + 37 * (a % 7)) + a) + 0.2 * random()));
  const releases: [number, number][] = [];
  calcium.forEach((values, a) => values.forEach((value, k) => k > 0 && value >= 1 && values[k - 1] < 1 && random() < 0.5 && releases.push([calciumTime[k], a])));
  releases.sort((a, b) => a[0] - b[0]);
  const wave = (k: number, t: number): number => Math.sin(t / (300 + 90 * k) + k) * (k === 0 ? 0.4 : 0.1 + 0.3 * k);
  const observation = Array.from({ length: steps }, (_, s) => OBSERVED.map((_, k) => wave(k, s * stepMs)));
  const windows = Array.from({ length: Math.ceil(n_ms / 200) }, (_, k) => (k + 1) * 200);
  const kinds = ["spike", "excitatory", "inhibitory", "rest", "astrocyte", "release"];
  return {
    key: view.key, purpose: "first training episode", seed: 7, episode_return: steps, steps, complete: true, step_ms: stepMs, n_ms,
    observation, observation_names: OBSERVED,
    action: observation.map((row) => [row[2] > 0 ? 1 : 0]), action_names: ["action"], action_choices: [OUTPUTS], action_lowest: [0],
    reward: observation.map(() => 1),
    spike_time: spikes.map((one) => one[0]), spike_neuron: spikes.map((one) => one[1]),
    calcium_time: calciumTime, calcium,
    efficacy_time: [], efficacy: [],
    release_time: releases.map((one) => one[0]), release_astrocyte: releases.map((one) => one[1]),
    fill_time: calciumTime, fill: view.regions.map((_, r) => calciumTime.map((t) => 0.75 + 0.2 * Math.sin(t / 700 + r))),
    output_time: [], output: [],
    energy_time: windows, energy_kinds: kinds, energy: kinds.map((_, k) => windows.map(() => [40, 30, 12, 28, 46, 4][k] * (0.8 + 0.4 * random()))),
    energy_region: view.regions.map(() => windows.map(() => 50 + 10 * random())),
    frames: null, frames_note: "The task cannot be drawn here.",
  };
}

/** The resources of a page that shows one made-up genome. */
export function resources(view: GenomeView, shown: Episode, live = false): Record<string, unknown> {
  const trait = (name: string, unit: string, meaning: string) => ({ name, unit, meaning });
  const overview: Overview = {
    name: "made-up", task: "CartPole-v1", seed: 3, finished: "solved", generations: 42, evaluations: 2100, individuals: 2100, digest: "0", strategy: "nsga2",
    has_front: true, objectives: [{ name: "return", unit: "", direction: 1 }, { name: "power", unit: "EU/s", direction: -1 }], measures: [],
    regions: view.regions.map((one) => one.name), species: false, observations: view.neurons.name.filter((_, i) => view.neurons.role[i] === 0), actions: OUTPUTS,
    traits: {
      regions: [trait("log2_ratio", "log2(glia/neuron)", "Logarithm of the glia-to-neuron ratio"), trait("energy_reserve", "EU/neuron", "Size of the energy pool")],
      neurons: [
        trait("bias", "threshold", "Steady current"), trait("tau_membrane", "ms", "Time constant of the membrane"), trait("adaptation", "threshold", "Jump of adaptation at a spike"),
        trait("tau_adaptation", "ms", "Time constant of adaptation"), trait("afterdepolarisation", "threshold", "Jump of the after-depolarisation"),
        trait("tau_afterdepolarisation", "ms", "Its time constant"), trait("threshold_jump", "threshold", "Rise of the threshold at a spike"), trait("tau_threshold", "ms", "Its time constant"), trait("size", "1", "Scales upkeep and the cost of spikes"),
      ],
      astrocytes: [trait("tau_calcium", "ms", "Time constant of calcium"), trait("calcium_threshold", "f/f_ref", "Where it releases"), trait("gain", "1", "Effect on its synapses"), trait("supply_gain", "1", "How supply follows calcium"), trait("slow_current", "threshold", "Current to its neurons")],
      synapses: [],
    },
    energy_kinds: [], operators: [], shown: view.key, genomes: [view.key], episodes: [view.key], best: view.key, front: [view.key], notes: [], provenance: [], config: [],
  };
  const site: Site = { version: "0", live, token: "", runs: [{ name: "made-up", task: "CartPole-v1" }], comparison: false };
  return { site, "run/0/overview": overview, [`run/0/genome/${view.key}`]: view, [`run/0/episode/${view.key}`]: shown };
}
