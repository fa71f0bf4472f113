/** The ancestors of the last survivors as a tree. */
import { type App, sentence } from "../app.ts";
import { packed, within } from "../charts/points.ts";
import { extent, share } from "../charts/scales.ts";
import { TreePlot } from "../charts/tree_plot.ts";
import type { Individuals, Phylogeny } from "../contract.ts";
import { el } from "../dom.ts";
import { figure, legendEntry } from "../figure.ts";
import { count, number } from "../format.ts";
import type { TableData } from "../table.ts";
import { sequential } from "../theme.ts";

export async function mountPhylogeny(host: HTMLElement, app: App): Promise<void> {
  let tree: Phylogeny | null = null;
  let inside: Map<number, boolean> | null = null;
  const frame = figure({
    title: "Phylogeny",
    kind: "wide",
    note: "Generations run from left to right; lines join parents and offspring. Lines that died out are left out.",
    table: () => treeTable(tree, app),
  });
  const said = el("p", { class: "found", role: "status" });
  frame.root.insertBefore(said, frame.legend);
  host.append(frame.root);
  const plot = new TreePlot(frame.body, app, (key) => void app.select({ genome: key }));

  async function read(): Promise<void> {
    try {
      tree = await app.loadOfRun<Phylogeny>("phylogeny");
      inside = await brushed(app);
      frame.say(tree.key.length ? "" : "Nobody was born yet.");
      draw();
    } catch (error) {
      tree = null;
      frame.say(sentence(error));
    }
  }

  function draw(): void {
    if (!tree?.key.length) return;
    const range = extent(tree.value) ?? [0, 1];
    const { colours } = app;
    plot.show({
      tree,
      colour: tree.value.map((one) => (one === null ? colours.muted : sequential(share(one, range), colours.dark))),
      lit: tree.key.map((key) => inside?.get(key) ?? true),
      selected: app.genome,
      describe: (i) => describe(tree, i),
    });
    const { key, survivor, pruned, coalescence, generation } = tree;
    const at = coalescence === null ? -1 : key.indexOf(coalescence);
    const alive = survivor.reduce((a, b) => a + b, 0);
    said.textContent = [
      `${count(alive, "survivor")}, ${count(key.length - alive, "ancestor")}, ${count(pruned, "individual")} whose lines died out.`,
      at >= 0 ? `All survivors descend from genome ${coalescence} of generation ${generation[at]}.` : "The survivors have no ancestor in common.",
    ].join(" ");
    frame.legend.replaceChildren(
      el("span", {}, `mean return ${number(range[0])} (dark) to ${number(range[1])} (bright)`),
      legendEntry("survivor", colours.ink, "dot"),
      legendEntry("line of the selected genome", colours.accent, "line"),
      ...(at >= 0 ? [legendEntry("where all lines meet", colours.warning, "dot")] : []),
    );
    frame.refresh();
  }

  app.subscribe(host, ["run", "data", "brush", "species"], () => void read());
  app.subscribe(host, ["theme", "genome"], draw);
  await read();
}

/** Return whether each individual is within the brush; null if nothing is brushed. */
async function brushed(app: App): Promise<Map<number, boolean> | null> {
  const { brush, species } = app.selection;
  if (!brush.length && species === null) return null;
  const rows = await app.loadOfRun<Individuals>("individuals");
  const column = (name: string): Float64Array | null => (rows.values[name] ? packed(rows.values[name]) : null);
  const inside = within(column, rows.key.length, brush);
  return new Map(rows.key.map((key, i) => [key, Boolean(inside[i]) && (species === null || rows.species[i] === species)]));
}

function describe(tree: Phylogeny | null, i: number): [string, string][] {
  if (!tree) return [["", ""]];
  const parent = tree.parent[i];
  return [
    ["Genome", String(tree.key[i])],
    ["generation", String(tree.generation[i])],
    ["mean return", number(tree.value[i])],
    ["parent", parent < 0 ? "none: a founder" : String(tree.key[parent])],
  ];
}

function treeTable(tree: Phylogeny | null, app: App): TableData {
  if (!tree) return { caption: "", columns: [] };
  const { key, parent, generation, value, survivor } = tree;
  return {
    caption: "Survivors and their ancestors",
    columns: [
      { name: "genome", values: key, show: (one) => String(one) },
      { name: "parent", values: parent.map((one) => (one < 0 ? null : key[one])), show: (one) => (one === null ? "founder" : String(one)) },
      { name: "generation", values: generation },
      { name: "mean return", values: value },
      { name: "alive", values: survivor.map((one) => (one ? "yes" : "no")) },
    ],
    pick: (row) => void app.select({ genome: key[row] }),
    chosen: (row) => key[row] === app.genome,
  };
}
