/** What is selected, in all views at once, and as the part of the address after `#`. */

/** An interval of an objective, a measure or another value of individuals. */
export interface Interval {
  name: string;
  low: number;
  high: number;
}

export interface Selection {
  view: string; // the tab that is shown
  run: number;
  generation: number | null; // null: the last
  genome: number | null; // key; null: the one shown first
  neuron: string | null; // id of a NeuronColumns
  synapse: string | null; // id of a SynapseColumns
  astrocyte: string | null; // gene of an AstrocyteColumns, or gene#row where a gene has several rows
  time: number | null; // of the episode [ms]
  species: number | null;
  brush: Interval[]; // individuals within all of them are meant; empty: all
}

export const NOTHING: Selection = {
  view: "",
  run: 0,
  generation: null,
  genome: null,
  neuron: null,
  synapse: null,
  astrocyte: null,
  time: null,
  species: null,
  brush: [],
};

const NUMBERS = ["run", "generation", "genome", "time", "species"] as const;
const TEXTS = ["view", "neuron", "synapse", "astrocyte"] as const;

/** Write a selection as an address has it, without the `#`; what is not selected is left out. */
export function toHash(selection: Selection): string {
  const parts: string[] = [];
  for (const key of TEXTS) {
    if (selection[key]) parts.push(`${key}=${encodeURIComponent(selection[key])}`);
  }
  for (const key of NUMBERS) {
    const value = selection[key];
    if (value !== null && !(key === "run" && value === 0)) parts.push(`${key}=${value}`);
  }
  if (selection.brush.length) parts.push(`brush=${selection.brush.map(intervalText).join(",")}`);
  return parts.join("&");
}

/** Read a selection from an address; what is malformed is not selected. */
export function fromHash(hash: string): Selection {
  const selection: Selection = { ...NOTHING };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 1) continue;
    const [key, text] = [part.slice(0, at), part.slice(at + 1)];
    for (const name of TEXTS) if (key === name) readText(selection, name, text);
    for (const name of NUMBERS) if (key === name) readNumber(selection, name, text);
    if (key === "brush") selection.brush = text.split(",").map(interval).filter((one) => one !== null);
  }
  return selection;
}

function readText(selection: Selection, name: (typeof TEXTS)[number], text: string): void {
  const value = decoded(text);
  if (value) selection[name] = value;
}

function readNumber(selection: Selection, name: (typeof NUMBERS)[number], text: string): void {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return;
  if (name !== "time" && !Number.isInteger(value)) return;
  selection[name] = value;
}

function intervalText(one: Interval): string {
  return `${encodeURIComponent(one.name)}:${one.low}:${one.high}`;
}

function interval(text: string): Interval | null {
  const [name, low, high] = text.split(":");
  const one = { name: decoded(name ?? ""), low: Number(low), high: Number(high) };
  return one.name && Number.isFinite(one.low) && Number.isFinite(one.high) ? one : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Return the keys whose values differ. */
export function changes(before: Selection, after: Selection): (keyof Selection)[] {
  const keys = Object.keys(before) as (keyof Selection)[];
  return keys.filter((key) =>
    key === "brush" ? !sameBrush(before.brush, after.brush) : before[key] !== after[key],
  );
}

function sameBrush(a: Interval[], b: Interval[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((one, i) => one.name === b[i].name && one.low === b[i].low && one.high === b[i].high);
}
