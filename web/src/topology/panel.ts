/** The panel that says everything about what is selected. */

import { button, el } from "../dom.ts";
import { number } from "../format.ts";
import type { Part } from "./filters.ts";
import type { Graph } from "./graph.ts";
import { factsOf, partName, summary } from "./parts.ts";
import type { Fact, TraitLists } from "./parts.ts";

/** Show a part, or what one can select. `actions` are further buttons about it. */
export function fillPanel(
  panel: HTMLElement,
  graph: Graph,
  part: Part | null,
  traits: TraitLists,
  clear: () => void,
  actions: readonly HTMLElement[] = [],
): void {
  if (!part) {
    panel.replaceChildren(
      el("h3", {}, "Nothing selected"),
      el("p", { class: "note" }, "Select a neuron, a synapse or an astrocyte to see its traits and what it touches. In the picture, arrow keys walk from neuron to neuron, + and − zoom, 0 fits, Escape ends the selection."),
    );
    return;
  }
  panel.replaceChildren(
    el("div", { class: "panel-head" },
      el("h3", {}, partName(graph, part)),
      button("Clear", clear, { class: "quiet", "aria-label": "End the selection" })),
    el("p", { class: "note" }, summary(graph, part)),
    el("dl", { class: "facts-list" }, ...factsOf(graph, part, traits).flatMap(factLine)),
    actions.length > 0 ? el("div", { class: "tools" }, ...actions) : "",
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
