/** The page around the views: heading, tabs, what is selected, the theme. */
import { type App, sentence } from "./app.ts";
import { button, chooser, el, set } from "./dom.ts";
import { count, integer } from "./format.ts";
import type { ThemeName } from "./theme.ts";
import { VIEWS, type View } from "./views/index.ts";

interface Tab {
  view: View;
  button: HTMLButtonElement;
  panel: HTMLElement;
  mounted: boolean;
}

/** Build the page. */
export function buildShell(root: HTMLElement, app: App): void {
  const tabs = VIEWS.filter((view) => view.shown(app)).map(makeTab);
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Views" }, ...tabs.map((tab) => tab.button));
  const main = el("main", { id: "content", tabindex: -1 }, ...tabs.map((tab) => tab.panel));
  root.replaceChildren(
    el("a", { class: "skip", href: "#content", onclick: (event) => {
      event.preventDefault(); // the part after # belongs to the selection
      main.focus();
    } }, "Skip to the view"),
    el("header", { class: "bar" }, heading(app), selectors(app), themeChooser(app)),
    el("nav", { "aria-label": "Views" }, list),
    main,
    footer(app),
  );
  if (!tabs.length) main.append(el("p", { class: "empty", role: "alert" }, "This page shows no run."));
  const open = (): void => openTab(app, tabs);
  tabs.forEach((tab, i) => {
    tab.button.addEventListener("click", () => void app.select({ view: tab.view.id }));
    tab.button.addEventListener("keydown", (event) => moveFocus(event, tabs, i, app));
  });
  app.subscribe(root, ["view"], open);
  open();
}

function makeTab(view: View): Tab {
  const panel = el("div", {
    class: `view view-${view.id}`, id: `panel-${view.id}`, role: "tabpanel", "aria-labelledby": `tab-${view.id}`, hidden: true,
  });
  const tab = el("button", {
    type: "button", role: "tab", id: `tab-${view.id}`, "aria-controls": panel.id, "aria-selected": "false", tabindex: -1,
  }, view.title);
  return { view, button: tab, panel, mounted: false };
}

function openTab(app: App, tabs: Tab[]): void {
  const open = tabs.find((tab) => tab.view.id === app.selection.view) ?? tabs[0];
  for (const tab of tabs) {
    set(tab.button, { "aria-selected": String(tab === open), tabindex: tab === open ? 0 : -1 });
    set(tab.panel, { hidden: tab !== open });
  }
  if (!open) return;
  if (!open.mounted) {
    open.mounted = true;
    void mountView(open, app);
  }
  app.shown();
}

const SLOW_MS = 400;

async function mountView(tab: Tab, app: App): Promise<void> {
  const reading = el("p", { class: "reading", role: "status" });
  tab.panel.append(reading);
  const timer = setTimeout(() => {
    reading.textContent = "Reading …";
  }, SLOW_MS);
  try {
    await tab.view.mount(tab.panel, app);
  } catch (error) {
    tab.panel.append(el("p", { class: "empty", role: "alert" }, sentence(error)));
  }
  clearTimeout(timer);
  reading.remove();
  set(tab.panel, { "data-ready": true });
}

function moveFocus(event: Event, tabs: Tab[], i: number, app: App): void {
  const key = (event as KeyboardEvent).key;
  const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[key];
  if (to === undefined) return;
  event.preventDefault();
  const tab = tabs[(to + tabs.length) % tabs.length];
  tab.button.focus();
  void app.select({ view: tab.view.id });
}

function heading(app: App): HTMLElement {
  const title = el("h1");
  const facts = el("p", { class: "facts" });
  const draw = (): void => {
    const run = app.overview;
    title.textContent = run ? run.name : app.site.live ? "No run yet" : "Comparison of runs";
    facts.textContent = run ? runFacts(app) : `glianeat ${app.site.version}`;
    set(facts, { class: app.trouble ? "facts trouble" : "facts", role: "status" });
  };
  app.subscribe(document.documentElement, ["run", "data", "trouble"], draw);
  draw();
  return el("div", { class: "heading" }, title, facts);
}

function runFacts(app: App): string {
  const run = app.overview;
  const state = run.finished ? `ended: ${run.finished}` : "not finished";
  const parts = [run.task, run.strategy, `seed ${run.seed}`, count(run.generations, "generation"), count(run.evaluations, "evaluation"), state];
  return [...parts, app.trouble].filter(Boolean).join(" · ");
}

/** Run and genome. */
function selectors(app: App): HTMLElement {
  const root = el("div", { class: "selectors" });
  if (app.site.runs.length > 1) {
    const runs = app.site.runs.map((run, i): [string, string] => [String(i), run.name]);
    const unreadable = el("p", { class: "unreadable", role: "alert" });
    const choice = chooser("Run", runs, String(app.selection.run), (value) => {
      app.select({ run: Number(value) }).then(() => draw(), (error: unknown) => draw(sentence(error)));
    });
    const select = choice.querySelector("select");
    const draw = (problem = ""): void => {
      if (select) select.value = String(app.selection.run);
      unreadable.textContent = problem;
    };
    app.subscribe(document.documentElement, ["run"], () => draw());
    root.append(unreadable, choice);
  }
  if (app.site.runs.length) root.append(genomeField(app));
  return root;
}

function genomeField(app: App): HTMLElement {
  const field = el("input", { type: "text", inputmode: "numeric", size: 7, list: "known-genomes", autocomplete: "off" });
  const known = el("datalist", { id: "known-genomes" });
  const best = button("Best", () => void app.select({ genome: app.overview.best }), { title: "Select the best genome" });
  const draw = (): void => {
    field.value = app.genome === null ? "" : String(app.genome);
    set(best, { "aria-pressed": String(app.genome === app.overview.best) });
    known.replaceChildren(...app.overview.genomes.slice(0, 500).map((key) => el("option", { value: key })));
  };
  field.addEventListener("change", () => {
    const key = Number(field.value);
    if (field.value.trim() && Number.isInteger(key) && key >= 0) void app.select({ genome: key });
    else draw();
  });
  app.subscribe(document.documentElement, ["run", "genome", "data"], draw);
  draw();
  return el("div", { class: "genome-field" }, el("label", { class: "field" }, el("span", {}, "Genome"), field), known, best);
}

function themeChooser(app: App): HTMLElement {
  const names: [string, string][] = [["auto", "System"], ["light", "Light"], ["dark", "Dark"]];
  const choice = chooser("Theme", names, app.theme, (value) => app.setTheme(value as ThemeName));
  choice.classList.add("theme");
  return choice;
}

function footer(app: App): HTMLElement {
  const licences = document.querySelector("script[data-licences]")?.textContent?.trim();
  const made = el("p", {}, `Made by glianeat ${app.site.version}.`);
  const root = el("footer", { class: "foot" }, made);
  if (app.overview) {
    const notes = el("ul", { class: "notes" });
    const draw = (): void => {
      notes.replaceChildren(...app.overview.notes.map((note) => el("li", {}, note)));
      made.textContent = `Made by glianeat ${app.site.version}; ${integer(app.overview.individuals)} individuals were born in this run.`;
    };
    app.subscribe(document.documentElement, ["run", "data"], draw);
    draw();
    root.append(notes);
  }
  if (licences) root.append(el("details", {}, el("summary", {}, "Licences of what this page contains"), el("pre", {}, licences)));
  return root;
}
