/** The frame around a picture: title, note, legend, and its numbers as a table and a file. */
import { sentence } from "./app.ts";
import { button, el, freshId, set } from "./dom.ts";
import { csv, table, type TableData } from "./table.ts";

export interface FigureOptions {
  title: string;
  /** One or two sentences: how to read it. */
  note?: string;
  /** The numbers in the picture. Asked for when the reader wants them. */
  table?: () => TableData | Promise<TableData>;
  /** The picture is a table itself: it is only saved. */
  tableOnly?: boolean;
  /** Stem of the file that is saved. */
  file?: string;
  /** CSS class of the frame, for its place and size. */
  kind?: string;
}

export interface Figure {
  root: HTMLElement;
  body: HTMLElement; // the picture goes here
  tools: HTMLElement; // choices that concern this picture
  legend: HTMLElement;
  /** Say something instead of the picture; an empty text shows the picture again. */
  say(text: string): void;
  /** Change the sentence below the title. */
  note(text: string): void;
  /** The numbers changed: show them anew where the table is open. */
  refresh(): void;
}

/** Make a frame. */
export function figure(options: FigureOptions): Figure {
  const id = freshId("figure");
  const body = el("div", { class: "figure-body" });
  const tools = el("div", { class: "tools" });
  const legend = el("div", { class: "legend" });
  const note = el("p", { class: "note", hidden: !options.note }, options.note ?? "");
  const said = el("p", { class: "empty", role: "status", hidden: true });
  const numbers = el("div", { class: "numbers", id: `${id}-numbers`, hidden: true });
  const head = el("header", {}, el("h3", { id: `${id}-title` }, options.title), tools);
  const root = el("section", { class: `figure ${options.kind ?? ""}`, "aria-labelledby": `${id}-title` },
    head, note, said, body, legend, numbers);
  const made = options.table;
  let open = false;

  async function drawTable(): Promise<void> {
    if (!made || !open) return;
    try {
      numbers.replaceChildren(table(await made()));
    } catch (error) {
      numbers.replaceChildren(el("p", { class: "empty" }, sentence(error)));
    }
  }
  if (made) head.append(tableButtons(options, made, numbers, (now) => {
    open = now;
    void drawTable();
  }));

  return {
    root,
    body,
    tools,
    legend,
    say: (text) => {
      said.textContent = text;
      set(said, { hidden: !text });
      set(body, { hidden: Boolean(text) });
      set(legend, { hidden: Boolean(text) });
    },
    note: (text) => {
      note.textContent = text;
      set(note, { hidden: !text });
    },
    refresh: () => void drawTable(),
  };
}

type Made = () => TableData | Promise<TableData>;

function tableButtons(options: FigureOptions, made: Made, numbers: HTMLElement, opened: (now: boolean) => void): HTMLElement {
  const toggle = button("Table", () => {
    const now = toggle.getAttribute("aria-expanded") !== "true";
    set(toggle, { "aria-expanded": String(now) });
    set(numbers, { hidden: !now });
    opened(now);
  }, { "aria-expanded": "false", "aria-controls": numbers.id, "aria-label": `Table of ${options.title}` });
  const save = button("CSV", () => void Promise.resolve(made()).then((data) => {
    download(`${fileStem(options.file ?? options.title)}.csv`, csv(data));
  }), { "aria-label": `Save ${options.title} as CSV` });
  return el("div", { class: "figure-buttons" }, options.tableOnly ? null : toggle, save);
}

/** Save a text as a file of the reader's. */
export function download(name: string, text: string, type = "text/csv"): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function fileStem(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "") || "table";
}

/** Make one entry of a legend. `mark` is line, dot, band, box or dash. */
export function legendEntry(name: string, colour: string, mark = "line"): HTMLElement {
  const key = el("span", { class: `key ${mark}`, "aria-hidden": "true" });
  key.style.setProperty("--key", colour);
  return el("span", { class: "legend-entry" }, key, name);
}
