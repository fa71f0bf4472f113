/** How well each operator does: bars, and the numbers behind them. */
import type { History } from "../contract.ts";
import { el } from "../dom.ts";
import { legendEntry } from "../figure.ts";
import { count } from "../format.ts";
import type { TableData } from "../table.ts";
import type { Colours } from "../theme.ts";

const OFTEN = 10; // times

export interface Success {
  name: string;
  applied: number;
  survived: number;
  improved: number;
}

/** Return the totals of each operator over the run, most used first. */
export function totals(history: History): Success[] {
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  return Object.entries(history.operators)
    .map(([name, one]) => ({ name, applied: sum(one.applied), survived: sum(one.survived), improved: sum(one.improved) }))
    .sort((a, b) => b.applied - a.applied);
}

export function operatorTable(history: History): TableData {
  const rows = totals(history);
  const share = (part: (one: Success) => number) => rows.map((one) => (one.applied ? (100 * part(one)) / one.applied : null));
  return {
    caption: "Operators, over the whole run",
    columns: [
      { name: "operator", values: rows.map((one) => one.name) },
      { name: "applied", values: rows.map((one) => one.applied) },
      { name: "survived", values: rows.map((one) => one.survived) },
      { name: "improved", values: rows.map((one) => one.improved) },
      { name: "survived", unit: "%", values: share((one) => one.survived) },
      { name: "improved", unit: "%", values: share((one) => one.improved) },
    ],
  };
}

export function drawOperators(body: HTMLElement, history: History, colours: Colours): void {
  const rows = totals(history);
  const parts = (one: Success): [number, string][] => [[one.survived, colours.series[0]], [one.improved, colours.series[2]]];
  const often = rows.filter((one) => one.applied >= OFTEN); // shares of few would set the scale
  const most = Math.max(0.01, ...(often.length ? often : rows).flatMap((one) => parts(one).map(([n]) => n / Math.max(1, one.applied))));
  body.replaceChildren(
    el("div", { class: "legend" }, legendEntry("survived", colours.series[0], "box"), legendEntry("better than the parent", colours.series[2], "box")),
    el("div", { class: "operator-bars", "aria-hidden": "true" }, ...rows.map((one) => el("div", { class: "operator-row" },
      el("span", { class: "operator-name" }, one.name.replaceAll("_", " "), el("small", {}, ` applied ${count(one.applied, "time")}`)),
      el("span", { class: "operator-tracks" }, ...parts(one).map(([n, colour]) => bar(n / Math.max(1, one.applied), most, colour))),
    ))),
  );
}

function bar(share: number, most: number, colour: string): HTMLElement {
  const filled = el("span", { class: "operator-fill" });
  filled.style.width = `${80 * Math.min(1, share / most)}%`;
  filled.style.background = colour;
  return el("span", { class: "operator-track" }, filled, el("span", { class: "operator-number" }, `${(100 * share).toFixed(1)} %`));
}
