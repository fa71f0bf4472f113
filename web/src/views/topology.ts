/** The topology, alive: a network and an episode of it under one scrubber. */

import { type App, sentence } from "../app.ts";
import type { Episode, GenomeView, Overview } from "../contract.ts";
import { button, chooser, el, set } from "../dom.ts";
import { figure } from "../figure.ts";
import { count, number } from "../format.ts";
import { table } from "../table.ts";
import { activityOf } from "../episode/activity.ts";
import type { Activity } from "../episode/activity.ts";
import { Board } from "../episode/board.ts";
import { Player } from "../episode/player.ts";
import { rasterNeuron } from "../episode/raster.ts";
import type { Recorded } from "../episode/recorded.ts";
import { EPISODE_TABLES, episodeTable } from "../episode/tables.ts";
import type { EpisodeTable } from "../episode/tables.ts";
import { TaskPanel } from "../episode/task.ts";
import { tracksOf } from "../episode/tracks.ts";
import { Controls } from "../topology/controls.ts";
import type { Part } from "../topology/filters.ts";
import { graphOf } from "../topology/graph.ts";
import type { Graph } from "../topology/graph.ts";
import { layOutSoon } from "../topology/layout.ts";
import { networkLegend } from "../topology/legend.ts";
import { momentAt } from "../topology/live.ts";
import { fillPanel } from "../topology/panel.ts";
import { partName, partOf, selectionOf, summary } from "../topology/parts.ts";
import { Picture } from "../topology/picture.ts";
import { settle } from "../topology/settle.ts";
import { partTable } from "../topology/tables.ts";
import type { TableKind } from "../topology/tables.ts";
import { WhatIf } from "../topology/whatif.ts";

/** Show the selected genome, and follow the selection. */
export async function mount(host: HTMLElement, app: App): Promise<void> {
  const view = new TopologyView(host, app);
  app.subscribe(host, ["run", "genome"], () => void view.load());
  app.subscribe(host, ["neuron", "synapse", "astrocyte"], () => view.selected());
  app.subscribe(host, ["time"], () => view.timed());
  app.subscribe(host, ["theme"], () => view.coloured());
  await view.load();
}

class TopologyView {
  readonly #app: App;
  readonly #picture: Picture;
  readonly #controls: Controls;
  readonly #player: Player;
  readonly #board: Board;
  readonly #task = new TaskPanel();
  readonly #panel = el("div", { class: "panel", "aria-live": "polite" });
  readonly #hint = el("div", { class: "hint", role: "tooltip", hidden: true });
  readonly #legend = el("div", { class: "legend" });
  readonly #facts = el("div", { class: "genome-facts" });
  readonly #message = el("p", { class: "empty", role: "status", hidden: true });
  readonly #stage: HTMLElement;
  readonly #boardFrame;
  readonly #tables;
  readonly #whatif: WhatIf | null;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #graph: Graph | null = null;
  #view: GenomeView | null = null;
  #recorded: Recorded | null = null;
  #activity: Activity | null = null;
  #dormant = false;
  #loads = 0;
  #tableKind: TableKind = "neurons";
  #episodeTable: EpisodeTable = "steps";

  constructor(host: HTMLElement, app: App) {
    this.#app = app;
    this.#picture = new Picture("Picture of the network. Arrow keys walk from neuron to neuron, plus and minus zoom, 0 fits.", {
      select: (part) => this.#select(part),
      point: (part, x, y) => this.#point(part, x, y),
    });
    this.#controls = new Controls({
      filter: (filter) => {
        this.#picture.setFilter(filter);
        this.#controls.tell(this.#picture.visible);
      },
      dormant: (on) => {
        this.#dormant = on;
        void this.#lay(true);
      },
    });
    this.#player = new Player({ time: (time, speed) => this.#at(time, speed), rest: (time) => this.#rest(time) });
    this.#board = new Board(app.colours, {
      time: (time) => {
        this.#player.pause();
        this.#player.go(time);
      },
      pick: (track, share) => this.#pickRow(track, share),
    });
    this.#whatif = app.site.live ? new WhatIf(app, () => this.#crossOut(), (part) => this.#select(part)) : null;
    this.#stage = this.#buildStage();
    this.#boardFrame = this.#buildBoard();
    this.#tables = this.#buildTables();
    host.append(this.#message, this.#stage);
    if (this.#whatif) {
      const frame = figure({ title: "What if …", note: "Lesions and changes of traits; nothing of the run changes.", kind: "wide" });
      frame.body.append(this.#whatif.element);
      host.append(frame.root);
    }
    host.append(this.#boardFrame.root, this.#tables.root);
    host.addEventListener("keydown", (event) => this.#key(event));
    // nothing has the focus when the page opens: space should play then
    document.addEventListener("keydown", (event) => {
      const scrolls = ["Home", "End", "PageUp", "PageDown"].includes(event.key);
      if (event.target === document.body && !scrolls && !host.closest("[hidden]")) this.#key(event);
    });
  }

  #buildStage(): HTMLElement {
    const zoom = el("div", { class: "zoom", role: "group", "aria-label": "Zoom" },
      button("+", () => this.#picture.zoom(1.3), { "aria-label": "Zoom in" }),
      button("−", () => this.#picture.zoom(1 / 1.3), { "aria-label": "Zoom out" }),
      button("Fit", () => this.#picture.fit(), { "aria-label": "Fit the whole network" }));
    const picture = el("div", { class: "picture" }, this.#picture.element, zoom, this.#hint);
    const main = el("section", { class: "figure stage-main", "aria-label": "Network" },
      el("header", {}, this.#facts, this.#controls.element), this.#controls.panel, picture, this.#legend, this.#player.element);
    const side = el("div", { class: "stage-side" },
      el("section", { class: "figure", "aria-label": "Task", tabindex: 0 }, this.#task.element),
      el("section", { class: "figure", "aria-label": "Selection", tabindex: 0 }, this.#panel));
    return el("div", { class: "stage" }, main, side);
  }

  #buildBoard() {
    const frame = figure({
      title: "Episode",
      kind: "wide episode",
      file: "episode",
      table: () => {
        if (!this.#recorded) throw new Error("no episode is recorded");
        return episodeTable(this.#recorded, this.#episodeTable);
      },
    });
    frame.tools.append(chooser("Table of", [...EPISODE_TABLES], this.#episodeTable, (value) => {
      this.#episodeTable = value as EpisodeTable;
      frame.refresh();
    }));
    frame.body.append(this.#board.element);
    return frame;
  }

  #buildTables() {
    const frame = figure({ title: "All parts of the network", kind: "wide parts" });
    const kinds: TableKind[] = ["neurons", "synapses", "astrocytes", "regions"];
    const buttons = kinds.map((kind) => button(kind, () => show(kind, true)));
    const show = (kind: TableKind, toggle: boolean): void => {
      const open = frame.body.firstChild !== null && this.#tableKind === kind && toggle;
      this.#tableKind = kind;
      buttons.forEach((one, i) => set(one, { "aria-expanded": String(!open && kinds[i] === kind) }));
      if (!this.#graph || open) return frame.body.replaceChildren();
      const traits = this.#app.overview.traits;
      frame.body.replaceChildren(table(partTable(this.#graph, kind, traits, () => this.#chosen, (part) => this.#select(part))));
    };
    frame.tools.append(...buttons);
    const refresh = (): void => {
      if (frame.body.firstChild) show(this.#tableKind, false);
    };
    return { root: frame.root, refresh };
  }

  /** Load the selected genome and its episode. */
  async load(): Promise<void> {
    const load = ++this.#loads;
    this.#player.pause();
    const key = this.#app.genome;
    try {
      if (key === null) return this.#say("No genome has been evaluated yet. This page shows the first one as soon as there is one.");
      const view = await this.#app.loadOfRun<GenomeView>(`genome/${key}`);
      if (load !== this.#loads) return;
      this.#view = view;
      this.#recorded = this.#activity = null;
      this.#say("");
      await this.#lay(false);
      if (load !== this.#loads) return;
      await this.#loadEpisode(load, key);
    } catch (error) {
      if (load === this.#loads) this.#say(sentence(error));
    }
  }

  async #loadEpisode(load: number, key: number): Promise<void> {
    this.#task.say("The episode is being recorded …");
    this.#boardFrame.say("The episode is being recorded …");
    set(this.#player.element, { hidden: true });
    try {
      const episode = await this.#app.loadOfRun<Episode>(`episode/${key}`);
      if (load === this.#loads && this.#view) this.#play(this.#view, episode);
    } catch (error) {
      if (load !== this.#loads) return;
      this.#task.say("There is no episode to show.");
      this.#picture.setActivity(null);
      this.#boardFrame.say(sentence(error));
    }
  }

  /** Lay the network out and show it. */
  async #lay(keep: boolean): Promise<void> {
    if (!this.#view) return;
    const graph = graphOf(this.#view, this.#dormant);
    const layout = await layOutSoon(graph, settle, this.#picture.aspect);
    this.#graph = graph;
    this.#picture.show(graph, layout, this.#app.colours);
    this.#controls.show(graph, keep);
    this.#picture.setActivity(this.#activity);
    this.#facts.replaceChildren(...genomeFacts(this.#view, this.#app.overview));
    this.#legend.replaceChildren(...networkLegend(graph, this.#activity !== null));
    this.#whatif?.show(graph);
    this.#tables.refresh();
    this.selected();
    if (this.#activity) this.#at(this.#player.time, this.#player.speed);
  }

  #play(view: GenomeView, episode: Episode): void {
    this.#activity = activityOf(view, episode);
    this.#recorded = {
      activity: this.#activity,
      episode,
      view,
      overview: this.#app.overview,
      selected: () => ({
        neuron: this.#chosen?.kind === "neuron" ? this.#chosen.index : -1,
        astrocyte: this.#chosen?.kind === "astrocyte" ? this.#chosen.index : -1,
      }),
    };
    set(this.#player.element, { hidden: false });
    this.#task.load(episode);
    this.#picture.setActivity(this.#activity);
    if (this.#graph) this.#legend.replaceChildren(...networkLegend(this.#graph, true));
    this.#boardFrame.say("");
    this.#boardFrame.note(episodeNote(episode));
    this.#board.show(tracksOf(this.#recorded, this.#app.colours), episode.n_ms, episode.step_ms);
    this.#boardFrame.refresh();
    this.#player.load(episode.n_ms, episode.step_ms, this.#app.selection.time ?? 0);
  }

  #say(text: string): void {
    this.#message.textContent = text;
    set(this.#message, { hidden: !text });
    for (const part of [this.#stage, this.#boardFrame.root, this.#tables.root]) set(part, { hidden: Boolean(text) });
  }

  /** Something else is selected, here or in another view. */
  selected(): void {
    if (!this.#graph) return;
    const part = this.#chosen;
    this.#picture.setSelected(part);
    this.#controls.tell(this.#picture.visible);
    const traits = this.#app.overview.traits;
    fillPanel(this.#panel, this.#graph, part, traits, () => this.#select(null), part ? (this.#whatif?.actionsFor(part) ?? []) : []);
    this.#board.setColours(this.#app.colours);
    this.#tables.refresh();
  }

  /** Another time is selected, here or elsewhere. */
  timed(): void {
    const { time } = this.#app.selection;
    if (this.#recorded && time !== null && !this.#player.playing && time !== this.#player.time) this.#player.go(time);
  }

  coloured(): void {
    this.#picture.setColours(this.#app.colours);
    this.#board.setColours(this.#app.colours);
    if (!this.#recorded) return;
    const { episode } = this.#recorded;
    this.#board.show(tracksOf(this.#recorded, this.#app.colours), episode.n_ms, episode.step_ms);
  }

  get #chosen(): Part | null {
    return this.#graph ? partOf(this.#graph, this.#app.selection) : null;
  }

  #select(part: Part | null): void {
    if (this.#graph) void this.#app.select(selectionOf(this.#graph, part));
  }

  #point(part: Part | null, x: number, y: number): void {
    set(this.#hint, { hidden: part === null });
    if (!part || !this.#graph) return;
    this.#hint.replaceChildren(el("strong", {}, partName(this.#graph, part)), el("span", {}, summary(this.#graph, part)));
    const width = this.#picture.element.clientWidth;
    this.#hint.style.left = `${Math.max(0, Math.min(x + 14, width - 250))}px`;
    const below = y < this.#picture.element.clientHeight - 90;
    this.#hint.style.top = below ? `${y + 16}px` : "";
    this.#hint.style.bottom = below ? "" : `${this.#picture.element.clientHeight - y + 10}px`;
  }

  #pickRow(track: string, share: number): void {
    if (!this.#recorded) return;
    if (track === "raster") this.#select({ kind: "neuron", index: rasterNeuron(this.#recorded, share) });
    const rows = this.#recorded.view.astrocytes.gene.length;
    if (track === "calcium" && rows > 6) this.#select({ kind: "astrocyte", index: Math.min(rows - 1, Math.floor(share * rows)) });
  }

  #at(time: number, speed: number): void {
    if (!this.#recorded) return;
    this.#picture.setMoment(momentAt(time, speed, this.#calm.matches));
    this.#board.setTime(time);
    if (this.#player.playing) this.#board.follow(time);
    this.#task.setTime(time);
  }

  #rest(time: number): void {
    this.#board.tell();
    if (this.#recorded && this.#app.selection.time !== time) void this.#app.select({ time });
  }

  #crossOut(): void {
    if (!this.#graph || !this.#whatif) return;
    const { neurons, synapses, astrocytes } = this.#whatif.cutOut;
    const place = (kind: Part["kind"]) => (index: number) => this.#picture.placeOf({ kind, index });
    this.#picture.setLesions([...neurons.map(place("neuron")), ...synapses.map(place("synapse")), ...astrocytes.map(place("astrocyte"))]);
  }

  #key(event: KeyboardEvent): void {
    const target = event.target as Element;
    const typing = target.matches("input:not([type=range]), select, textarea");
    const onButton = target.matches("button, summary, a") && (event.key === " " || event.key === "Enter");
    if (typing || onButton || event.ctrlKey || event.metaKey || event.altKey) return;
    const inTable = target.closest(".table-scroll") !== null;
    const otherSlider = target.matches("input[type=range]:not(.scrubber)");
    if (inTable || otherSlider || !this.#recorded) return;
    if (this.#player.key(event)) event.preventDefault();
  }
}

function genomeFacts(view: GenomeView, overview: Overview): HTMLElement[] {
  const parts = [count(view.neurons.id.length, "neuron"), count(view.synapses.id.length, "synapse"),
    count(view.astrocytes.count.reduce((sum, one) => sum + one, 0), "astrocyte")];
  const best = view.key === overview.best ? ", the best" : "";
  const values = overview.objectives.map((one) => `${one.name} ${number(view.values[one.name])}${one.unit ? ` ${one.unit}` : ""}`);
  if (view.validation?.return !== undefined && view.validation.return !== null) values.push(`return ${number(view.validation.return)} on fresh episodes`);
  const status = view.status === "ok" ? "" : view.status;
  return [
    el("h2", {}, `Genome ${view.key}${best}`),
    el("span", {}, parts.join(" · ")),
    el("span", { class: "muted" }, [`generation ${view.generation}`, ...values, status].filter(Boolean).join(" · ")),
  ];
}

function episodeNote(episode: Episode): string {
  const steps = `${count(episode.steps, "step")} of ${number(episode.step_ms)} ms`;
  const how = episode.complete ? `in ${steps}` : `in all, of which the first ${steps} are here`;
  return `${episode.purpose.charAt(0).toUpperCase()}${episode.purpose.slice(1)}, seed ${episode.seed}: return ${number(episode.episode_return)} ${how}.`;
}
