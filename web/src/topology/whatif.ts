/** What if a part were missing, or a trait other: the same episodes, run again by the server. */

import { type App, sentence } from "../app.ts";
import { button, chooser, el, set } from "../dom.ts";
import { count, number, signed } from "../format.ts";
import type { TraitInfo, WhatIfAnswer, WhatIfRequest } from "../contract.ts";
import { table } from "../table.ts";
import type { Part } from "./filters.ts";
import { cutEach, eachTable } from "./each_neuron.ts";
import { row } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { partName } from "./parts.ts";

type Lesion = WhatIfRequest["lesions"][number];
type Change = WhatIfRequest["traits"][number];

interface Planned {
  words: string;
  lesion: Lesion | null;
  change: Change | null;
  part: Part | null; // what is crossed out
}

/** Parts that lesions take away, for crossing out. */
export interface CutOut {
  neurons: number[];
  synapses: number[];
  astrocytes: number[];
}

export class WhatIf {
  readonly element = el("div", { class: "whatif" });
  readonly #app: App;
  readonly #changed: () => void;
  readonly #pick: (part: Part) => void;
  readonly #list = el("ul", { class: "plan" });
  readonly #result = el("div", { class: "whatif-result", role: "status" });
  readonly #choices = el("div", { class: "tools" });
  readonly #episodes = el("input", { type: "number", min: 1, max: 1000, value: 10, "aria-label": "Episodes" });
  readonly #run: HTMLButtonElement;
  readonly #each: HTMLButtonElement;
  #planned: Planned[] = [];
  #graph: Graph | null = null;
  #asked = 0;

  constructor(app: App, changed: () => void, pick: (part: Part) => void) {
    this.#app = app;
    this.#pick = pick;
    this.#changed = changed;
    this.#run = button("Run both", () => void this.#ask(), { class: "primary" });
    this.#each = button("Without each neuron in turn", () => void this.#askEach());
    this.element.append(
      this.#list,
      this.#choices,
      el("div", { class: "tools" }, el("label", { class: "field" }, el("span", {}, "Episodes"), this.#episodes), this.#run, this.#each,
        button("Start anew", () => this.#clear(), { class: "quiet" })),
      this.#result,
    );
  }

  /** Offer what a network has; a plan for another genome is dropped. */
  show(graph: Graph): void {
    const other = this.#graph?.view.key !== graph.view.key;
    this.#graph = graph;
    if (other) this.#clear();
    this.#offer(graph);
  }

  /** Buttons about a selected part. */
  actionsFor(part: Part): HTMLElement[] {
    const graph = this.#graph;
    if (!graph) return [];
    const cut = (kind: Lesion["kind"], id: string, words: string): HTMLElement =>
      button(words, () => this.#add({ words: `Without ${partName(graph, part)}${kind === "territory" ? " and its territory" : ""}`, lesion: { kind, id }, change: null, part }));
    const made: HTMLElement[] = [];
    if (part.kind === "neuron") made.push(cut("neuron", graph.id[part.index], "Cut this neuron out"));
    if (part.kind === "synapse") made.push(cut("synapse", graph.synapseId[part.index], "Cut this synapse"));
    if (part.kind === "astrocyte" && part.index < graph.expressed.astrocytes) {
      const index = String(part.index);
      made.push(cut("astrocyte", index, "Cut these astrocytes out"), cut("territory", index, "Cut its territory out"));
    }
    made.push(...this.#traitEditor(graph, part));
    return made;
  }

  get cutOut(): CutOut {
    const out: CutOut = { neurons: [], synapses: [], astrocytes: [] };
    const graph = this.#graph;
    if (!graph) return out;
    for (const { part, lesion } of this.#planned) {
      if (lesion?.kind === "astrocyte" && lesion.id === "*") out.astrocytes.push(...graph.view.astrocytes.gene.keys());
      if (lesion?.kind === "region") this.#cutRegion(graph, lesion.id, out);
      if (!part || !lesion) continue;
      if (part.kind === "neuron") out.neurons.push(part.index);
      if (part.kind === "synapse") out.synapses.push(part.index);
      if (part.kind === "astrocyte") out.astrocytes.push(part.index);
      if (lesion.kind === "territory") out.neurons.push(...row(graph.territory, part.index));
    }
    return out;
  }

  #cutRegion(graph: Graph, region: string, out: CutOut): void {
    const index = Number(region);
    for (let i = 0; i < graph.neurons; i++) if (graph.region[i] === index) out.neurons.push(i);
    for (let a = 0; a < graph.astrocytes; a++) if (graph.astrocyteRegion[a] === index) out.astrocytes.push(a);
  }

  #offer(graph: Graph): void {
    const overview = this.#app.overview;
    const channels = overview.observations.map((name, k): [string, string] => [String(k), name]);
    const regions = graph.view.regions.flatMap((region, k): [string, string][] => (region.neurons > 0 ? [[String(k), region.name]] : []));
    const pick = (label: string, choices: [string, string][], kind: Lesion["kind"], words: string): HTMLElement => {
      const made = chooser(label, [["", "choose"], ...choices], "", (id) => {
        const name = choices.find(([one]) => one === id)?.[1] ?? id;
        if (id) this.#add({ words: `${words} ${name}`, lesion: { kind, id }, change: null, part: null });
        const select = made.querySelector("select");
        if (select) select.value = "";
      });
      return made;
    };
    this.#choices.replaceChildren(
      pick("Without channel", channels, "channel", "Without channel"),
      pick("Without region", regions, "region", "Without region"),
      this.#ratioEditor(graph),
      graph.expressed.astrocytes > 0
        ? button("Without any astrocyte", () => this.#add({ words: "Without any astrocyte", lesion: { kind: "astrocyte", id: "*" }, change: null, part: null }))
        : "",
    );
    this.#show();
  }

  #ratioEditor(graph: Graph): HTMLElement {
    const regions = graph.view.regions.map((region, i): [string, string] => [String(i), region.name]);
    const value = el("input", { type: "number", min: 0.03, max: 32, step: "any", class: "short", "aria-label": "Glia-to-neuron ratio" });
    const region = chooser("Ratio of", regions, "0", () => undefined);
    const set = button("Set", () => {
      const of = graph.view.regions[Number(region.querySelector("select")?.value)];
      const ratio = Number(value.value);
      if (!of || !(ratio > 0)) return;
      this.#add({
        words: `Ratio of ${of.name} ${number(of.ratio_gene)} → ${number(ratio)}`,
        lesion: null,
        change: { family: "regions", id: of.innovation, trait: "log2_ratio", value: Math.log2(ratio) },
        part: null,
      });
    });
    return el("span", { class: "inline-editor" }, region, value, set);
  }

  /** A trait of a selected part, and the value to give it. */
  #traitEditor(graph: Graph, part: Part): HTMLElement[] {
    const traits = this.#app.overview.traits;
    const all: TraitInfo[] = { neuron: traits.neurons, synapse: traits.synapses, astrocyte: traits.astrocytes }[part.kind];
    const own = part.kind === "neuron" ? graph.view.neurons.traits[part.index] : null;
    const infos = own ? all.filter((_, k) => (own[k] ?? null) !== null) : all; // cells of some roles lack some traits
    if (infos.length === 0) return [];
    const id = geneOf(graph, part);
    const value = el("input", { type: "number", step: "any", class: "short", "aria-label": "New value" });
    const choice = chooser("Set", infos.map((info): [string, string] => [info.name, info.name.replaceAll("_", " ")]), infos[0].name, () => undefined);
    const add = button("Set", () => {
      const trait = choice.querySelector("select")?.value ?? "";
      if (value.value.trim() === "" || !Number.isFinite(Number(value.value)) || !id) return;
      this.#add({
        words: `${trait.replaceAll("_", " ")} of ${partName(graph, part)} → ${number(Number(value.value))}`,
        lesion: null,
        change: { family: `${part.kind}s`, id, trait, value: Number(value.value) },
        part: null,
      });
    });
    return [el("span", { class: "inline-editor" }, choice, value, add)];
  }

  #add(one: Planned): void {
    const same = (other: Planned): boolean =>
      one.lesion ? other.lesion?.kind === one.lesion.kind && other.lesion.id === one.lesion.id
        : other.change?.id === one.change?.id && other.change?.trait === one.change?.trait;
    this.#planned = [...this.#planned.filter((other) => !same(other)), one];
    this.#show();
  }

  #clear(): void {
    this.#planned = [];
    this.#result.replaceChildren();
    this.#show();
  }

  #show(): void {
    set(this.#run, { disabled: this.#planned.length === 0 });
    const lines = this.#planned.map((one) =>
      el("li", {}, one.words, button("×", () => {
        this.#planned = this.#planned.filter((other) => other !== one);
        this.#show();
      }, { class: "quiet", "aria-label": `Take back: ${one.words}` })));
    this.#list.replaceChildren(...(lines.length ? lines : [el("li", { class: "note" }, "Select a part and cut it out, or choose below. The same episodes are run with and without the changes.")]));
    this.#changed();
  }

  async #ask(): Promise<void> {
    const graph = this.#graph;
    if (!graph) return;
    const asked = ++this.#asked;
    const request: WhatIfRequest = {
      key: graph.view.key,
      episodes: this.#number,
      lesions: this.#planned.flatMap((one) => (one.lesion ? [one.lesion] : [])),
      traits: this.#planned.flatMap((one) => (one.change ? [one.change] : [])),
    };
    const going = this.#going(el("span", {}, `Running ${count(request.episodes, "episode")} with and without the changes …`));
    try {
      const answer = await this.#app.post<WhatIfAnswer>("whatif", request, going.signal);
      if (asked === this.#asked) this.#tell(answer);
    } catch (error) {
      const text = going.signal.aborted ? "Cancelled." : sentence(error);
      if (asked === this.#asked) this.#result.replaceChildren(el("p", { class: "empty", role: "alert" }, text));
    }
    this.#ready();
  }

  /** Which neurons matter: each is cut out alone, in the same episodes. */
  async #askEach(): Promise<void> {
    const graph = this.#graph;
    if (!graph) return;
    const asked = ++this.#asked;
    const done = el("span");
    const going = this.#going(done);
    const ask = (id: string): Promise<WhatIfAnswer> =>
      this.#app.post<WhatIfAnswer>("whatif", { key: graph.view.key, episodes: this.#number, lesions: [{ kind: "neuron", id }], traits: [] }, going.signal);
    try {
      const answers = await cutEach(graph.id, ask, (n) => (done.textContent = `Neuron ${n} of ${graph.neurons} …`), () => asked === this.#asked && !going.signal.aborted);
      if (asked === this.#asked) this.#result.replaceChildren(eachTable(graph, answers, this.#number, this.#pick));
    } catch (error) {
      if (asked === this.#asked) this.#result.replaceChildren(el("p", { class: "empty", role: "alert" }, going.signal.aborted ? "Cancelled." : sentence(error)));
    }
    this.#ready();
  }

  get #number(): number {
    return Math.max(1, Math.min(1000, Math.round(Number(this.#episodes.value)) || 10));
  }

  /** Say that episodes run, with a way to end them. */
  #going(text: HTMLElement): AbortController {
    const going = new AbortController();
    for (const one of [this.#run, this.#each]) set(one, { disabled: true });
    this.#result.replaceChildren(
      el("div", { class: "going" }, el("progress", { "aria-label": "Running" }), text, button("Cancel", () => going.abort())));
    return going;
  }

  #ready(): void {
    set(this.#run, { disabled: this.#planned.length === 0 });
    set(this.#each, { disabled: false });
  }

  #tell(answer: WhatIfAnswer): void {
    const rows = answer.rows;
    this.#result.replaceChildren(
      table({
        caption: `Means of ${count(answer.episodes, "episode")}, the same with and without the changes`,
        columns: [
          { name: "quantity", values: rows.map((one) => one.name) },
          { name: "unit", values: rows.map((one) => one.unit) },
          { name: "as it is", values: rows.map((one) => one.before) },
          { name: "changed", values: rows.map((one) => one.after) },
          { name: "difference", values: rows.map((one) => one.difference), show: (value) => signed(value as number | null) },
          { name: "± standard error", values: rows.map((one) => one.standard_error) },
        ],
      }),
      ...answer.notes.map((note) => el("p", { class: "note" }, note)),
    );
  }
}

/** Innovation number of a part's gene: copies of a neuron or synapse share it. */
function geneOf(graph: Graph, part: Part): string {
  if (part.kind === "astrocyte") return graph.view.astrocytes.gene[part.index] ?? "";
  const id = part.kind === "neuron" ? graph.id[part.index] : graph.synapseId[part.index];
  return id.split("-")[0];
}
