/** All neurons, synapses, astrocytes and regions of a network as tables. */

import type { Num, TraitInfo } from "../contract.ts";
import type { Column, TableData } from "../table.ts";
import type { Part } from "./filters.ts";
import { row } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { neuronName, regionName } from "./parts.ts";
import type { TraitLists } from "./parts.ts";

export type TableKind = "neurons" | "synapses" | "astrocytes" | "regions";

export function partTable(
  graph: Graph,
  kind: TableKind,
  traits: TraitLists,
  selected: () => Part | null,
  pick: (part: Part) => void,
): TableData {
  if (kind === "regions") return regionTable(graph, traits);
  const one = kind.slice(0, -1) as Part["kind"];
  const make = { neurons: neuronColumns, synapses: synapseColumns, astrocytes: astrocyteColumns }[kind];
  return {
    caption: `${kind.charAt(0).toUpperCase()}${kind.slice(1)} of genome ${graph.view.key}; choose one to select it everywhere`,
    columns: make(graph, traits),
    search: true,
    pick: (index) => pick({ kind: one, index }),
    chosen: (index) => selected()?.kind === one && selected()?.index === index,
  };
}

function traitColumns(infos: TraitInfo[], rows: readonly (readonly Num[])[], count: number): Column[] {
  const known = rows[0]?.length ?? 0;
  return infos.slice(0, known).map((info, k) => ({
    name: info.name.replaceAll("_", " "),
    unit: info.unit === "1" ? "" : info.unit,
    values: Array.from({ length: count }, (_, i) => rows[i]?.[k] ?? null),
  }));
}

const from = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function neuronColumns(graph: Graph, traits: TraitLists): Column[] {
  const n = graph.neurons;
  return [
    { name: "neuron", values: from(n, (i) => neuronName(graph, i)) },
    { name: "role", values: from(n, (i) => ["input", "output", "hidden"][graph.role[i]]) },
    { name: "region", values: from(n, (i) => regionName(graph, graph.region[i])) },
    { name: "sign", values: from(n, (i) => (graph.sign[i] < 0 ? "inhibitory" : graph.sign[i] > 0 ? "excitatory" : "")) },
    { name: "synapses onto it", values: from(n, (i) => row(graph.incoming, i).length) },
    { name: "synapses from it", values: from(n, (i) => row(graph.outgoing, i).length) },
    { name: "not expressed", values: from(n, (i) => graph.why.neurons[i - graph.expressed.neurons] ?? "") },
    ...traitColumns(traits.neurons, graph.view.neurons.traits, n),
    { name: "innovation number", values: graph.id },
  ];
}

function synapseColumns(graph: Graph, traits: TraitLists): Column[] {
  const n = graph.synapses;
  return [
    { name: "synapse", values: from(n, (s) => `${neuronName(graph, graph.source[s])} → ${neuronName(graph, graph.target[s])}`) },
    { name: "kind", values: from(n, (s) => (graph.inhibits[s] ? "inhibitory" : "excitatory")) },
    { name: "weight", unit: "threshold", values: from(n, (s) => graph.weight[s]) },
    { name: "delay", unit: "ms", values: from(n, (s) => graph.delay[s]) },
    { name: "from region", values: from(n, (s) => regionName(graph, graph.region[graph.source[s]])) },
    { name: "to region", values: from(n, (s) => regionName(graph, graph.region[graph.target[s]])) },
    { name: "not expressed", values: from(n, (s) => graph.why.synapses[s - graph.expressed.synapses] ?? "") },
    ...traitColumns(traits.synapses, graph.view.synapses.traits ?? [], n),
    { name: "innovation number", values: graph.synapseId },
  ];
}

function astrocyteColumns(graph: Graph, traits: TraitLists): Column[] {
  const n = graph.astrocytes;
  const expressed = graph.expressed.astrocytes;
  const { gene, count } = graph.view.astrocytes;
  return [
    { name: "astrocyte", values: from(n, (a) => (a < expressed ? `${regionName(graph, graph.astrocyteRegion[a])} ${a + 1}` : "dormant gene")) },
    { name: "cells", values: from(n, (a) => (a < expressed ? count[a] : 0)) },
    { name: "neurons in its territory", values: from(n, (a) => row(graph.territory, a).length) },
    { name: "territory", values: from(n, (a) => [...row(graph.territory, a)].slice(0, 8).map((i) => neuronName(graph, i)).join(", ")) },
    { name: "not expressed", values: from(n, (a) => graph.why.astrocytes[a - expressed] ?? "") },
    ...traitColumns(traits.astrocytes, graph.view.astrocytes.traits, n),
    { name: "gene", values: from(n, (a) => gene[a] ?? graph.view.dormant.astrocytes[a - expressed]?.gene ?? "") },
  ];
}

function regionTable(graph: Graph, traits: TraitLists): TableData {
  const { regions } = graph.view;
  return {
    caption: `Regions of genome ${graph.view.key}`,
    columns: [
      { name: "region", values: regions.map((one) => one.name) },
      { name: "neurons", values: regions.map((one) => one.neurons) },
      { name: "astrocytes", values: regions.map((one) => one.astrocytes) },
      { name: "glia-to-neuron ratio", values: regions.map((one) => one.ratio) },
      { name: "ratio gene", values: regions.map((one) => one.ratio_gene) },
      ...traitColumns(traits.regions, regions.map((one) => one.traits), regions.length),
      { name: "innovation number", values: regions.map((one) => one.innovation) },
    ],
  };
}
