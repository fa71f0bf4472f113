/** Tables: what a picture shows, for readers who want or need numbers. Sorted by a click, in pages. */
import type { Num } from "./contract.ts";
import { button, el, freshId } from "./dom.ts";
import { count, label, number } from "./format.ts";

export type Cell = string | Num;

export interface Column {
  name: string;
  unit?: string;
  values: ArrayLike<Cell>;
  /** How a value is written; numbers have four digits otherwise. */
  show?: (value: Cell) => string;
}

export interface TableData {
  caption: string;
  columns: Column[];
  /** A row was chosen, by click or Enter. */
  pick?: (row: number) => void;
  /** Whether a row is the selected one. */
  chosen?: (row: number) => boolean;
  /** The caption is for screen readers alone: the heading above says the same. */
  quiet?: boolean;
  /** Show a field that leaves rows with a text. */
  search?: boolean;
}

const PAGE = 50;

interface State {
  sort: number; // column; -1: as given
  falling: boolean;
  page: number;
  text: string;
}

/** Make a table. */
export function table(data: TableData): HTMLElement {
  const state: State = { sort: -1, falling: false, page: 0, text: "" };
  const root = el("div", { class: "table" });
  const body = el("tbody");
  const heads = data.columns.map((column, i) => head(column, () => sortBy(i)));
  const pager = el("div", { class: "pager" });
  const captionId = freshId("caption");
  const rows = (): number[] => ordered(data, state);

  function sortBy(i: number): void {
    state.falling = state.sort === i ? !state.falling : isNumeric(data.columns[i]);
    state.sort = i;
    state.page = 0;
    heads.forEach((one, k) => {
      one.setAttribute("aria-sort", k !== i ? "none" : state.falling ? "descending" : "ascending");
    });
    draw();
  }

  function draw(): void {
    const order = rows();
    const pages = Math.max(1, Math.ceil(order.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const shown = order.slice(state.page * PAGE, (state.page + 1) * PAGE);
    body.replaceChildren(...shown.map((row) => line(data, row)));
    if (!shown.length) body.append(el("tr", {}, el("td", { colspan: data.columns.length, class: "none" }, "No rows.")));
    drawPager(pager, order.length, pages, state, draw);
  }

  if (data.search) root.append(searchField(state, draw));
  root.append(
    el("div", { class: "table-scroll", tabindex: 0, role: "group", "aria-labelledby": captionId },
      el("table", {}, el("caption", { id: captionId, class: data.quiet ? "unseen" : null }, data.caption), el("thead", {}, el("tr", {}, ...heads)), body)),
    pager,
  );
  draw();
  return root;
}

function head(column: Column, pressed: () => void): HTMLTableCellElement {
  const numeric = isNumeric(column) ? "number" : isLong(column) ? "long" : "";
  return el("th", { scope: "col", class: numeric, "aria-sort": "none" },
    button(label(column.name, column.unit ?? ""), pressed, { class: "sort" }));
}

function searchField(state: State, draw: () => void): HTMLElement {
  const field = el("input", {
    type: "search",
    oninput: () => {
      state.text = field.value.toLowerCase();
      state.page = 0;
      draw();
    },
  });
  return el("label", { class: "field search" }, el("span", {}, "Find"), field);
}

function line(data: TableData, row: number): HTMLTableRowElement {
  const cells = data.columns.map((column, i) => {
    const text = shownCell(column, row);
    const value = column.values[row];
    const numeric = typeof value === "number" || (value === null && isNumeric(column)) ? "number" : "";
    if (i === 0 && data.pick) {
      return el("td", { class: numeric }, button(text, () => data.pick?.(row), { class: "link" }));
    }
    return el("td", { class: numeric }, text);
  });
  const chosen = data.chosen?.(row) ?? false;
  return el("tr", { class: chosen ? "chosen" : "", "aria-current": chosen ? "true" : null }, ...cells);
}

function drawPager(pager: HTMLElement, n: number, pages: number, state: State, draw: () => void): void {
  const turn = (by: number) => () => {
    state.page += by;
    draw();
  };
  pager.hidden = pages < 2 && !state.text;
  if (pages < 2) {
    pager.replaceChildren(el("span", { role: "status" }, count(n, "row")));
    return;
  }
  pager.replaceChildren(
    button("Previous", turn(-1), { disabled: state.page === 0 }),
    el("span", { role: "status" }, `page ${state.page + 1} of ${pages}, ${count(n, "row")}`),
    button("Next", turn(1), { disabled: state.page >= pages - 1 }),
  );
}

function shownCell(column: Column, row: number): string {
  const value = column.values[row] ?? null;
  if (column.show) return column.show(value);
  return typeof value === "string" ? value : number(value);
}

function isNumeric(column: Column): boolean {
  const n = Math.min(column.values.length, 20);
  for (let i = 0; i < n; i++) if (typeof column.values[i] === "number") return true;
  return false;
}

/** Long texts get room, so that they do not become towers of words. */
function isLong(column: Column): boolean {
  const n = Math.min(column.values.length, 20);
  for (let i = 0; i < n; i++) if (String(column.values[i] ?? "").length > 24) return true;
  return false;
}

/** Return the rows to show: those with the text, in order; missing values come last. */
export function ordered(data: TableData, state: { sort: number; falling: boolean; text: string }): number[] {
  const n = data.columns[0]?.values.length ?? 0;
  let rows = Array.from({ length: n }, (_, i) => i);
  if (state.text) {
    rows = rows.filter((row) => data.columns.some((c) => shownCell(c, row).toLowerCase().includes(state.text)));
  }
  if (state.sort < 0) return rows;
  const values = data.columns[state.sort].values;
  const sign = state.falling ? -1 : 1;
  return rows.sort((a, b) => compared(values[a], values[b], sign) || a - b);
}

function compared(a: Cell, b: Cell, sign: number): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b), "en", { numeric: true });
}

/** Write a table as CSV (RFC 4180); numbers in full precision. Cells cannot become formulas. */
export function csv(data: TableData): string {
  const n = data.columns[0]?.values.length ?? 0;
  const lines = [data.columns.map((c) => quoted(label(c.name, c.unit ?? ""))).join(",")];
  for (let row = 0; row < n; row++) lines.push(data.columns.map((c) => quoted(c.values[row] ?? null)).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function quoted(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
