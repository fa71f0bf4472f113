/** The views, in the order of their tabs. */
import type { App } from "../app.ts";
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
];
