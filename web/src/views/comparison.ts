/** Runs grouped by settings: curves with bands, what was solved, fronts attained, tests. */
import { type App, sentence } from "../app.ts";
import { CurvePlot, type Line } from "../charts/curves.ts";
import { sharedAxis } from "../charts/shared_axis.ts";
import { Attainment } from "../charts/attainment.ts";
import type { Comparison } from "../contract.ts";
import { el } from "../dom.ts";
import { type Figure, figure, legendEntry } from "../figure.ts";
import { count, number } from "../format.ts";
import { table, type TableData } from "../table.ts";

type Group = Comparison["groups"][number];

export async function mount(host: HTMLElement, app: App): Promise<void> {
  const grid = el("div", { class: "grid" });
  host.append(grid);
  let draw: (() => void)[] = [];
  const read = async (): Promise<void> => {
    try {
      const found = await app.load<Comparison>("comparison");
      const [curves, attained] = [curvesFigure(app, found), attainmentFigure(app, found)];
      draw = [curves.draw, attained.draw];
      grid.replaceChildren(
        intro(found), curves.root, attained.root,
        tableFigure("Groups", "Medians over the runs of a group, with 95 % bootstrap intervals. A dash: fewer than half of them got there.", found.table),
        tableFigure("Tests", "A12: the chance that a run of the first group does better than one of the second. p values are corrected by Holm's method.", found.tests),
        runsFigure(found),
      );
      for (const one of draw) one();
    } catch (error) {
      draw = [];
      grid.replaceChildren(el("p", { class: "empty", role: "alert" }, sentence(error)));
    }
  };
  app.subscribe(host, ["data"], () => void read());
  app.subscribe(host, ["theme"], () => {
    for (const one of draw) one();
  });
  await read();
}

function intro(found: Comparison): HTMLElement {
  const runs = found.groups.reduce((sum, group) => sum + group.runs.length, 0);
  const threshold = found.threshold === null ? "" : ` A run is solved from a return of ${number(found.threshold)}.`;
  const frame = figure({
    title: `${found.task}: ${count(runs, "run")} in ${count(found.groups.length, "group")}`,
    kind: "wide",
    note: `Runs are grouped by their settings; the notes say what else differs.${threshold}`,
  });
  const names = [...new Set(found.groups.flatMap((group) => group.settings.map(([name]) => name)))];
  if (names.length) frame.body.append(table(settingsTable(found.groups, names)));
  if (found.notes.length) frame.body.append(el("ul", { class: "notes note" }, ...found.notes.map((note) => el("li", {}, note))));
  return frame.root;
}

function settingsTable(groups: Group[], names: string[]): TableData {
  return {
    caption: "Settings in which groups differ",
    columns: [
      { name: "group", values: groups.map((one) => one.name) },
      ...names.map((name) => ({ name, values: groups.map((one) => one.settings.find(([other]) => other === name)?.[1] ?? "–") })),
      { name: "runs", values: groups.map((one) => one.runs.length) },
    ],
  };
}

interface Drawn {
  root: HTMLElement;
  draw: () => void;
}

function curvesFigure(app: App, found: Comparison): Drawn {
  const { x, rows } = sharedAxis(found.groups);
  const frame = figure({
    title: "Learning curves",
    note: "Best return of the survivors over evaluations: the middle of a group's runs, with a bootstrap band.",
    table: () => ({
      caption: "Learning curves",
      columns: [
        { name: "evaluations", values: x },
        ...rows.flatMap(({ name, middle, low, high }) => [{ name, values: middle }, { name: `${name}, low`, values: low }, { name: `${name}, high`, values: high }]),
      ],
    }),
  });
  const plot = new CurvePlot(frame.body, app, { label: "Learning curves of the groups", legend: frame.legend });
  frame.say(x.length ? "" : "There are no curves.");
  const draw = (): void => {
    if (!x.length) return;
    const lines: Line[] = rows.map(({ name, middle, low, high }, i) => ({
      name, colour: app.colours.series[i % 8], values: middle, bands: [{ low, high, alpha: 0.22 }],
    }));
    if (found.threshold !== null) {
      lines.push({ name: "solved", colour: app.colours.muted, values: x.map(() => found.threshold), dash: [6, 5], width: 1.5 });
    }
    plot.show({ x, xLabel: "evaluations", yLabel: "best return", lines, height: 320 });
  };
  return { root: frame.root, draw };
}

function attainmentFigure(app: App, found: Comparison): Drawn {
  const some = found.groups.some((group) => group.attainment.some((one) => one.points.length));
  const frame: Figure = figure({
    title: "Attainment",
    note: "The front that a share of a group's runs reached: the median boldest.",
    table: () => attainmentTable(found),
  });
  frame.say(some ? "" : "These runs have no fronts.");
  const plot = new Attainment(frame.body, app);
  const draw = (): void => {
    if (!some) return;
    plot.show(found);
    frame.legend.replaceChildren(...found.groups.map((group, i) => legendEntry(group.name, app.colours.series[i % 8])));
  };
  return { root: frame.root, draw };
}

function attainmentTable(found: Comparison): TableData {
  const rows = found.groups.flatMap((group) => group.attainment.flatMap((one) => one.points.map((point) => ({ group: group.name, share: one.share, point }))));
  return {
    caption: "Fronts attained",
    columns: [
      { name: "group", values: rows.map((one) => one.group) },
      { name: "share of runs", values: rows.map((one) => one.share) },
      ...found.objectives.slice(0, 2).map((name, k) => ({ name, values: rows.map((one) => one.point[k]) })),
    ],
  };
}

function tableFigure(title: string, note: string, data: { columns: string[]; rows: (string | number | null)[][] }): HTMLElement {
  const columns = data.columns.map((name, k) => ({ name, values: data.rows.map((row) => row[k] ?? null) }));
  const rows: TableData = { caption: title, columns, quiet: true };
  const frame = figure({ title, note, kind: "wide", table: () => rows, tableOnly: true });
  if (data.rows.length) frame.body.append(table(rows));
  else frame.say("There is nothing to compare.");
  return frame.root;
}

function runsFigure(found: Comparison): HTMLElement {
  const rows = found.groups.flatMap((group) => group.runs.map((run) => ({ group: group.name, run })));
  const data: TableData = {
    caption: "Runs",
    quiet: true,
    search: rows.length > 12,
    columns: [
      { name: "group", values: rows.map((one) => one.group) },
      { name: "run", values: rows.map((one) => one.run.name) },
      { name: "seed", values: rows.map((one) => one.run.seed), show: (one) => String(one) },
      { name: "evaluations to solve", values: rows.map((one) => one.run.solved_at), show: (one) => (one === null ? "not solved" : number(one as number)) },
      { name: "final return", values: rows.map((one) => one.run.final_return) },
      { name: "power", unit: "EU/s", values: rows.map((one) => one.run.power) },
      { name: "note", values: rows.map((one) => one.run.note) },
    ],
  };
  const frame = figure({ title: "Runs", kind: "wide", note: "Final returns are of fresh episodes.", table: () => data, tableOnly: true });
  frame.body.append(table(data));
  return frame.root;
}
