/** The brush as a list: intervals that were drawn or typed, for readers with and without a mouse. */
import type { App } from "../app.ts";
import { merged } from "../charts/points.ts";
import { button, el } from "../dom.ts";
import { figure } from "../figure.ts";
import { number } from "../format.ts";

export interface BrushPanel {
  root: HTMLElement;
  /** Offer values, with the extent of each. */
  offer(names: string[], extent: (name: string) => [number, number]): void;
  draw(): void;
}

export function brushPanel(app: App): BrushPanel {
  const frame = figure({ title: "Brush", note: "Individuals within all of these intervals are selected, here and in the phylogeny." });
  const list = el("ul", { class: "chips" });
  const name = el("select", { "aria-label": "Value to brush" });
  const low = el("input", { type: "number", step: "any", "aria-label": "From" });
  const high = el("input", { type: "number", step: "any", "aria-label": "To" });
  let range: (name: string) => [number, number] = () => [0, 1];
  const propose = (): void => {
    const [from, to] = range(name.value);
    low.value = String(Number(from.toPrecision(6)));
    high.value = String(Number(to.toPrecision(6)));
  };
  const add = (event: Event): void => {
    event.preventDefault();
    const [from, to] = [low.valueAsNumber, high.valueAsNumber];
    if (!Number.isFinite(from) || !Number.isFinite(to) || !name.value) return;
    const one = { name: name.value, low: Math.min(from, to), high: Math.max(from, to) };
    void app.select({ brush: merged(app.selection.brush, [one]) });
  };
  name.addEventListener("change", propose);
  frame.body.append(list, el("form", { class: "brush-form", onsubmit: add },
    name, low, el("span", {}, "to"), high, el("button", { type: "submit" }, "Brush")));
  return {
    root: frame.root,
    offer: (names, extent) => {
      range = extent;
      const kept = names.includes(name.value) ? name.value : (names[0] ?? "");
      name.replaceChildren(...names.map((one) => el("option", { value: one }, one)));
      name.value = kept;
      propose();
    },
    draw: () => list.replaceChildren(...chips(app)),
  };
}

function chips(app: App): HTMLElement[] {
  const { brush, species } = app.selection;
  const found = brush.map((one) => chip(`${one.name}: ${number(one.low)} to ${number(one.high)}`, () => {
    void app.select({ brush: brush.filter((other) => other !== one) });
  }));
  if (species !== null) found.push(chip(`species ${species}`, () => void app.select({ species: null })));
  if (!found.length) return [el("li", { class: "none" }, "Nothing is brushed: all individuals are selected.")];
  if (found.length > 1) found.push(chip("all of them", () => void app.select({ brush: [], species: null })));
  return found;
}

function chip(text: string, remove: () => void): HTMLElement {
  return el("li", { class: "chip" }, text, button("×", remove, { "aria-label": `Remove ${text}` }));
}
