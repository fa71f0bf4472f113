/** Objectives and measures of individuals against one another, with the front of every generation. */
import { type App, sentence } from "../app.ts";
import { CurvePlot } from "../charts/curves.ts";
import { Scatter, type ScatterData, type Trail } from "../charts/scatter.ts";
import { extent } from "../charts/scales.ts";
import { merged, packed, within } from "../charts/points.ts";
import type { Fronts, History, Individuals } from "../contract.ts";
import { button, checkbox, chooser, el, set } from "../dom.ts";
import { figure } from "../figure.ts";
import { count, label, number } from "../format.ts";
import type { TableData } from "../table.ts";
import { alpha } from "../theme.ts";
import { brushPanel } from "./brush.ts";
import { colouring } from "./colouring.ts";
import { unitOf } from "./units.ts";

const TRAILS = 60; // fronts drawn at the same time

interface Choices {
  x: string;
  y: string;
  colour: string;
  all: boolean; // individuals beside the fronts
  trail: boolean;
}

interface Loaded {
  rows: Individuals;
  fronts: { generation: number; rows: number[] }[]; // rows: indices of individuals
  history: History;
}

export async function mount(host: HTMLElement, app: App): Promise<void> {
  const view = new FrontView(host, app);
  app.subscribe(host, ["run", "data"], () => void view.read());
  app.subscribe(host, ["theme", "species", "brush", "generation"], () => view.draw());
  app.subscribe(host, ["genome"], () => view.drawSelected());
  await view.read();
}

class FrontView {
  private readonly app: App;
  private readonly frame;
  private readonly scatter: Scatter;
  private readonly volume: CurvePlot;
  private readonly volumeFrame;
  private readonly controls = el("div", { class: "controls" });
  private readonly found = el("p", { class: "found", role: "status" });
  private readonly brush;
  private readonly card: HTMLElement;
  private readonly side = el("div", { class: "side" });
  private choices: Choices = { x: "", y: "", colour: "generation", all: true, trail: true };
  private loaded: Loaded | null = null;
  private inside: Uint8Array = new Uint8Array();
  private readonly columns = new Map<string, Float64Array>();
  private index = new Map<number, number>(); // rows by key

  constructor(host: HTMLElement, app: App) {
    this.app = app;
    this.frame = figure({
      title: "Front",
      kind: "fills",
      note: "Each point is an individual. Lines join the front of each generation, the last one boldest. Drag to brush, click a point to select its genome everywhere.",
      table: () => this.table(),
      file: "individuals",
    });
    this.scatter = new Scatter(this.frame.body, app, {
      label: "Individuals by two of their values",
      choose: (index) => this.choose(index),
      brush: (x, y) => this.brushed(x, y),
      clear: () => void app.select({ brush: [] }),
    });
    this.volumeFrame = figure({
      title: "Hypervolume",
      note: "What the front dominates. A click selects the generation, and its front is drawn.",
      table: () => this.volumeTable(),
    });
    this.volume = new CurvePlot(this.volumeFrame.body, app, {
      label: "Hypervolume over generations",
      pick: (index) => void app.select({ generation: this.loaded?.history.number[index] ?? null }),
      picked: () => this.generationIndex(),
    });
    this.brush = brushPanel(app);
    const card = figure({ title: "Selected genome" });
    this.card = card.body;
    this.frame.root.insertBefore(this.controls, this.frame.body);
    this.frame.root.insertBefore(this.found, this.frame.legend);
    this.side.append(card.root, this.brush.root, this.volumeFrame.root);
    host.append(el("div", { class: "front-layout" }, this.frame.root, this.side));
  }

  async read(): Promise<void> {
    try {
      const { app } = this;
      const later = Promise.all([app.loadOfRun<Individuals>("individuals"), app.loadOfRun<Fronts>("fronts")]);
      later.catch(() => undefined); // it is waited for below
      const history = await app.loadOfRun<History>("history");
      if (!this.loaded) this.drawVolume(history);
      const [rows, fronts] = await later;
      this.index = new Map(rows.key.map((key, i) => [key, i]));
      this.columns.clear();
      const places = fronts.front.map((keys, k) => ({
        generation: fronts.generation[k],
        rows: keys.map((key) => this.index.get(key) ?? -1).filter((i) => i >= 0),
      }));
      this.loaded = { rows, fronts: places, history };
      this.offer();
      this.frame.say(rows.key.length ? "" : "No individual was evaluated yet.");
      set(this.side, { hidden: !rows.key.length });
      this.draw();
    } catch (error) {
      this.loaded = null;
      this.frame.say(sentence(error));
      set(this.side, { hidden: true });
    }
  }

  /** Offer what this run has; keep choices that it has too. */
  private offer(): void {
    const { overview } = this.app;
    const names = this.names();
    const [first, second] = overview.objectives.map((one) => one.name);
    const { choices } = this;
    if (!names.includes(choices.x)) choices.x = second ?? first ?? names[0] ?? "";
    if (!names.includes(choices.y)) choices.y = second ? first : (names.find((one) => one !== choices.x) ?? "");
    const colours = ["generation", ...(overview.species ? ["species"] : []), ...names];
    if (!colours.includes(choices.colour)) choices.colour = "generation";
    const change = (part: Partial<Choices>): void => {
      this.choices = { ...this.choices, ...part };
      this.draw();
    };
    const named = (all: string[]): [string, string][] => all.map((one) => [one, this.unitLabel(one)]);
    this.controls.replaceChildren(
      chooser("Across", named(names), choices.x, (x) => change({ x })),
      chooser("Up", named(names), choices.y, (y) => change({ y })),
      chooser("Colour", named(colours), choices.colour, (colour) => change({ colour })),
      checkbox("all individuals", choices.all, (all) => change({ all })),
      checkbox("earlier fronts", choices.trail, (trail) => change({ trail })),
    );
    this.brush.offer(names, (name) => extent(this.values(name)) ?? [0, 1]);
  }

  private names(): string[] {
    const names = Object.keys(this.loaded?.rows.values ?? {});
    const first = this.app.overview.objectives.map((one) => one.name).filter((one) => names.includes(one));
    return [...first, ...names.filter((one) => !first.includes(one))];
  }

  private values(name: string): Float64Array {
    const known = this.columns.get(name) ?? packed(this.loaded?.rows.values[name] ?? []);
    this.columns.set(name, known);
    return known;
  }

  private unitLabel(name: string): string {
    return label(name, unitOf(this.app.overview, name));
  }

  draw(): void {
    const loaded = this.loaded;
    if (!loaded?.rows.key.length) return;
    const { rows } = loaded;
    const { app, choices } = this;
    const n = rows.key.length;
    this.inside = within((name) => (rows.values[name] ? this.values(name) : null), n, app.selection.brush);
    const { species } = app.selection;
    if (species !== null) for (let i = 0; i < n; i++) if (rows.species[i] !== species) this.inside[i] = 0;
    const colours = colouring(rows, choices.colour, app);
    const trails = this.trails(loaded);
    const data: ScatterData = {
      x: this.values(choices.x),
      y: this.values(choices.y),
      xLabel: this.unitLabel(choices.x),
      yLabel: this.unitLabel(choices.y),
      bin: colours.bin,
      colours: colours.colours,
      lit: this.inside,
      drawn: this.drawn(loaded),
      trails: trails.lines,
      selected: this.index.get(app.genome ?? -1) ?? -1,
      rectangle: this.rectangle(),
      describe: (i) => this.describe(i),
      order: trails.last,
    };
    this.scatter.show(data);
    this.frame.legend.replaceChildren(...colours.legend);
    this.sayFound(loaded);
    this.brush.draw();
    this.drawCard(rows);
    this.drawVolume(loaded.history);
    this.frame.refresh();
  }

  drawSelected(): void {
    if (!this.loaded) return;
    this.scatter.select(this.index.get(this.app.genome ?? -1) ?? -1);
    this.drawCard(this.loaded.rows);
    this.frame.refresh();
  }

  private drawn({ rows, fronts }: Loaded): Uint8Array {
    const n = rows.key.length;
    const drawn = new Uint8Array(n).fill(this.choices.all ? 1 : 0);
    if (!this.choices.all) for (const front of fronts) for (const i of front.rows) drawn[i] = 1;
    for (let i = 0; i < n; i++) if (rows.failed[i]) drawn[i] = 0;
    return drawn;
  }

  /** Fronts as lines: older ones fade; the last, or that of the selected generation, is bold. */
  private trails({ fronts }: Loaded): { lines: Trail[]; last: number[] } {
    const { generation } = this.app.selection;
    const wanted = generation === null ? -1 : fronts.findLastIndex((one) => one.generation <= generation);
    const at = wanted < 0 ? fronts.length - 1 : wanted;
    const x = this.values(this.choices.x);
    const sorted = (k: number): number[] => [...(fronts[k]?.rows ?? [])].sort((a, b) => Number(x[a]) - Number(x[b]));
    const step = Math.max(1, Math.ceil(fronts.length / TRAILS));
    const lines: Trail[] = [];
    const join = this.join();
    const { colours } = this.app;
    if (this.choices.trail) {
      for (let k = at % step; k < at; k += step) {
        const age = (at - k) / fronts.length;
        const colour = alpha(colours.ink, 0.05 + 0.35 * (1 - age) ** 4);
        lines.push({ points: sorted(k), colour, width: 1, join, dot: 2 });
      }
    }
    const last = sorted(at);
    lines.push({ points: last, colour: colours.ink, width: 2, join, dot: 4 });
    return { lines, last };
  }

  /** A front of two objectives attains a stair; other values say nothing between points. */
  private join(): Trail["join"] {
    const { objectives } = this.app.overview;
    const x = objectives.find((one) => one.name === this.choices.x);
    const y = objectives.find((one) => one.name === this.choices.y);
    if (!x || !y || x === y) return "none";
    if (objectives.length > 2) return "straight";
    return x.direction < 0 ? "after" : "before";
  }

  private generationIndex(): number | null {
    const { generation } = this.app.selection;
    const index = generation === null ? -1 : (this.loaded?.history.number.indexOf(generation) ?? -1);
    return index < 0 ? null : index;
  }

  private describe(i: number): [string, string][] {
    const rows = this.loaded?.rows;
    if (!rows) return [["", ""]];
    const { x, y, colour } = this.choices;
    const found: [string, string][] = [["Genome", String(rows.key[i])], ["generation", String(rows.generation[i])]];
    for (const name of new Set([x, y, colour])) {
      if (rows.values[name]) found.push([this.unitLabel(name), number(rows.values[name][i])]);
    }
    if (rows.species[i] >= 0 && this.app.overview.species) found.push(["species", String(rows.species[i])]);
    return found;
  }

  private choose(index: number): void {
    const key = this.loaded?.rows.key[index];
    if (key !== undefined) void this.app.select({ genome: key });
  }

  private brushed(x: [number, number], y: [number, number]): void {
    const { choices, app } = this;
    const fresh = [{ name: choices.x, low: round(x[0]), high: round(x[1]) }];
    if (choices.y !== choices.x) fresh.push({ name: choices.y, low: round(y[0]), high: round(y[1]) });
    void app.select({ brush: merged(app.selection.brush, fresh) });
  }

  private rectangle(): ScatterData["rectangle"] {
    const find = (name: string) => this.app.selection.brush.find((one) => one.name === name);
    const [x, y] = [find(this.choices.x), find(this.choices.y)];
    if (!x && !y) return null;
    const all: [number, number] = [-Infinity, Infinity];
    return { x: x ? [x.low, x.high] : all, y: y ? [y.low, y.high] : all };
  }

  private sayFound({ rows }: Loaded): void {
    const n = this.inside.reduce((sum, one) => sum + one, 0);
    const sampled = rows.sampled ? " This is an even sample of a large run, with every member of a front." : "";
    const filtered = this.app.selection.brush.length > 0 || this.app.selection.species !== null;
    this.found.textContent = (filtered ? `${count(n, "individual")} of ${count(rows.key.length, "individual")} selected.` : `${count(rows.key.length, "individual")}.`) + sampled;
  }

  private drawCard(rows: Individuals): void {
    const { app } = this;
    const i = this.index.get(app.genome ?? -1) ?? -1;
    if (i < 0) {
      this.card.replaceChildren(el("p", { class: "note" }, `Genome ${app.genome ?? "–"} is not among these individuals.`));
      return;
    }
    const facts: [string, string][] = [["genome", String(rows.key[i])], ["generation", String(rows.generation[i])]];
    if (app.overview.species && rows.species[i] >= 0) facts.push(["species", String(rows.species[i])]);
    for (const name of this.names()) facts.push([this.unitLabel(name), number(rows.values[name][i])]);
    const open = (view: string, title: string) => button(title, () => void app.select({ view }));
    this.card.replaceChildren(
      el("dl", { class: "fact-rows" }, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
      el("div", { class: "tools" }, open("topology", "Topology"), open("lineage", "Lineage")),
    );
  }

  private drawVolume(history: History): void {
    const none = history.hypervolume.every((one) => one === null);
    this.volumeFrame.say(none ? "This run has no hypervolume." : "");
    set(this.volumeFrame.root, { hidden: none });
    if (none) return;
    const line = { name: "hypervolume", colour: this.app.colours.series[2], values: history.hypervolume };
    this.volume.show({ x: history.number, xLabel: "generation", yLabel: "hypervolume", lines: [line], height: 190 });
    this.volumeFrame.refresh();
  }

  private volumeTable(): TableData {
    const history = this.loaded?.history;
    return {
      caption: "Hypervolume by generation",
      columns: [{ name: "generation", values: history?.number ?? [] }, { name: "hypervolume", values: history?.hypervolume ?? [] }],
    };
  }

  /** The individuals that are brushed, those of the last front first. */
  private table(): TableData {
    const rows = this.loaded?.rows;
    if (!rows) return { caption: "", columns: [] };
    const order = rows.key.map((_, i) => i).filter((i) => this.inside[i]).reverse();
    const pick = <T>(values: T[]): T[] => order.map((i) => values[i]);
    return {
      caption: "Individuals that are selected, youngest first; a key selects the genome",
      columns: [
        { name: "genome", values: pick(rows.key), show: (one) => String(one) },
        { name: "generation", values: pick(rows.generation) },
        ...(this.app.overview.species ? [{ name: "species", values: pick(rows.species) }] : []),
        ...this.names().map((name) => ({ name: this.unitLabel(name), values: pick(rows.values[name]) })),
      ],
      pick: (row) => this.choose(order[row]),
      chosen: (row) => rows.key[order[row]] === this.app.genome,
    };
  }
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
