/** What is shown of a network: least weight, regions, hops, signs, dormant genes. */

import { button, checkbox, chooser, el, freshId, set } from "../dom.ts";
import { integer, number } from "../format.ts";
import { EVERYTHING } from "./filters.ts";
import type { Filter } from "./filters.ts";
import type { Graph } from "./graph.ts";

export interface ControlEvents {
  filter(filter: Filter): void;
  dormant(shown: boolean): void;
}

export class Controls {
  readonly element: HTMLElement;
  readonly #events: ControlEvents;
  readonly #panel: HTMLElement;
  readonly #toggle: HTMLButtonElement;
  readonly #left = el("span", { class: "left", role: "status" });
  #filter: Filter = EVERYTHING;
  #graph: Graph | null = null;

  constructor(events: ControlEvents) {
    this.#events = events;
    this.#panel = el("div", { class: "filters", id: freshId("filters"), hidden: true });
    this.#toggle = button("Filter", () => {
      const open = this.#panel.hidden;
      set(this.#panel, { hidden: !open });
      set(this.#toggle, { "aria-expanded": String(open) });
    }, { "aria-expanded": "false", "aria-controls": this.#panel.id });
    const dormant = checkbox("Dormant genes", false, (value) => events.dormant(value));
    dormant.title = "Genes that are disabled or not expressed: dashed, grey";
    this.element = el("div", { class: "controls" }, this.#toggle, dormant);
  }

  get panel(): HTMLElement {
    return this.#panel;
  }

  /** Offer what a network has; the filter starts anew unless `keep`. */
  show(graph: Graph, keep: boolean): void {
    this.#graph = graph;
    if (!keep) this.#filter = EVERYTHING;
    this.#build(graph);
    this.#change({});
  }

  #build(graph: Graph): void {
    const weights = [...graph.weight].sort((a, b) => a - b);
    const most = weights[weights.length - 1] ?? 0;
    const shown = el("output", {}, number(this.#filter.least, 3));
    const least = el("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": "Least weight of a synapse [threshold]" });
    least.value = most > 0 ? String(Math.round(100 * Math.sqrt(this.#filter.least / most))) : "0";
    least.addEventListener("input", () => {
      const value = most * (Number(least.value) / 100) ** 2; // small weights are many: fine steps there
      shown.textContent = number(value, 3);
      this.#change({ least: value });
    });
    const kinds: [string, string][] = [["both", "All"], ["excitatory", "Excitatory"], ["inhibitory", "Inhibitory"]];
    const hops: [string, string][] = [["0", "All"], ["1", "1 hop"], ["2", "2 hops"], ["3", "3 hops"], ["4", "4 hops"]];
    const regions = new Set(graph.region);
    const boxes = graph.view.regions.flatMap((region, index) =>
      regions.has(index)
        ? [checkbox(region.name, this.#filter.regions?.has(index) ?? true, (on) => this.#region(index, on, regions))]
        : [],
    );
    this.#panel.replaceChildren(
      el("label", { class: "field" }, el("span", {}, "Least weight"), least, shown),
      chooser("Synapses", kinds, this.#filter.kind, (value) => this.#change({ kind: value as Filter["kind"] })),
      chooser("Around the selection", hops, String(this.#filter.hops), (value) => this.#change({ hops: Number(value) })),
      el("fieldset", { class: "regions" }, el("legend", {}, "Regions"), ...boxes),
      button("Show everything", () => {
        this.#filter = EVERYTHING;
        this.#build(graph);
        this.#change({});
      }, { class: "quiet" }),
      this.#left,
    );
  }

  /** Say how many synapses are left. */
  tell(visible: number): void {
    const all = this.#graph?.synapses ?? 0;
    this.#left.textContent = `${integer(visible)} of ${integer(all)} synapses shown`;
  }

  #region(index: number, on: boolean, all: ReadonlySet<number>): void {
    const regions = new Set(this.#filter.regions ?? all);
    if (on) regions.add(index);
    else regions.delete(index);
    this.#change({ regions: regions.size === all.size ? null : regions });
  }

  #change(parts: Partial<Filter>): void {
    this.#filter = { ...this.#filter, ...parts };
    const { least, regions, hops, kind } = this.#filter;
    const active = [least > 0, regions !== null, hops > 0, kind !== "both"].filter(Boolean).length;
    this.#toggle.textContent = active ? `Filter (${active})` : "Filter";
    if (this.#graph) this.#events.filter(this.#filter);
  }
}
