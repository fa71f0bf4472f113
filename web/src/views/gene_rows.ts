/** Compare the genomes of a page, where no answer of glianeat is at hand. */
import type { Difference, GenomeView, Num, Overview, TraitInfo } from "../contract.ts";
import { number } from "../format.ts";

type Traits = Overview["traits"];
type Genes = Map<string, { what: string; facts: Map<string, string> }>;

/** Return the genes in which two expressed genomes differ, matched by innovation number. */
export function differenceOf(a: GenomeView, b: GenomeView, traits: Traits): Difference {
  const families: [string, Genes, Genes][] = [
    ["regions", regions(a, traits), regions(b, traits)],
    ["neurons", neurons(a, traits), neurons(b, traits)],
    ["astrocytes", astrocytes(a, traits), astrocytes(b, traits)],
    ["synapses", synapses(a), synapses(b)],
  ];
  const rows = families.flatMap(([family, of, against]) => compared(family, of, against));
  return { a: a.key, b: b.key, distance: null, rows };
}

function compared(family: string, a: Genes, b: Genes): Difference["rows"] {
  const rows: Difference["rows"] = [];
  for (const id of new Set([...a.keys(), ...b.keys()])) {
    const [first, second] = [a.get(id), b.get(id)];
    if (first && second) {
      for (const [name, value] of first.facts) {
        const other = second.facts.get(name) ?? "";
        if (value !== other) rows.push({ family, id, what: `${name} of ${first.what}`, a: value, b: other });
      }
    } else {
      rows.push({ family, id, what: (first ?? second)?.what ?? "", a: first ? "there" : "", b: second ? "there" : "" });
    }
  }
  return rows;
}

function facts(row: Num[] | undefined, infos: TraitInfo[]): Map<string, string> {
  return new Map(infos.map((info, k) => [info.name, `${number(row?.[k])} ${info.unit}`.trim()]));
}

function regions(genome: GenomeView, traits: Traits): Genes {
  return new Map(genome.regions.map((one) => [one.innovation, { what: one.name, facts: facts(one.traits, traits.regions) }]));
}

function neuronName(genome: GenomeView, i: number): string {
  const { name, id, region } = genome.neurons;
  return name[i] || `hidden ${id[i].slice(0, 4)} in ${genome.regions[region[i]]?.name ?? "no region"}`;
}

function neurons(genome: GenomeView, traits: Traits): Genes {
  const { id, traits: rows } = genome.neurons;
  return new Map(id.map((one, i) => [one, { what: neuronName(genome, i), facts: facts(rows[i], traits.neurons) }]));
}

function astrocytes(genome: GenomeView, traits: Traits): Genes {
  const { gene, region, traits: rows } = genome.astrocytes;
  return new Map(gene.map((one, i) => {
    const what = `astrocyte ${one.slice(0, 4)} in ${genome.regions[region[i]]?.name ?? "no region"}`;
    return [one, { what, facts: facts(rows[i], traits.astrocytes) }];
  }));
}

function synapses(genome: GenomeView): Genes {
  const { id, source, target, weight, inhibits, delay } = genome.synapses;
  return new Map(id.map((one, i) => {
    const what = `${neuronName(genome, source[i])} → ${neuronName(genome, target[i])}`;
    const known = new Map([
      ["weight", `${number(inhibits[i] ? -weight[i] : weight[i])} thresholds`],
      ["delay", `${number(delay[i])} ms`],
    ]);
    return [one, { what, facts: known }];
  }));
}
