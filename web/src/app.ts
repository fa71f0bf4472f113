/** What all views share: resources, the selection, the theme. */
import type { Live, Overview, Site } from "./contract.ts";
import { changes, fromHash, type Selection, toHash } from "./selection.ts";
import { Missing, type Source } from "./source.ts";
import { applyTheme, type Colours, readColours, storedTheme, type ThemeName } from "./theme.ts";

/** What a listener may wait for: a part of the selection, the theme, new data of the run, `trouble`. */
export type Topic = keyof Selection | "theme" | "data" | "trouble";
export type Listener = () => void;

interface Subscription {
  host: Element;
  topics: ReadonlySet<Topic>;
  listener: Listener;
  waiting: boolean; // something changed while the host was hidden
}

// What follows from genomes never changes; the rest of a run that goes on does, such as validations.
const FIXED = /^run\/\d+\/(episode|difference)\//;
const POLL_MS = 2000;
const LONGEST_MS = 60_000; // between two looks at a run
const HASH_MS = 250;

export class App {
  site!: Site;
  overview!: Overview; // of the selected run
  selection: Selection;
  colours: Colours;
  theme: ThemeName;
  /** Why the page is not up to date; empty if it is. */
  trouble = "";
  private readonly source: Source;
  private readonly cache = new Map<string, Promise<unknown>>();
  private subscriptions: Subscription[] = [];
  private hashTimer = 0;
  private slowest = 0; // the longest time that a resource took since the last poll [ms]
  private readonly versions = new Map<number, string>(); // of each run, as last seen

  constructor(source: Source) {
    this.source = source;
    this.selection = fromHash(location.hash);
    this.theme = storedTheme();
    applyTheme(this.theme);
    this.colours = readColours();
  }

  /** Read what the page shows, and follow it if it is served. */
  async start(): Promise<void> {
    this.site = await this.load<Site>("site");
    if (!this.site.runs[this.selection.run]) this.selection = { ...this.selection, run: 0 };
    if (this.site.runs.length) await this.openReadable();
    addEventListener("hashchange", () => void this.select(fromHash(location.hash)));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.setTheme(this.theme));
    if (this.site.live) setTimeout(() => void this.poll(), POLL_MS);
  }

  /** Open the selected run, or if it cannot be read the first one that can. */
  private async openReadable(): Promise<void> {
    const failures: unknown[] = [];
    for (const run of [this.selection.run, ...this.site.runs.keys()]) {
      try {
        this.overview = await this.load<Overview>(`run/${run}/overview`);
      } catch (error) {
        failures.push(error);
        continue;
      }
      this.selection = { ...this.selection, run };
      return;
    }
    throw failures[0];
  }

  /** Return a resource by its full name. Throws `Missing` with a sentence to show. */
  load<T>(name: string): Promise<T> {
    let found = this.cache.get(name);
    if (!found) {
      const loading = this.source.load(name);
      found = FIXED.test(name) ? loading : this.timed(loading); // an episode is recorded once
      this.cache.set(name, found);
      found.catch(() => this.cache.delete(name)); // it may be there the next time
    }
    return found as Promise<T>;
  }

  /** Note how long what changes takes: a large run is not asked for it all the time. */
  private async timed(loading: Promise<unknown>): Promise<unknown> {
    const from = performance.now();
    const found = await loading;
    this.slowest = Math.max(this.slowest, performance.now() - from);
    return found;
  }

  /** Return a resource of the selected run: `loadOfRun("history")`. */
  loadOfRun<T>(name: string): Promise<T> {
    return this.load<T>(`run/${this.selection.run}/${name}`);
  }

  /** Ask the server for something that takes work, such as `whatif`, for the selected run. */
  post<T>(name: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.source.post(`run/${this.selection.run}/${name}`, body, this.site.token, signal) as Promise<T>;
  }

  /** The key of the selected genome: the one shown first if none is chosen; null while there is none. */
  get genome(): number | null {
    return this.selection.genome ?? this.overview?.shown ?? this.overview?.best ?? null;
  }

  /** Change parts of the selection; every view hears of what differs. */
  async select(parts: Partial<Selection>): Promise<void> {
    const before = this.selection;
    const after = { ...before, ...parts };
    const changed = changes(before, after);
    if (!changed.length) return;
    if (changed.includes("run")) {
      if (!this.site.runs[after.run]) return;
      this.overview = await this.load<Overview>(`run/${after.run}/overview`);
      const kept = "genome" in parts && parts.genome !== before.genome;
      Object.assign(after, { generation: null, neuron: null, synapse: null, astrocyte: null, time: null, species: null, brush: [] });
      if (!kept) after.genome = null;
    } else if (changed.includes("genome") && parts.time === undefined) {
      after.time = null; // another genome has another episode
    }
    this.selection = after;
    this.writeHash();
    this.publish(changes(before, after));
  }

  /**
   * Call a listener whenever one of the topics changes and `host` is visible. Changes while it is hidden
   * are told once, when it is shown again. Returns what ends it.
   */
  subscribe(host: Element, topics: Topic[], listener: Listener): () => void {
    const one = { host, topics: new Set(topics), listener, waiting: false };
    this.subscriptions.push(one);
    return () => {
      this.subscriptions = this.subscriptions.filter((other) => other !== one);
    };
  }

  /** Tell listeners what they missed while they were hidden; the shell calls it. */
  shown(): void {
    for (const one of [...this.subscriptions]) if (one.waiting && visible(one.host)) call(one);
  }

  setTheme(name: ThemeName): void {
    this.theme = name;
    applyTheme(name);
    this.colours = readColours();
    this.publish(["theme"]);
  }

  private publish(topics: Topic[]): void {
    for (const one of [...this.subscriptions]) {
      if (!topics.some((topic) => one.topics.has(topic))) continue;
      if (visible(one.host)) call(one);
      else one.waiting = true;
    }
  }

  /** Browsers refuse to change the address very often, so scrubbing changes it once, at its end. */
  private writeHash(): void {
    clearTimeout(this.hashTimer);
    this.hashTimer = window.setTimeout(() => {
      try {
        history.replaceState(null, "", `#${toHash(this.selection)}`);
      } catch {
        // A frame without an address keeps its selection to itself.
      }
    }, HASH_MS);
  }

  private async poll(): Promise<void> {
    let wait = Math.min(LONGEST_MS, Math.max(POLL_MS, 4 * this.slowest));
    this.slowest = 0;
    try {
      if (!document.hidden && this.site.runs.length) await this.follow(this.selection.run);
    } catch (error) {
      wait = 3 * POLL_MS;
      this.say(sentence(error));
    }
    setTimeout(() => void this.poll(), wait);
  }

  /** Ask whether a run has changed, and forget what is not true any more. */
  private async follow(run: number): Promise<void> {
    const live = (await this.source.load(`run/${run}/live`)) as Live;
    this.say(live.error);
    const known = this.versions.get(run);
    // The server may answer with an earlier overview for a while, to spare the run.
    const behind = live.generations !== this.overview.generations || live.finished !== this.overview.finished;
    if (live.error || (live.version === known && !behind)) return;
    this.versions.set(run, live.version);
    if (known !== undefined || behind) await this.refresh(run);
  }

  private async refresh(run: number): Promise<void> {
    const name = `run/${run}/overview`;
    const fresh = (await this.source.load(name)) as Overview;
    for (const key of this.cache.keys()) {
      if (key.startsWith(`run/${run}/`) && !FIXED.test(key)) this.cache.delete(key);
    }
    this.cache.set(name, Promise.resolve(fresh));
    if (run !== this.selection.run) return;
    const before = this.genome;
    this.overview = fresh;
    this.publish(this.genome === before ? ["data"] : ["data", "genome"]);
  }

  private say(trouble: string): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.publish(["trouble"]);
  }
}

function visible(host: Element): boolean {
  return host.isConnected && host.closest("[hidden]") === null;
}

function call(one: Subscription): void {
  one.waiting = false;
  one.listener();
}

/** Return an error as a sentence for the reader. */
export function sentence(error: unknown): string {
  if (error instanceof Missing) return error.message;
  return `This could not be shown: ${error instanceof Error ? error.message : String(error)}`;
}
