/** Where a genome comes from: its ancestors, what each step changed, and the tree of the survivors. */
import { type App, sentence } from "../app.ts";
import { CurvePlot, type Line } from "../charts/curves.ts";
import type { Lineage, Num } from "../contract.ts";
import { button, el } from "../dom.ts";
import { figure } from "../figure.ts";
import { count, label, number, signed } from "../format.ts";
import type { TableData } from "../table.ts";
import { differencePanel } from "./difference.ts";
import { mountPhylogeny } from "./phylogeny.ts";
import { unitOf } from "./units.ts";

type Step = Lineage["steps"][number];

const FIRST = 10; // steps shown at first
const VALUES = 4; // values told of a step
const CHANGES = 6; // changes of a step shown at first

export async function mount(host: HTMLElement, app: App): Promise<void> {
  const view = new LineageView(host, app);
  app.subscribe(host, ["run", "data", "genome"], () => void view.read());
  app.subscribe(host, ["theme"], () => view.draw());
  await view.read();
  await mountPhylogeny(host, app);
}

class LineageView {
  private readonly app: App;
  private readonly frame;
  private readonly valuesFrame;
  private readonly plot: CurvePlot;
  private readonly difference;
  private readonly list = el("ol", { class: "ancestors" });
  private readonly said = el("p", { class: "found", role: "status" });
  private readonly search = el("input", { type: "search", placeholder: "astrocyte, ratio, …", oninput: () => this.draw() });
  private steps: Step[] = [];
  private all = false;
  private shown = ""; // run and genome

  constructor(host: HTMLElement, app: App) {
    this.app = app;
    this.frame = figure({
      title: "Ancestors",
      note: "From the selected genome back to its founder, by the first parent, with what each step changed.",
      table: () => stepsTable(this.steps, app),
      file: "lineage",
    });
    const find = el("label", { class: "field" }, el("span", {}, "Find a change"), this.search);
    this.frame.body.append(el("div", { class: "controls" }, find, this.said), this.list);
    this.valuesFrame = figure({ title: "Values along the line", note: "Of each ancestor, in training. A click selects it.", table: () => stepsTable(this.steps, app) });
    this.plot = new CurvePlot(this.valuesFrame.body, app, {
      label: "Values of the ancestors over generations",
      legend: this.valuesFrame.legend,
      pick: (index) => void app.select({ genome: [...this.steps].reverse()[index]?.key ?? null }),
    });
    this.difference = differencePanel(app);
    host.append(el("div", { class: "lineage-layout" }, this.frame.root, el("div", { class: "side" }, this.valuesFrame.root, this.difference.root)));
  }

  async read(): Promise<void> {
    const { app } = this;
    const shown = `${app.selection.run}/${app.genome}`;
    if (shown === this.shown) return; // the past of a genome does not change
    this.all = false;
    try {
      if (app.genome === null) {
        this.frame.say("There is no genome yet.");
        return;
      }
      this.steps = await this.lineage(app.genome);
      this.frame.say("");
      this.draw();
      this.difference.compare(this.steps[1]?.key ?? null, app.genome);
      this.shown = shown;
    } catch (error) {
      this.steps = [];
      this.shown = "";
      this.frame.say(sentence(error));
      this.valuesFrame.say("Nothing is known of its ancestors.");
      this.difference.compare(null, app.genome);
    }
  }

  /** The line of an ancestor is the end of the line that is shown. */
  private async lineage(key: number): Promise<Step[]> {
    try {
      return (await this.app.loadOfRun<Lineage>(`lineage/${key}`)).steps;
    } catch (error) {
      const at = this.steps.findIndex((step) => step.key === key);
      if (at < 0) throw error;
      return this.steps.slice(at);
    }
  }

  draw(): void {
    const { steps } = this;
    const text = this.search.value.toLowerCase();
    const found = steps.map((_, i) => i).filter((i) => !text || stepText(steps[i]).includes(text));
    const shown = this.all || text ? found : found.slice(0, FIRST);
    this.list.replaceChildren(...shown.map((i) => this.item(i)));
    if (shown.length < found.length) {
      this.list.append(el("li", { class: "more" }, button(`Show all ${found.length} steps`, () => {
        this.all = true;
        this.draw();
      })));
    }
    this.said.textContent = text ? `${count(found.length, "step")} of ${steps.length}` : count(steps.length, "step");
    this.drawValues();
    this.frame.refresh();
  }

  private item(i: number): HTMLElement {
    const [step, before] = [this.steps[i], this.steps[i + 1]];
    const chosen = step.key === this.app.genome;
    const title = button(`Genome ${step.key}`, () => void this.app.select({ genome: step.key }), { class: "link" });
    const facts = el("span", { class: "note" }, `generation ${step.generation}`);
    if (step.mate >= 0) facts.append(" · ", button(`mate ${step.mate}`, () => void this.app.select({ genome: step.mate }), { class: "link" }));
    const head = el("div", { class: "step-head" }, title, facts,
      ...step.operators.map((one) => el("span", { class: "tag" }, one.replaceAll("_", " "))));
    if (before) {
      head.append(button("Compare", () => this.difference.compare(before.key, step.key), { class: "small", "aria-label": `Compare genome ${step.key} with its parent` }));
    }
    return el("li", { class: chosen ? "step chosen" : "step", "aria-current": chosen ? "true" : null },
      head, el("div", { class: "step-values" }, ...this.values(step, before)), ...changeList(step, before === undefined && step.parent < 0));
  }

  private values(step: Step, before: Step | undefined): HTMLElement[] {
    const { objectives } = this.app.overview;
    return this.names().slice(0, VALUES).map((name) => {
      const value = step.values[name] ?? null;
      const objective = objectives.find((one) => one.name === name);
      const unit = unitOf(this.app.overview, name);
      const old = before?.values[name];
      const change = value !== null && old !== null && old !== undefined ? value - old : null;
      const better = change === null || change === 0 || !objective ? "" : change * objective.direction > 0 ? "better" : "worse";
      return el("span", {}, `${name} ${number(value)}${unit ? ` ${unit}` : ""}`, change ? el("span", { class: better || "changed" }, ` ${signed(change)}`) : null);
    });
  }

  /** Names of values, objectives first; one that always equals an earlier one says nothing new. */
  private names(): string[] {
    const { objectives } = this.app.overview;
    const all = new Set([...objectives.map((one) => one.name), ...Object.keys(this.steps[0]?.values ?? {})]);
    const found: string[] = [];
    for (const name of all) {
      const known = this.steps.some((one) => (one.values[name] ?? null) !== null);
      const same = (other: string): boolean => this.steps.every((one) => one.values[other] === one.values[name]);
      if (known && !found.some(same)) found.push(name);
    }
    return found;
  }

  private drawValues(): void {
    const steps = [...this.steps].reverse();
    const names = this.names();
    this.valuesFrame.say(steps.length > 1 && names.length ? "" : "The genome has no ancestors.");
    if (steps.length < 2 || !names.length) return;
    const lines = names.slice(0, VALUES).map((name, k): Line => ({
      name, colour: this.app.colours.series[k], values: relative(steps.map((one) => one.values[name] ?? null)), said: steps.map((one) => one.values[name] ?? null),
    }));
    this.plot.show({ x: steps.map((one) => one.generation), xLabel: "generation", yLabel: "share of the largest value along the line", lines, height: 200, zero: true });
    this.valuesFrame.refresh();
  }
}

/** Values of different units in one picture: as shares of the largest. */
function relative(values: Num[]): Num[] {
  const largest = Math.max(...values.map((one) => Math.abs(one ?? 0)));
  return values.map((one) => (one === null || !largest ? null : one / largest));
}

function changeList(step: Step, founder: boolean): HTMLElement[] {
  if (founder) return [el("p", { class: "note" }, "A founder.")];
  if (!step.changes.length) return [el("p", { class: "note" }, "Nothing changed.")];
  const line = (text: string): HTMLElement => el("li", { class: kindOf(text) }, text);
  const first = el("ul", { class: "changes" }, ...step.changes.slice(0, CHANGES).map(line));
  const rest = step.changes.slice(CHANGES);
  if (!rest.length) return [first];
  return [first, el("details", {}, el("summary", {}, `${count(rest.length, "more change")}`), el("ul", { class: "changes" }, ...rest.map(line)))];
}

function kindOf(text: string): string {
  if (text.startsWith("+")) return "gained";
  return text.startsWith("−") || text.startsWith("-") ? "lost" : "altered";
}

function stepText(step: Step): string {
  return [`genome ${step.key}`, ...step.operators, ...step.changes].join("\n").toLowerCase();
}

function stepsTable(steps: Step[], app: App): TableData {
  const names = Object.keys(steps[0]?.values ?? {});
  return {
    caption: "Ancestors, youngest first",
    columns: [
      { name: "genome", values: steps.map((one) => one.key), show: (one) => String(one) },
      { name: "generation", values: steps.map((one) => one.generation) },
      { name: "mate", values: steps.map((one) => (one.mate < 0 ? null : one.mate)), show: (one) => (one === null ? "–" : String(one)) },
      { name: "operators", values: steps.map((one) => one.operators.join(", ")) },
      { name: "changes", values: steps.map((one) => one.changes.join("; ")) },
      ...names.map((name) => ({ name: label(name, unitOf(app.overview, name)), values: steps.map((one) => one.values[name] ?? null) })),
    ],
    pick: (row) => void app.select({ genome: steps[row].key }),
    chosen: (row) => steps[row].key === app.genome,
  };
}
