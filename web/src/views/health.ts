/** What went wrong, how fast it went, and what it was made of. */
import { type App, sentence } from "../app.ts";
import { CurvePlot } from "../charts/curves.ts";
import type { Health, History } from "../contract.ts";
import { button, el } from "../dom.ts";
import { type Figure, figure } from "../figure.ts";
import { count, integer } from "../format.ts";
import { table, type TableData } from "../table.ts";

const KEYS = 12; // genomes named at first

export async function mount(host: HTMLElement, app: App): Promise<void> {
  const grid = el("div", { class: "grid" });
  host.append(grid);
  const slots = new Map<string, { key: string; node: HTMLElement }>();
  let plot: (() => void) | null = null;

  /** A figure stays as it is, with what the reader opened in it, while its data stay as they are. */
  function slot(name: string, data: unknown, make: () => HTMLElement): HTMLElement {
    const key = JSON.stringify([app.selection.run, data]);
    const known = slots.get(name);
    if (known?.key === key) return known.node;
    const node = make();
    slots.set(name, { key, node });
    return node;
  }

  async function read(): Promise<void> {
    try {
      const [health, history] = await Promise.all([app.loadOfRun<Health>("health"), app.loadOfRun<History>("history")]);
      const { provenance, config } = app.overview;
      const figures = [
        slot("failures", [health.failures, app.overview.evaluations], () => failuresFigure(app, health).root),
        slot("speed", [health.evaluations_per_second, history.failures], () => {
          const speed = speedFigure(app, health, history);
          plot = speed.draw;
          return speed.root;
        }),
        slot("workers", [health.workers, health.notes, health.digest], () => workersFigure(app, health)),
        slot("provenance", provenance, () => rowsFigure("Provenance", "Where and with what the run was made.", "provenance", provenance)),
        slot("configuration", config, () => rowsFigure("Configuration", "All settings, resolved.", "configuration", config)),
      ];
      if (figures.some((one, i) => grid.children[i] !== one)) grid.replaceChildren(...figures);
      plot?.();
    } catch (error) {
      plot = null;
      slots.clear();
      grid.replaceChildren(el("p", { class: "empty", role: "alert" }, sentence(error)));
    }
  }
  app.subscribe(host, ["run", "data"], () => void read());
  app.subscribe(host, ["theme", "generation"], () => plot?.());
  await read();
}

function failuresFigure(app: App, health: Health): Figure {
  const { failures } = health;
  const all = failures.reduce((sum, one) => sum + one.count, 0);
  const frame = figure({
    title: "Failures",
    kind: "wide",
    note: all ? `${count(all, "evaluation")} of ${integer(app.overview.evaluations)} failed. A failed evaluation never ends a run.` : `None of ${integer(app.overview.evaluations)} evaluations failed.`,
    ...(all ? { table: () => failuresTable(health) } : {}),
  });
  frame.body.append(...failures.map((one) => failure(app, one)));
  return frame;
}

function failure(app: App, one: Health["failures"][number]): HTMLElement {
  const open = (key: number): HTMLElement => button(String(key), () => void app.select({ genome: key }), { class: "link" });
  const keys = el("p", { class: "keys" }, "Genomes: ");
  const name = (some: number[]): void => some.forEach((key, i) => keys.append(i ? ", " : "", open(key)));
  name(one.keys.slice(0, KEYS));
  if (one.keys.length > KEYS) {
    const more = button(`and ${one.keys.length - KEYS} more`, () => {
      more.remove();
      keys.append(", ");
      name(one.keys.slice(KEYS));
    }, { class: "link" });
    keys.append(" ", more);
  }
  const generations = one.generations.length ? `generations ${Math.min(...one.generations)} to ${Math.max(...one.generations)}` : "";
  return el("article", { class: "failure" },
    el("h4", {}, el("span", { class: "tag warning" }, one.status), el("span", {}, one.reason)),
    el("p", { class: "note" }, [count(one.count, "time"), generations].filter(Boolean).join(" · ")),
    keys,
    one.detail ? el("details", {}, el("summary", {}, "Traceback"), el("pre", { tabindex: 0 }, one.detail)) : null);
}

function failuresTable(health: Health): TableData {
  const { failures } = health;
  return {
    caption: "Failures by reason",
    columns: [
      { name: "status", values: failures.map((one) => one.status) },
      { name: "reason", values: failures.map((one) => one.reason) },
      { name: "times", values: failures.map((one) => one.count) },
      { name: "genomes", values: failures.map((one) => one.keys.join(" ")) },
    ],
  };
}

function speedFigure(app: App, health: Health, history: History): { root: HTMLElement; draw: () => void } {
  const rate = health.evaluations_per_second;
  const frame = figure({
    title: "Evaluations per second",
    note: "Of each generation. A click selects the generation.",
    table: () => ({
      caption: "Evaluations per second by generation",
      columns: [{ name: "generation", values: history.number }, { name: "evaluations per second", values: rate }, { name: "failures", values: history.failures }],
    }),
  });
  const plot = new CurvePlot(frame.body, app, {
    label: "Evaluations per second over generations",
    pick: (index) => void app.select({ generation: history.number[index] ?? null }),
    picked: () => {
      const index = history.number.indexOf(app.selection.generation ?? -1);
      return index < 0 ? null : index;
    },
  });
  const none = rate.every((one) => one === null);
  frame.say(none ? "Times are not recorded." : "");
  const draw = (): void => {
    if (none) return;
    const line = { name: "evaluations per second", colour: app.colours.series[0], values: rate };
    plot.show({ x: history.number, xLabel: "generation", yLabel: "evaluations per second", lines: [line], zero: true });
  };
  return { root: frame.root, draw };
}

function workersFigure(app: App, health: Health): HTMLElement {
  const frame = figure({ title: "Workers and digest", note: "Runs with equal settings and seeds have equal digests, on any machine." });
  const said = el("span", { role: "status", class: "note" });
  const digest = health.digest || app.overview.digest;
  const copy = button("Copy", () => {
    void copyText(digest).then((done) => {
      said.textContent = done ? "Copied." : "The browser does not allow it; select the text instead.";
    });
  }, { "aria-label": "Copy the digest" });
  const facts = health.workers.flatMap((one) => [el("dt", {}, one.name), el("dd", {}, one.value)]);
  frame.body.append(
    el("p", { class: "digest" }, el("code", {}, digest || "none yet"), digest ? copy : null, said),
    el("dl", { class: "fact-rows" }, ...facts),
    el("ul", { class: "notes note" }, ...health.notes.map((note) => el("li", {}, note))),
  );
  return frame.root;
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function rowsFigure(title: string, note: string, file: string, rows: [string, string][]): HTMLElement {
  const data = (): TableData => ({
    caption: title,
    quiet: true,
    search: rows.length > 8,
    columns: [{ name: "name", values: rows.map((one) => one[0]) }, { name: "value", values: rows.map((one) => one[1]) }],
  });
  const frame = figure({ title, note, file, table: data, tableOnly: true });
  frame.body.append(rows.length ? table(data()) : el("p", { class: "empty" }, "Nothing is recorded."));
  return frame.root;
}
