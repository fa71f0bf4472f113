/** The stream of species: the largest one above another, the small ones together. */
import type { App } from "../app.ts";
import type { Line } from "../charts/curves.ts";
import { stacked } from "../charts/scales.ts";
import type { History } from "../contract.ts";

const DRAWN = 40; // species with a layer of their own
const NAMED = 14; // of these, named in the legend
const OTHERS = "smaller species";

interface Layer {
  name: string;
  number: number; // -1: several species
  members: number[];
}

/** Return the layers from the bottom: the largest species by number, then all others together. */
export function layers(species: History["species"], drawn = DRAWN): Layer[] {
  const kept = new Set(bySize(species).slice(0, drawn));
  const found: Layer[] = species.filter((one) => kept.has(one)).map(({ number, members }) => ({ name: `species ${number}`, number, members }));
  const rest = species.filter((one) => !kept.has(one));
  if (!rest.length) return found;
  const sum = rest[0].members.map((_, i) => rest.reduce((total, one) => total + one.members[i], 0));
  return [...found, { name: OTHERS, number: -1, members: sum }];
}

function bySize(species: History["species"]): History["species"] {
  const sizes = new Map(species.map((one) => [one, one.members.reduce((a, b) => a + b, 0)]));
  return [...species].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
}

/** Return the names that the legend has. */
export function speciesNamed(history: History): Set<string> {
  return new Set([...bySize(history.species).slice(0, NAMED).map((one) => `species ${one.number}`), OTHERS]);
}

export function speciesLines(history: History, app: App): Line[] {
  const rows = layers(history.species);
  const places = stacked(rows.map((one) => one.members));
  const chosen = app.selection.species;
  const { series, muted } = app.colours;
  return rows.map(({ name, number, members }, i) => {
    const { low, high } = places[i];
    const lit = chosen === null || chosen === number;
    return {
      name,
      colour: number < 0 ? muted : series[number % series.length],
      values: high.map((v, k) => (members[k] || members[k - 1] || members[k + 1] ? v : null)),
      said: members,
      width: lit ? 0.75 : 0.25,
      bands: [{ low, high, alpha: lit ? 0.7 : 0.12 }],
    };
  });
}
