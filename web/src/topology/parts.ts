/** The parts of a network as the selection and the reader know them: ids, names, facts. */

import type { GenomeView, Num, TraitInfo } from "../contract.ts";
import type { Selection } from "../selection.ts";
import type { Part } from "./filters.ts";
import { HIDDEN, INPUT, row } from "./graph.ts";
import type { Graph } from "./graph.ts";

/** One line about a part. */
export interface Fact {
  name: string;
  value: Num | string;
  unit: string;
  meaning: string;
}

type Chosen = Pick<Selection, "neuron" | "synapse" | "astrocyte">;

/** What is selected, as a part of a graph; null if it has no such part. */
export function partOf(graph: Graph, selection: Chosen): Part | null {
  const found = (kind: Part["kind"], index: number): Part | null => (index < 0 ? null : { kind, index });
  if (selection.neuron) return found("neuron", graph.id.indexOf(selection.neuron));
  if (selection.synapse) return found("synapse", graph.synapseId.indexOf(selection.synapse));
  if (selection.astrocyte) return found("astrocyte", astrocyteIndex(graph.view, selection.astrocyte));
  return null;
}

/** A part as the selection has it. */
export function selectionOf(graph: Graph, part: Part | null): Chosen {
  return {
    neuron: part?.kind === "neuron" ? graph.id[part.index] : null,
    synapse: part?.kind === "synapse" ? graph.synapseId[part.index] : null,
    astrocyte: part?.kind === "astrocyte" ? astrocyteId(graph, part.index) : null,
  };
}

/** The gene of an astrocyte, with its row behind where the gene has several rows. */
export function astrocyteId(graph: Graph, index: number): string {
  const genes = graph.view.astrocytes.gene;
  if (index >= genes.length) return graph.view.dormant.astrocytes[index - genes.length]?.gene ?? "";
  const gene = genes[index];
  const several = genes.indexOf(gene) !== genes.lastIndexOf(gene);
  return several ? `${gene}#${index}` : gene;
}

function astrocyteIndex(view: GenomeView, id: string): number {
  const [gene, at] = id.split("#");
  if (at !== undefined) return view.astrocytes.gene[Number(at)] === gene ? Number(at) : -1;
  return view.astrocytes.gene.indexOf(gene);
}

/** What a neuron is called. */
export function neuronName(graph: Graph, index: number): string {
  return graph.name[index] || `hidden ${graph.id[index].slice(0, 4)}`;
}

export function regionName(graph: Graph, region: number): string {
  return graph.view.regions[region]?.name ?? `region ${region}`;
}

/** What a part is called. */
export function partName(graph: Graph, part: Part): string {
  if (part.kind === "neuron") return neuronName(graph, part.index);
  if (part.kind === "astrocyte") return `astrocyte in ${regionName(graph, graph.astrocyteRegion[part.index])}`;
  return `${neuronName(graph, graph.source[part.index])} → ${neuronName(graph, graph.target[part.index])}`;
}

/** A part in a sentence, for the hint at the pointer and for screen readers. */
export function summary(graph: Graph, part: Part): string {
  const { index } = part;
  if (part.kind === "neuron") {
    const role = ["input", "output", "hidden neuron"][graph.role[index]];
    const sign = graph.sign[index] < 0 ? "inhibitory " : graph.sign[index] > 0 ? "excitatory " : "";
    const [into, out] = [row(graph.incoming, index).length, row(graph.outgoing, index).length];
    return `${sign}${role} in ${regionName(graph, graph.region[index])}; ${into} synapses onto it, ${out} from it${asleep(graph, part)}`;
  }
  if (part.kind === "synapse") {
    const kind = graph.inhibits[index] ? "inhibitory" : "excitatory";
    const loop = graph.source[index] === graph.target[index] ? ", onto itself" : graph.reciprocal[index] ? ", there is one back" : "";
    return `${kind} synapse, weight ${short(graph.weight[index])}, delay ${short(graph.delay[index])} ms${loop}${asleep(graph, part)}`;
  }
  const count = graph.view.astrocytes.count[index] ?? 0;
  const cells = row(graph.territory, index).length;
  return `${count === 1 ? "1 astrocyte" : `${count} astrocytes`} over ${cells === 1 ? "1 neuron" : `${cells} neurons`}${asleep(graph, part)}`;
}

/** Why a gene is not expressed; empty if it is. */
export function whyDormant(graph: Graph, part: Part): string {
  if (part.kind === "neuron") return graph.why.neurons[part.index - graph.expressed.neurons] ?? "";
  if (part.kind === "synapse") return graph.why.synapses[part.index - graph.expressed.synapses] ?? "";
  return graph.why.astrocytes[part.index - graph.expressed.astrocytes] ?? "";
}

function asleep(graph: Graph, part: Part): string {
  const why = whyDormant(graph, part);
  return why ? `; not expressed: ${why}` : "";
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

export interface TraitLists {
  regions: TraitInfo[];
  neurons: TraitInfo[];
  astrocytes: TraitInfo[];
  synapses: TraitInfo[];
}

/** Everything that is known of a part: what it is, and its traits with unit and meaning. */
export function factsOf(graph: Graph, part: Part, traits: TraitLists): Fact[] {
  if (part.kind === "neuron") return neuronFacts(graph, part.index, traits);
  if (part.kind === "synapse") return synapseFacts(graph, part.index, traits);
  return astrocyteFacts(graph, part.index, traits);
}

function traitFacts(infos: TraitInfo[], values: readonly Num[] | undefined): Fact[] {
  if (!values) return [];
  const facts = infos.map((info, k) => ({ ...info, name: info.name.replaceAll("_", " "), value: values[k] ?? null }));
  return facts.filter((fact) => fact.value !== null); // cells of some roles lack some traits
}

function neuronFacts(graph: Graph, i: number, traits: TraitLists): Fact[] {
  const role = graph.role[i] === INPUT ? "input" : graph.role[i] === HIDDEN ? "hidden neuron" : "output";
  const sign = graph.sign[i] < 0 ? "inhibitory" : graph.sign[i] > 0 ? "excitatory" : "unknown";
  return [
    { name: "role", value: role, unit: "", meaning: "" },
    { name: "sign", value: sign, unit: "", meaning: "What its spikes do to the neurons that they reach" },
    { name: "region", value: regionName(graph, graph.region[i]), unit: "", meaning: "" },
    { name: "innovation number", value: graph.id[i], unit: "", meaning: "Marks genes of equal origin in all genomes of a run" },
    { name: "synapses onto it", value: row(graph.incoming, i).length, unit: "", meaning: "" },
    { name: "synapses from it", value: row(graph.outgoing, i).length, unit: "", meaning: "" },
    { name: "astrocytes around it", value: row(graph.covering, i).length, unit: "", meaning: "Entries whose territory it belongs to" },
    ...traitFacts(traits.neurons, graph.view.neurons.traits[i]),
  ];
}

function synapseFacts(graph: Graph, s: number, traits: TraitLists): Fact[] {
  return [
    { name: "from", value: neuronName(graph, graph.source[s]), unit: "", meaning: "" },
    { name: "onto", value: neuronName(graph, graph.target[s]), unit: "", meaning: "" },
    { name: "kind", value: graph.inhibits[s] ? "inhibitory" : "excitatory", unit: "", meaning: "" },
    { name: "weight", value: graph.weight[s], unit: "threshold", meaning: "Strength, as a magnitude" },
    { name: "delay", value: graph.delay[s], unit: "ms", meaning: "From a spike to its arrival" },
    { name: "innovation number", value: graph.synapseId[s], unit: "", meaning: "Marks genes of equal origin in all genomes of a run" },
    ...traitFacts(traits.synapses, graph.view.synapses.traits?.[s]),
  ];
}

function astrocyteFacts(graph: Graph, a: number, traits: TraitLists): Fact[] {
  const cells = [...row(graph.territory, a)].map((i) => neuronName(graph, i));
  const names = cells.length > 12 ? `${cells.slice(0, 12).join(", ")} and ${cells.length - 12} more` : cells.join(", ");
  const asleepGene = a >= graph.expressed.astrocytes;
  return [
    { name: "region", value: regionName(graph, graph.astrocyteRegion[a]), unit: "", meaning: "" },
    { name: "cells", value: asleepGene ? 0 : graph.view.astrocytes.count[a], unit: "", meaning: "Cells of equal gene and territory, drawn as one" },
    { name: "territory", value: names || "none", unit: "", meaning: "Neurons whose incoming synapses it ensheaths" },
    { name: "gene", value: asleepGene ? "dormant" : graph.view.astrocytes.gene[a], unit: "", meaning: "Innovation number of its gene" },
    ...traitFacts(traits.astrocytes, graph.view.astrocytes.traits[a]),
  ];
}
