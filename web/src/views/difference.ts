/** The genes in which two genomes differ, by innovation number. */
import { type App, sentence } from "../app.ts";
import type { Difference, GenomeView } from "../contract.ts";
import { button, el } from "../dom.ts";
import { figure } from "../figure.ts";
import { count, number } from "../format.ts";
import { table, type TableData } from "../table.ts";
import { differenceOf } from "./gene_rows.ts";

export interface DifferencePanel {
  root: HTMLElement;
  /** Compare two genomes; null leaves the field empty. */
  compare(a: number | null, b: number | null): void;
}

export function differencePanel(app: App): DifferencePanel {
  let found: Difference | null = null;
  const frame = figure({
    title: "Difference of two genomes",
    note: "Genes are matched by their innovation numbers. A dash: the genome lacks the gene.",
    table: () => rowsTable(found),
    file: "difference",
  });
  const [a, b] = [field(), field()];
  const said = el("p", { class: "found", role: "status" });
  const rows = el("div");
  const form = el("form", { class: "controls", onsubmit: (event) => {
    event.preventDefault();
    void show();
  } },
  el("label", { class: "field" }, el("span", {}, "Genome"), a), el("label", { class: "field" }, el("span", {}, "against"), b),
  el("button", { type: "submit" }, "Compare"), button("Swap", () => {
    [a.value, b.value] = [b.value, a.value];
    void show();
  }));
  frame.body.append(form, said, rows);

  async function show(): Promise<void> {
    const [first, second] = [key(a), key(b)];
    rows.replaceChildren();
    found = null;
    if (first === null || second === null) {
      said.textContent = "Give the keys of two genomes.";
      return;
    }
    try {
      found = await read(app, first, second);
      const distance = found.distance === null ? "" : ` Their compatibility distance is ${number(found.distance)}.`;
      said.textContent = (found.rows.length ? `${count(found.rows.length, "gene")} differ.` : "They do not differ.") + distance;
      if (found.rows.length) rows.replaceChildren(table(rowsTable(found)));
    } catch (error) {
      said.textContent = sentence(error);
    }
  }

  return {
    root: frame.root,
    compare: (first, second) => {
      a.value = first === null ? "" : String(first);
      b.value = second === null ? "" : String(second);
      void show();
    },
  };
}

/** Ask for the difference, either way round; a page that holds neither compares the genomes it holds. */
async function read(app: App, a: number, b: number): Promise<Difference> {
  const ask = (first: number, second: number) => app.loadOfRun<Difference>(`difference/${first}/${second}`);
  try {
    return await ask(a, b);
  } catch (missing) {
    if (app.site.live) throw missing;
  }
  try {
    return swapped(await ask(b, a));
  } catch {
    const both = await Promise.all([a, b].map((one) => app.loadOfRun<GenomeView>(`genome/${one}`)));
    return differenceOf(both[0], both[1], app.overview.traits);
  }
}

function swapped(one: Difference): Difference {
  return { ...one, a: one.b, b: one.a, rows: one.rows.map((row) => ({ ...row, a: row.b, b: row.a })) };
}

function rowsTable(found: Difference | null): TableData {
  const rows = found?.rows ?? [];
  const dash = (one: unknown): string => String(one || "–");
  return {
    caption: found ? `Genes of genomes ${found.a} and ${found.b} that differ` : "",
    search: rows.length > 12,
    columns: [
      { name: "family", values: rows.map((one) => one.family) },
      { name: "what", values: rows.map((one) => one.what) },
      { name: `genome ${found?.a ?? ""}`, values: rows.map((one) => one.a), show: dash },
      { name: `genome ${found?.b ?? ""}`, values: rows.map((one) => one.b), show: dash },
      { name: "innovation", values: rows.map((one) => one.id) },
    ],
  };
}

function field(): HTMLInputElement {
  return el("input", { type: "text", inputmode: "numeric", size: 7, autocomplete: "off" });
}

function key(input: HTMLInputElement): number | null {
  const value = Number(input.value);
  return input.value.trim() && Number.isInteger(value) && value >= 0 ? value : null;
}
