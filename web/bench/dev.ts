/** A page with a made-up network: dev.html#n=…; for trying by eye. */

import { App } from "../src/app.ts";
import { buildShell } from "../src/shell.ts";
import type { Source } from "../src/source.ts";
import { episode, genome, resources } from "./synthetic.ts";

const wanted = new URLSearchParams(location.search);
const of = (name: string, otherwise: number): number => Number(wanted.get(name) ?? otherwise);
const view = genome({ inputs: of("inputs", 8), outputs: of("outputs", 2), hidden: of("hidden", 7), synapses: of("synapses", 30), astrocytes: of("astrocytes", 17), associations: of("associations", 1) });
const held = resources(view, episode(view, of("steps", 300), of("rate", 25)), wanted.has("live"));
const source: Source = {
  load: async (name) => {
    if (!(name in held)) throw new Error(`no ${name}`);
    return held[name];
  },
  post: async () => ({ episodes: 10, rows: [{ name: "return", unit: "", before: 496, after: 120.5, difference: -375.5, standard_error: 22 }], notes: ["The lesioned neuron was the only hidden one."] }),
};
const app = new App(source);
await app.start();
buildShell(document.getElementById("page")!, app);
Object.assign(window, { app });
