/** How the run went: ratios of glia to neurons first, then objectives, species, sizes, operators. */
import { type App, sentence } from "../app.ts";
import { CurvePlot, type Curves, type Line } from "../charts/curves.ts";
import type { History, Num, Quantiles } from "../contract.ts";
import { chooser, el } from "../dom.ts";
import { type Figure, figure } from "../figure.ts";
import { label } from "../format.ts";
import type { Column, TableData } from "../table.ts";
import { drawOperators, operatorTable } from "./operators.ts";
import { mostGlia } from "./ratios.ts";
import { speciesLines, speciesNamed } from "./species.ts";

type Axis = "generation" | "evaluations" | "steps" | "time";

const AXES: Record<Axis, { label: string; unit: string; of: (h: History) => Num[] }> = {
  generation: { label: "generation", unit: "", of: (h) => h.number },
  evaluations: { label: "evaluations", unit: "", of: (h) => h.evaluations },
  steps: { label: "environment steps", unit: "", of: (h) => h.steps },
  time: { label: "time", unit: "s", of: (h) => h.seconds },
};

/** One picture of curves over the run. */
interface Panel {
  title: string;
  note?: string;
  kind?: string;
  height?: number;
  zero?: boolean;
  yLabel: string;
  lines: (history: History, app: App) => Line[];
  /** A sentence on what the picture shows. */
  found?: (history: History) => string;
  chosen?: (name: string) => void;
  named?: number;
  counts?: boolean;
  inLegend?: (history: History) => Set<string>;
}

export async function mount(host: HTMLElement, app: App): Promise<void> {
  let axis: Axis = "generation";
  let history: History | null = null;
  let built = "";
  const drawn: (() => void)[] = [];
  const marks: (() => void)[] = [];
  const grid = el("div", { class: "grid" });
  const controls = el("div", { class: "controls" }, chooser(
    "Over", Object.entries(AXES).map(([key, one]) => [key, label(one.label, one.unit)]), axis,
    (value) => {
      axis = value as Axis;
      drawAll();
    },
  ));
  const trouble = el("p", { class: "empty", role: "status", hidden: true });
  host.append(controls, trouble, grid);

  function drawAll(): void {
    for (const draw of drawn) draw();
  }

  function add(panel: Panel): void {
    const frame: Figure = figure({ ...panelOptions(panel), table: () => curveTable(panel.title, current(), panel.lines(current(), app)) });
    const plot = new CurvePlot(frame.body, app, {
      label: panel.title,
      legend: frame.legend,
      sync: "evolution",
      pick: (index) => void app.select({ generation: current().number[index] }),
      picked: () => indexOf(current(), app.selection.generation),
      ...(panel.chosen ? { chosenLine: panel.chosen } : {}),
    });
    const said = el("p", { class: "found", hidden: !panel.found });
    frame.root.insertBefore(said, frame.body);
    marks.push(() => plot.mark());
    drawn.push(() => {
      const lines = panel.lines(current(), app);
      const missing = !lines.some((line) => line.values.some((one) => one !== null));
      frame.say(missing ? "This run has no such values." : "");
      if (!missing) plot.show(curvesOf(panel, current(), lines, axis));
      said.textContent = panel.found?.(current()) ?? "";
      frame.refresh();
    });
    grid.append(frame.root);
  }
  const current = (): History => {
    if (!history) throw new Error("the history is not there yet");
    return history;
  };

  /** Frames stay as they are while a run goes on: with open tables, hidden lines and the focus. */
  function rebuild(wanted: Panel[]): void {
    const key = [app.selection.run, ...wanted.map((one) => one.title)].join("\n");
    if (key === built) return;
    built = key;
    drawn.length = 0;
    marks.length = 0;
    grid.replaceChildren();
    for (const panel of wanted) add(panel);
    addOperators(grid, app, current, drawn);
  }

  async function read(): Promise<void> {
    try {
      history = await app.loadOfRun<History>("history");
      trouble.hidden = history.number.length > 0;
      trouble.textContent = trouble.hidden ? "" : "No generation is finished yet.";
    } catch (error) {
      history = null;
      trouble.hidden = false;
      trouble.textContent = sentence(error);
    }
    grid.hidden = !history?.number.length;
    if (grid.hidden || !history) return;
    rebuild(panels(app, history));
    drawAll();
  }

  app.subscribe(host, ["run", "data"], () => void read());
  app.subscribe(host, ["theme", "species"], drawAll);
  app.subscribe(host, ["generation"], () => {
    for (const mark of marks) mark();
  });
  await read();
}

function panelOptions(panel: Panel): { title: string; note?: string; kind?: string } {
  return { title: panel.title, ...(panel.note ? { note: panel.note } : {}), ...(panel.kind ? { kind: panel.kind } : {}) };
}

function addOperators(grid: HTMLElement, app: App, history: () => History, drawn: (() => void)[]): void {
  if (!Object.keys(history().operators).length) return;
  const frame = figure({
    title: "Operators",
    kind: "wide",
    note: "How often each way of varying a genome was applied, and how many of the offspring it had a part in survived, or did better than their parent.",
    table: () => operatorTable(history()),
  });
  drawn.push(() => {
    drawOperators(frame.body, history(), app.colours);
    frame.refresh();
  });
  grid.append(frame.root);
}

/** Return the pictures that a run has. */
function panels(app: App, history: History): Panel[] {
  const { overview } = app;
  const found: Panel[] = [ratioPanel(app, history)];
  for (const objective of overview.objectives) {
    found.push({
      title: capital(objective.name),
      note: `Of each generation: median, quartiles, minimum and maximum. ${objective.direction > 0 ? "More" : "Less"} is better.`,
      yLabel: label(objective.name, objective.unit),
      lines: (h, a) => bandLine(objective.name, objective.unit, h.objectives[objective.name] ?? [], a.colours.series[0], true),
    });
  }
  found.push(returnPanel());
  if (history.hypervolume.some((one) => one !== null)) found.push(hypervolumePanel());
  found.push(sizesPanel(), frontPanel());
  if (history.species.length) found.push(speciesPanel(app));
  return found;
}

function ratioPanel(app: App, history: History): Panel {
  const dashed = history.optimum === null ? "" : " Dashed: the predicted optimum.";
  const said = history.optimum === null ? `No optimum is predicted. ${history.optimum_note.replace(/^None: /, "Reason: ")}` : history.optimum_note;
  return {
    title: "Glia per neuron, by region",
    kind: "wide",
    note: `Expressed ratio of each generation: median, with quartiles as a band.${dashed} ${said}`.trim(),
    yLabel: "astrocytes per neuron",
    found: (h) => mostGlia(h.number, h.ratios),
    height: 300,
    zero: true,
    lines: (h) => {
      const lines: Line[] = [];
      app.overview.regions.forEach((region, i) => {
        const colour = app.colours.series[i % app.colours.series.length];
        lines.push(...bandLine(region, "", h.ratios[region] ?? [], colour, false));
        const best = h.optimum?.[region] ?? [];
        if (best.some((one) => one !== null)) lines.push({ name: `${region}: predicted`, colour, values: best, width: 1.5, dash: [6, 5] });
      });
      return lines;
    },
  };
}

function returnPanel(): Panel {
  return {
    title: "Return",
    note: "Best and mean of each generation, in training. Fresh: what the best genome had on episodes that decide nothing, when it was last tried on some.",
    yLabel: "return",
    found: (h) => h.gap,
    lines: (h, app) => [
      { name: "best", colour: app.colours.series[1], values: h.best_return },
      ...(h.fresh_return.some((one) => one !== null)
        ? [{ name: "fresh", colour: app.colours.series[2], values: held(h.fresh_return), width: 1.5 }]
        : []),
      { name: "mean", colour: app.colours.series[0], values: h.mean_return },
    ],
  };
}

/** Return values with each standing until the next one is known. */
function held(values: Num[]): Num[] {
  let last: Num = null;
  return values.map((value) => (last = value ?? last));
}

function hypervolumePanel(): Panel {
  return {
    title: "Hypervolume",
    note: "What the front dominates; it grows as the front gets better.",
    yLabel: "hypervolume",
    lines: (h, app) => [{ name: "hypervolume", colour: app.colours.series[2], values: h.hypervolume }],
  };
}

function frontPanel(): Panel {
  return {
    title: "Front and failures",
    note: "Genomes on the front, and evaluations that failed.",
    yLabel: "genomes",
    zero: true,
    counts: true,
    lines: (h, app) => [
      { name: "on the front", colour: app.colours.series[0], values: h.front_size },
      { name: "failed", colour: app.colours.series[1], values: h.failures },
    ],
  };
}

function sizesPanel(): Panel {
  return {
    title: "Sizes",
    note: "Median of each generation, with quartiles. A click on a name hides it.",
    yLabel: "genes or cells",
    zero: true,
    lines: (h, app) => Object.entries(h.sizes).flatMap(([name, rows], i) => bandLine(name, "", rows, app.colours.series[i % 8], false)),
  };
}

function speciesPanel(app: App): Panel {
  const pick = (name: string): void => {
    const number = Number(name.replace("species ", ""));
    if (Number.isInteger(number)) void app.select({ species: app.selection.species === number ? null : number });
  };
  return {
    title: "Species",
    kind: "wide",
    note: "Members in each generation, one above another. A click on a name selects the species everywhere.",
    yLabel: "members",
    zero: true,
    chosen: pick,
    named: 8,
    counts: true,
    inLegend: (h) => speciesNamed(h),
    lines: (h) => speciesLines(h, app),
  };
}

function bandLine(name: string, unit: string, rows: (Quantiles | null)[], colour: string, outer: boolean): Line[] {
  const at = (k: number): Num[] => rows.map((row) => row?.[k] ?? null);
  const bands = [{ low: at(1), high: at(3), alpha: 0.25 }];
  if (outer) bands.unshift({ low: at(0), high: at(4), alpha: 0.12 });
  return rows.length ? [{ name, unit, colour, values: at(2), bands }] : [];
}

function curvesOf(panel: Panel, history: History, lines: Line[], axis: Axis): Curves {
  const { label: name, unit, of } = AXES[axis];
  const known = of(history);
  const whole = known.every((one) => one !== null);
  return {
    x: (whole ? known : history.number) as number[],
    xLabel: whole ? label(name, unit) : "generation (times are not recorded)",
    yLabel: panel.yLabel,
    lines,
    ...(panel.height ? { height: panel.height } : {}),
    ...(panel.zero ? { zero: true } : {}),
    ...(panel.named ? { named: panel.named } : {}),
    ...(panel.counts ? { counts: true } : {}),
    ...(panel.inLegend ? { inLegend: panel.inLegend(history) } : {}),
  };
}

function curveTable(title: string, history: History, lines: Line[]): TableData {
  const columns: Column[] = [{ name: "generation", values: history.number }, { name: "evaluations", values: history.evaluations }];
  for (const line of lines) {
    const unit = line.unit ?? "";
    columns.push({ name: line.name, unit, values: line.said ?? line.values });
    if (line.said) continue;
    for (const [k, band] of [...(line.bands ?? [])].entries()) {
      const words = (line.bands?.length ?? 0) > 1 && k === 0 ? ["minimum", "maximum"] : ["1st quartile", "3rd quartile"];
      columns.push({ name: `${line.name}, ${words[0]}`, unit, values: band.low }, { name: `${line.name}, ${words[1]}`, unit, values: band.high });
    }
  }
  return { caption: `${title}, by generation`, columns };
}

function indexOf(history: History, generation: number | null): number | null {
  if (generation === null) return null;
  const index = history.number.indexOf(generation);
  return index < 0 ? null : index;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
