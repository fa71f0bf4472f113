/** Colours of individuals: by generation, species, or any of their values. */
import type { App } from "../app.ts";
import { extent, share } from "../charts/scales.ts";
import type { Individuals, Num } from "../contract.ts";
import { button, el } from "../dom.ts";
import { legendEntry } from "../figure.ts";
import { number } from "../format.ts";
import { sequential } from "../theme.ts";

export interface Colouring {
  bin: Uint8Array;
  colours: string[];
  legend: HTMLElement[];
}

const BINS = 32;
const SPECIES_IN_LEGEND = 14;

/** Return the colour of each individual, as a bin of a list of colours. */
export function colouring(rows: Individuals, by: string, app: App): Colouring {
  return by === "species" ? bySpecies(rows, app) : byValue(by === "generation" ? rows.generation : (rows.values[by] ?? []), by, app);
}

function byValue(values: Num[], name: string, app: App): Colouring {
  const range = extent(values) ?? [0, 1];
  const bin = Uint8Array.from(values, (value) => Math.min(BINS - 1, Math.floor(share(value, range) * BINS)));
  const colours = Array.from({ length: BINS }, (_, k) => sequential(k / (BINS - 1), app.colours.dark));
  const steps = colours.filter((_, k) => k % 4 === 0 || k === BINS - 1).map((colour) => {
    const step = el("span", { class: "ramp-step" });
    step.style.background = colour;
    return step;
  });
  const ramp = el("span", { class: "ramp", "aria-hidden": "true" }, ...steps);
  const legend = el("span", { class: "legend-entry" }, `${name} ${number(range[0])}`, ramp, number(range[1]));
  return { bin, colours, legend: [legend] };
}

function bySpecies(rows: Individuals, app: App): Colouring {
  const { series } = app.colours;
  const grey = series.length;
  const bin = Uint8Array.from(rows.species, (one) => (one < 0 ? grey : one % series.length));
  const sizes = new Map<number, number>();
  for (const one of rows.species) if (one >= 0) sizes.set(one, (sizes.get(one) ?? 0) + 1);
  const largest = [...sizes].sort((a, b) => b[1] - a[1]).slice(0, SPECIES_IN_LEGEND).map(([one]) => one).sort((a, b) => a - b);
  const legend = largest.map((one) => speciesEntry(one, series[one % series.length], app));
  const more = sizes.size - largest.length;
  if (more > 0) legend.push(el("span", {}, `and ${more} smaller species`));
  return { bin, colours: [...series, app.colours.muted], legend };
}

/** An entry that selects its species everywhere, or none again. */
export function speciesEntry(species: number, colour: string, app: App): HTMLElement {
  const chosen = app.selection.species === species;
  const entry = button("", () => void app.select({ species: chosen ? null : species }), {
    class: "legend-entry chooses", "aria-pressed": String(chosen),
  });
  entry.append(legendEntry(`species ${species}`, colour, "box"));
  return entry;
}
