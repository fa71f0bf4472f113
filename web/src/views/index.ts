/** The views, in the order of their tabs. */
import type { App } from "../app.ts";
import { mount as comparison } from "./comparison.ts";
import { mount as evolution } from "./evolution.ts";
import { mount as front } from "./front.ts";
import { mount as health } from "./health.ts";
import { mount as lineage } from "./lineage.ts";
import { mount as topology } from "./topology.ts";

export interface View {
  id: string;
  title: string;
  /** Build the view into an empty element. It is called once, when the tab is opened first. */
  mount(host: HTMLElement, app: App): void | Promise<void>;
  /** Whether this page has such a view. */
  shown(app: App): boolean;
}

const ofRun = (app: App): boolean => app.site.runs.length > 0;

export const VIEWS: readonly View[] = [
  { id: "topology", title: "Topology", mount: topology, shown: ofRun },
  { id: "front", title: "Front", mount: front, shown: ofRun },
  { id: "evolution", title: "Evolution", mount: evolution, shown: ofRun },
  { id: "lineage", title: "Lineage", mount: lineage, shown: ofRun },
  { id: "health", title: "Health", mount: health, shown: ofRun },
  { id: "comparison", title: "Comparison", mount: comparison, shown: (app) => app.site.comparison },
];
