/** The topology, alive. */
import type { App } from "../app.ts";
import type { GenomeView } from "../contract.ts";
import { figure } from "../figure.ts";
import { sentence } from "../app.ts";

export async function mount(host: HTMLElement, app: App): Promise<void> {
  const frame = figure({ title: "Topology" });
  host.append(frame.root);
  const draw = async (): Promise<void> => {
    try {
      const genome = await app.loadOfRun<GenomeView>(`genome/${app.genome}`);
      frame.say(`Genome ${genome.key}: ${genome.neurons.id.length} neurons.`);
    } catch (error) {
      frame.say(sentence(error));
    }
  };
  app.subscribe(host, ["run", "genome", "theme"], () => void draw());
  await draw();
}
