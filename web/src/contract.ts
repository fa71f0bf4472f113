/**
 * What a page is given. Python (glianeat/inspector) writes these values, the page only shows them.
 *
 * Every value is a *resource* with a name. A page from a file holds its resources as gzip in base64;
 * `glianeat serve` answers `GET /<token>/<name>` with the same JSON, such as `/<token>/run/0/overview`;
 * the page is at `/<token>/`, so that `fetch(name)` finds it. What cannot be had has a status >= 400 and
 * the JSON `{"error": "why"}`. What a page from a
 * file does not hold, it says so. Generations count from 1. Numbers that are not finite are null. Arrays of one thing run along
 * one index; columns of a table have equal lengths. Names are text of strangers: `textContent` only.
 */

export type Num = number | null;
/** Minimum, first quartile, median, third quartile, maximum. */
export type Quantiles = [Num, Num, Num, Num, Num];

/** `site`: what the page shows. The first resource that a page reads. */
export interface Site {
  version: string; // of glianeat
  live: boolean; // served: resources change, and what-if works
  token: string; // part of every address; empty in a file
  runs: { name: string; task: string }[]; // resources of run i are named `run/i/...`
  comparison: boolean; // whether there is a resource `comparison`
}

/** `run/i/overview` */
export interface Overview {
  name: string;
  task: string;
  seed: number;
  finished: string; // why it ended; empty while it may go on
  generations: number;
  evaluations: number;
  individuals: number; // ever born
  digest: string;
  strategy: string; // nsga2, neat, ...
  has_front: boolean;
  objectives: Quantity[];
  measures: Quantity[]; // beside the objectives; kept with every evaluation
  regions: string[];
  species: boolean; // whether survivors have species
  observations: string[]; // names of the input channels
  actions: string[]; // names of the outputs
  traits: { regions: TraitInfo[]; neurons: TraitInfo[]; astrocytes: TraitInfo[]; synapses: TraitInfo[] };
  energy_kinds: { name: string; cost: number; meaning: string }[]; // cost [EU] of one unit
  operators: string[]; // bit k of `operators` of an individual is operators[k]
  genomes: number[]; // keys with `genome/…` and `lineage/…`; in a served page all that are asked for
  episodes: number[]; // keys with `episode/…`
  best: number | null; // key of the best genome; null while there is none
  shown: number | null; // key of the genome that is shown first: the best, unless another was asked for
  front: number[]; // keys of the last generation's front
  notes: string[]; // what is missing and why, in plain sentences
  provenance: [string, string][]; // name, value
  config: [string, string][]; // dotted key, value; resolved
}
export interface Quantity {
  name: string;
  unit: string;
  direction: 1 | -1; // 1: more is better
}
export interface TraitInfo {
  name: string;
  unit: string;
  meaning: string;
}

/**
 * `run/i/live`, served pages alone: cheap to ask for every second. When `version` changes, so may every
 * other resource of the run; those that have not are answered with 304. A run that was deleted or cannot
 * be read has an `error`, and may come back.
 */
export interface Live {
  version: string;
  generations: number;
  finished: string; // why it ended; empty while it may go on
  error: string;
}

/** `run/i/history`: one entry a generation, in order; of more than 2,000 some are left out, evenly. */
export interface History {
  number: number[];
  evaluations: number[]; // up to and including it
  steps: number[]; // environment steps of training, up to and including it
  seconds: Num[]; // wall clock up to its end [s]
  failures: number[];
  front_size: number[];
  best_key: number[];
  best_return: Num[];
  mean_return: Num[];
  fresh_return: Num[]; // of its best genome on fresh episodes, where it was tried on some
  fresh_key: number[]; // that genome; -1 where none was tried
  gap: string; // what is lost on fresh episodes, empty if nothing
  hypervolume: Num[];
  objectives: Record<string, Quantiles[]>;
  sizes: Record<string, Quantiles[]>; // neurons, hidden, synapses, astrocytes
  ratios: Record<string, (Quantiles | null)[]>; // expressed glia-to-neuron ratio, by region name
  ratio_genes: Record<string, (Quantiles | null)[]>;
  optimum: Record<string, Num[]> | null; // predicted ratio in each generation, by region name, where one is defined
  optimum_note: string; // what it is, or why there is none
  species: { number: number; members: number[] }[]; // members in each generation; number -1: the small ones together
  operators: Record<string, { applied: number[]; survived: number[]; improved: number[] }>;
}

/**
 * `run/i/individuals`: columns, in order of keys. Runs of more than 50,000 individuals hold the members
 * of the fronts told and an even sample of the others, of which only return, power and spikes (and the
 * objectives that they are) are told; `sampled` says so.
 */
export interface Individuals {
  sampled: boolean;
  key: number[];
  generation: number[];
  parent: number[]; // -1: none
  mate: number[];
  operators: number[]; // bits
  species: number[]; // -1: unknown
  failed: number[]; // 1 if its evaluation failed
  values: Record<string, Num[]>; // objectives, measures, return, power, spikes, neurons, synapses, astrocytes,
  //                                `ratio <region>` for each region
}
/** `run/i/fronts`: keys of the fronts, best first; all of them are in `individuals`. */
export interface Fronts {
  generation: number[]; // whose fronts these are; of long runs evenly spread, the last one among them
  front: number[][];
}

/** `run/i/genome/<key>` */
export interface GenomeView {
  key: number;
  generation: number;
  parents: [number, number];
  operators: string[]; // that made it
  status: string; // ok, or why it failed
  values: Record<string, Num>; // objectives, measures, return, power, spikes: in training
  validation: Record<string, Num> | null; // return, power on fresh episodes
  regions: RegionView[];
  neurons: NeuronColumns;
  synapses: SynapseColumns;
  astrocytes: AstrocyteColumns;
  covers: { astrocyte: number[]; neuron: number[]; share: number[] }; // territories
  dormant: DormantView;
  energy: { kinds: string[]; regions: string[]; power: Num[][] } | null; // [EU/s], kind by region, of its evaluation
}
export interface RegionView {
  name: string;
  innovation: string; // hexadecimal
  neurons: number;
  astrocytes: number;
  ratio: number; // expressed
  ratio_gene: number;
  traits: Num[];
}
export interface NeuronColumns {
  id: string[]; // innovation number, hexadecimal; copies have a suffix
  name: string[]; // of inputs and outputs; empty for hidden neurons, which texts call `hidden` and the
  //                  first four digits of the id
  role: number[]; // 0 input, 1 output, 2 hidden
  region: number[];
  sign: number[]; // 1 excitatory, -1 inhibitory
  x: number[]; // position in the region [region radii]
  y: number[];
  traits: Num[][]; // one row a neuron; null where its role has no such trait
}
export interface SynapseColumns {
  id: string[];
  source: number[];
  target: number[];
  weight: number[]; // [threshold], magnitude
  inhibits: number[]; // 1 or 0
  delay: number[]; // [ms]
  traits: Num[][] | null; // rows of the genes; null if they say no more than weight and delay
}
export interface AstrocyteColumns {
  gene: string[];
  region: number[];
  count: number[]; // cells of equal gene and territory that it stands for
  x: number[];
  y: number[];
  traits: Num[][];
}
/** Genes that are not expressed: disabled synapses, neurons that reach no output, dormant astrocytes. */
export interface DormantView {
  neurons: { id: string; name: string; role: number; region: number; x: number; y: number; why: string }[];
  synapses: { id: string; source: string; target: string; weight: number; why: string }[];
  astrocytes: { gene: string; region: number; why: string }[];
}

/** `run/i/episode/<key>`: one episode, recorded. */
export interface Episode {
  key: number;
  purpose: string; // in words: "first training episode", "fresh episode"
  seed: number;
  episode_return: Num;
  steps: number; // of the task, recorded
  complete: boolean; // whether the whole episode is here
  step_ms: number; // simulated milliseconds of one step of the task
  n_ms: number;
  observation: Num[][]; // by step, then number of the observation
  observation_names: string[];
  action: Num[][];
  action_names: string[];
  action_choices: string[][]; // by number of the action: names of its values from `action_lowest`; empty if it is no choice
  action_lowest: number[];
  reward: Num[];
  input_time?: number[]; // [ms], from when on; inputs are steady in a step of the task
  input?: Num[][]; // by input neuron, then time: what it transmits, -1 to 1, or its rate if it spikes
  spike_time: number[]; // [ms]
  spike_neuron: number[]; // index in NeuronColumns
  calcium_time: number[]; // [ms]
  calcium: Num[][]; // by astrocyte, then time [f/f_ref]
  efficacy_time: number[]; // [ms], thinned out; empty where nothing scales what arrives at cells
  efficacy: Num[][]; // by cell, in the order of neurons without inputs, then time; 1 is none
  release_time: number[];
  release_astrocyte: number[];
  fill_time: number[]; // [ms], thinned out
  fill: Num[][]; // by region, then time; 1 is full
  output_time: number[]; // [ms]; graded outputs; empty where outputs spike
  output: Num[][]; // by output neuron, then time
  energy_time: number[]; // end of each window [ms]
  energy_kinds: string[];
  energy: Num[][]; // by kind, then window: power [EU/s]
  energy_region: Num[][]; // by region, then window: power [EU/s]
  frames: { step: number[]; width: number; height: number; image: string[] } | null; // data URLs
  frames_note: string; // why there are none
}

/** `run/i/lineage/<key>`: from the genome back to its founder by the first parent; mates named. */
export interface Lineage {
  steps: {
    key: number;
    generation: number;
    parent: number;
    mate: number;
    operators: string[];
    values: Record<string, Num>;
    changes: string[]; // what this step changed against its parent: "+neuron in association", "ratio of motor 0.9 → 1.4"
  }[];
}
/** `run/i/difference/<a>/<b>`: by innovation number. */
export interface Difference {
  a: number;
  b: number;
  distance: Num; // compatibility distance
  rows: { family: string; id: string; what: string; a: string; b: string }[]; // "" where a genome lacks the gene
}
/** `run/i/phylogeny`: the ancestors of the last survivors, and where they coalesce. */
export interface Phylogeny {
  key: number[]; // parents before children
  parent: number[]; // index into these arrays; -1: a founder
  generation: number[];
  value: Num[]; // mean return
  survivor: number[]; // 1 if alive in the last generation
  coalescence: number | null; // key of the most recent common ancestor of all survivors
  pruned: number; // individuals left out: their lines died out
}

/** `run/i/health` */
export interface Health {
  failures: { status: string; reason: string; detail: string; count: number; keys: number[]; generations: number[] }[];
  evaluations_per_second: Num[]; // by generation of `history`
  workers: { name: string; value: string }[]; // parallel efficiency, retries, lost workers, where recorded
  digest: string;
  notes: string[];
}

/**
 * `POST run/i/whatif`, served pages alone, with `Content-Type: application/json` and the site's token in
 * the header `X-Glianeat-Token`. One at a time: 409 while another goes on. To cancel, abort the fetch.
 * Ids are those of GenomeView: of neurons and synapses (`<gene>*` is all copies of a gene), the index of an
 * astrocyte for itself or its territory, the index of a region, that of an input in `observations`.
 * "*" is all of a kind.
 */
export interface WhatIfRequest {
  key: number;
  episodes: number;
  lesions: { kind: "neuron" | "synapse" | "astrocyte" | "territory" | "region" | "channel"; id: string }[];
  traits: { family: string; id: string; trait: string; value: number }[]; // region: log2_ratio sets a ratio
}
export interface WhatIfAnswer {
  episodes: number;
  rows: { name: string; unit: string; before: Num; after: Num; difference: Num; standard_error: Num }[];
  notes: string[];
}

/** `comparison`: runs grouped by settings other than the seed. */
export interface Comparison {
  task: string;
  threshold: Num; // return from which a run counts as solved
  groups: {
    name: string;
    settings: [string, string][]; // where groups differ
    runs: { name: string; seed: number; solved_at: number | null; final_return: Num; power: Num; note: string }[];
    curve: { evaluations: number[]; middle: Num[]; low: Num[]; high: Num[] }; // best return: median and band
    attainment: { share: number; points: [number, number][] }[]; // front reached by that share of the runs
  }[];
  objectives: string[]; // of the attainment
  directions?: (1 | -1)[]; // of these objectives; 1: more is better
  table: { columns: string[]; rows: (string | number | null)[][] };
  tests: { columns: string[]; rows: (string | number | null)[][] }; // A12, Mann-Whitney, Holm
  notes: string[];
}
