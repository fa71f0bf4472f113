/** The panel that says everything about what is selected. */

import { button, el } from "../dom.ts";
import { label, number } from "../format.ts";
import type { Part } from "./filters.ts";
import type { Graph } from "./graph.ts";
import { factsOf, partName, regionName, summary } from "./parts.ts";
import type { Fact, TraitLists } from "./parts.ts";

/** Show a part, or the genome while there is none. `actions` are further buttons about it. */
export function fillPanel(
  panel: HTMLElement,
  graph: Graph,
  part: Part | null,
  traits: TraitLists,
  clear: () => void,
  actions: readonly HTMLElement[] = [],
): void {
  if (!part) return panel.replaceChildren(...genomePanel(graph, traits));
  panel.replaceChildren(
    el("div", { class: "panel-head" },
      el("h3", {}, partName(graph, part)),
      button("Clear", clear, { class: "quiet", "aria-label": "End the selection" })),
    el("p", { class: "note" }, summary(graph, part)),
    actions.length > 0 ? el("div", { class: "tools" }, ...actions) : "",
    el("dl", { class: "facts-list" }, ...factsOf(graph, part, traits).flatMap(factLine)),
  );
}

function factLine(fact: Fact): HTMLElement[] {
  const value = typeof fact.value === "string" ? fact.value : number(fact.value);
  return [
    el("dt", { title: fact.meaning || null }, fact.name),
    el("dd", {}, el("span", { class: "fact-value" }, value, fact.unit && fact.unit !== "1" ? el("span", { class: "unit" }, ` ${fact.unit}`) : null),
      fact.meaning ? el("span", { class: "fact-meaning" }, fact.meaning) : null),
  ];
}

/** What is said while nothing is selected: regions, where the energy goes, what one can do. */
function genomePanel(graph: Graph, traits: TraitLists): HTMLElement[] {
  return [
    el("p", { class: "note" }, "Select a neuron, a synapse or an astrocyte to see its traits. In the picture, arrow keys walk from neuron to neuron, + and − zoom, 0 fits, Escape ends the selection."),
    ...energyBars(graph),
    el("h3", {}, "Glia-to-neuron ratio"),
    regionTable(graph, traits),
  ];
}

/** Ratios and traits of regions; where they lie is in the picture. */
function regionTable(graph: Graph, traits: TraitLists): HTMLElement {
  const kept = traits.regions.flatMap((info, k) => (["log2_ratio", "x", "y"].includes(info.name) ? [] : [{ info, k }]));
  const head = (text: string, meaning: string): HTMLElement => el("th", { scope: "col", class: "number", title: meaning }, text);
  const rows = graph.view.regions.map((region, index) =>
    el("tr", {}, el("th", { scope: "row" }, regionName(graph, index)),
      ...[region.ratio, region.ratio_gene, ...kept.map(({ k }) => region.traits[k])].map((value) => el("td", { class: "number" }, number(value, 3)))));
  return el("table", { class: "region-table" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Region"), head("ratio", "Astrocytes for each of its neurons"),
      head("gene", "The ratio that its gene asks for, by neuronal mass"),
      ...kept.map(({ info }) => head(label(info.name.replaceAll("_", " "), info.unit === "1" ? "" : info.unit), info.meaning)))),
    el("tbody", {}, ...rows));
}

/** Power in the genome's evaluation, by kind and by region, each the largest first. */
function energyBars(graph: Graph): HTMLElement[] {
  const { energy } = graph.view;
  if (!energy) return [];
  const sum = (powers: (number | null)[]): number => powers.reduce<number>((all, one) => all + (one ?? 0), 0);
  const total = sum(energy.power.flat());
  if (total <= 0) return [];
  const kinds = energy.kinds.map((kind, k): Share => [kind.replaceAll("_", " "), sum(energy.power[k]) / total]);
  const regions = energy.regions.map((region, r): Share => [region, sum(energy.power.map((one) => one[r])) / total]);
  return [el("h3", {}, `Where its ${number(total, 3)} EU/s go`), shareBars(kinds, "by kind"), shareBars(regions, "by region")];
}

type Share = [name: string, share: number];

/** The largest shares as bars. */
function shareBars(shares: Share[], title: string): HTMLElement {
  const shown = shares.filter(([, share]) => share > 0).sort((a, b) => b[1] - a[1]).slice(0, 7);
  const bars = shown.map(([name, share]) => {
    const fill = el("span", { class: "bar-fill" });
    fill.style.width = `${(100 * share) / shown[0][1]}%`;
    return el("div", { class: "bar-row" }, el("span", { class: "bar-name" }, name), el("span", { class: "bar-track" }, fill),
      el("span", { class: "bar-value" }, `${number(100 * share, 2)} %`));
  });
  return el("div", { class: "bars" }, el("p", { class: "note" }, title), ...bars);
}
