/** Curves over one axis, with bands: uPlot in a frame that keyboards reach. */
import uPlot from "uplot";
import type { App } from "../app.ts";
import type { Num } from "../contract.ts";
import { button, el, set } from "../dom.ts";
import { number } from "../format.ts";
import { alpha, type Colours } from "../theme.ts";

export interface Line {
  name: string;
  unit?: string;
  colour: string;
  values: Num[];
  /** What hovering says where it is not `values`. */
  said?: Num[];
  width?: number;
  dash?: number[];
  bands?: { low: Num[]; high: Num[]; alpha: number }[];
}

export interface Curves {
  x: number[];
  xLabel: string;
  yLabel: string;
  lines: Line[];
  height?: number;
  log?: boolean;
  /** Zero belongs to the picture. */
  zero?: boolean;
  /** The lines that the legend names; all of them if it is left out. */
  inLegend?: Set<string>;
  /** All values are whole numbers. */
  counts?: boolean;
  /** Number of entries that hovering names; the largest come first if there are more lines. */
  named?: number;
}

export interface CurvesFrame {
  label: string; // what it is, for screen readers
  legend?: HTMLElement;
  sync?: string; // pictures with the same name share their cursor
  pick?: (index: number) => void; // a place on the x axis was chosen
  picked?: () => number | null; // the place that is chosen
  chosenLine?: (name: string) => void; // an entry of the legend was chosen; without it, it hides its line
}

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif';

const WHOLE = Array.from({ length: 27 }, (_, k) => [1, 2, 5][k % 3] * 10 ** Math.floor(k / 3)); // 1, 2, 5, 10, …

export class CurvePlot {
  private readonly app: App;
  private readonly frame: CurvesFrame;
  private readonly root: HTMLElement;
  private readonly area: HTMLElement;
  private readonly axis: HTMLElement;
  private readonly tip: HTMLElement;
  private readonly hiddenLines = new Set<string>();
  private plot: uPlot | null = null;
  private curves: Curves | null = null;

  constructor(host: HTMLElement, app: App, frame: CurvesFrame) {
    this.app = app;
    this.frame = frame;
    this.axis = el("div", { class: "y-label" });
    this.area = el("div", { class: "plot-area" });
    this.tip = el("div", { class: "tip", hidden: true, role: "status" });
    const how = frame.pick ? "Arrow keys move along it, Enter selects." : "Arrow keys move along it.";
    this.root = el("div", {
      class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-label": `${frame.label}. ${how}`,
      onkeydown: (event) => this.key(event as KeyboardEvent),
      onblur: () => this.leave(),
    }, this.axis, this.area, this.tip);
    host.append(this.root);
    new ResizeObserver(() => this.resize()).observe(this.area);
  }

  /** Show curves, or the same ones in other colours. */
  show(curves: Curves): void {
    this.curves = curves;
    this.axis.textContent = curves.yLabel;
    this.plot?.destroy();
    this.plot = null;
    this.drawLegend();
    if (this.area.clientWidth) this.build();
  }

  /** Draw the chosen place anew. */
  mark(): void {
    this.plot?.redraw(false);
  }

  private resize(): void {
    if (!this.curves || !this.area.clientWidth) return;
    if (this.plot) this.plot.setSize({ width: this.area.clientWidth, height: this.height() });
    else this.build();
  }

  private height(): number {
    return this.curves?.height ?? 220;
  }

  private build(): void {
    const curves = this.curves;
    if (!curves) return;
    const { data, series, bands } = prepared(curves, this.hiddenLines);
    const options: uPlot.Options = {
      width: this.area.clientWidth,
      height: this.height(),
      series,
      bands,
      legend: { show: false },
      padding: [8, 22, 0, 0],
      scales: { x: { time: false, range: (_, low, high) => [low, high > low ? high : low + 1] }, y: yScale(curves) },
      axes: axes(curves, this.app.colours),
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 7 },
        ...(this.frame.sync ? { sync: { key: this.frame.sync, setSeries: false } } : {}),
      },
      hooks: { draw: [(plot) => this.drawMark(plot)], setCursor: [(plot) => this.hover(plot)] },
    };
    this.plot = new uPlot(options, data, this.area);
    this.plot.over.addEventListener("click", () => this.pick());
    this.plot.over.addEventListener("mouseleave", () => set(this.tip, { hidden: true }));
  }

  private drawMark(plot: uPlot): void {
    const index = this.frame.picked?.() ?? null;
    if (index === null || !this.curves || index >= this.curves.x.length) return;
    const x = Math.round(plot.valToPos(this.curves.x[index], "x", true)) + 0.5;
    plot.ctx.save();
    plot.ctx.strokeStyle = this.app.colours.ink;
    plot.ctx.lineWidth = uPlot.pxRatio;
    plot.ctx.setLineDash([3 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    plot.ctx.beginPath();
    plot.ctx.moveTo(x, plot.bbox.top);
    plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
    plot.ctx.stroke();
    plot.ctx.restore();
  }

  private hover(plot: uPlot): void {
    const index = plot.cursor.idx;
    const own = this.root.matches(":hover") || this.root === document.activeElement;
    if (index === null || index === undefined || !this.curves || !own || (plot.cursor.left ?? -1) < 0) {
      set(this.tip, { hidden: true });
      return;
    }
    this.tip.replaceChildren(...tipRows(this.curves, index, this.hiddenLines));
    set(this.tip, { hidden: false });
    const room = this.root.clientWidth - this.tip.offsetWidth - 4;
    const left = (plot.over.offsetLeft || 0) + (plot.cursor.left ?? 0) + 14;
    const shown = left > room ? left - this.tip.offsetWidth - 28 : left;
    this.tip.style.transform = `translate(${Math.max(0, Math.min(room, shown))}px, 26px)`;
  }

  private key(event: KeyboardEvent): void {
    const plot = this.plot;
    const n = this.curves?.x.length ?? 0;
    if (!plot || !n || event.target !== this.root) return;
    const at = plot.cursor.idx ?? this.frame.picked?.() ?? n - 1;
    const far = Math.max(1, Math.round(n / 10));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - far, PageDown: at + far, Home: 0, End: n - 1 }[event.key];
    if (event.key === "Enter") this.pick();
    else if (event.key === "Escape") this.leave();
    else if (to === undefined) return;
    else this.moveTo(Math.min(n - 1, Math.max(0, to)));
    event.preventDefault();
  }

  private moveTo(index: number): void {
    const plot = this.plot;
    if (!plot || !this.curves) return;
    plot.setCursor({ left: plot.valToPos(this.curves.x[index], "x"), top: 10 });
  }

  private leave(): void {
    set(this.tip, { hidden: true });
    this.plot?.setCursor({ left: -10, top: -10 });
  }

  private pick(): void {
    const index = this.plot?.cursor.idx;
    if (index !== null && index !== undefined) this.frame.pick?.(index);
  }

  private drawLegend(): void {
    const { legend, chosenLine } = this.frame;
    if (!legend || !this.curves) return;
    legend.hidden = this.curves.lines.length < 2;
    const { lines, inLegend } = this.curves;
    const left = inLegend ? lines.filter((line) => !inLegend.has(line.name)).length : 0;
    legend.replaceChildren(...lines.filter((line) => inLegend?.has(line.name) ?? true).map((line) => {
      const shown = !this.hiddenLines.has(line.name);
      const pressed = (): void => {
        if (chosenLine) chosenLine(line.name);
        else this.toggle(line.name);
      };
      const entry = button("", pressed, { class: "legend-entry", "aria-pressed": chosenLine ? null : String(shown) });
      const key = el("span", { class: `key ${line.dash ? "dash" : line.bands && !line.width ? "box" : "line"}`, "aria-hidden": "true" });
      key.style.setProperty("--key", line.colour);
      entry.append(key, line.name);
      return entry;
    }), ...(left ? [el("span", {}, `and ${left} more`)] : []));
  }

  private toggle(name: string): void {
    if (!this.hiddenLines.delete(name)) this.hiddenLines.add(name);
    const focused = [...(this.frame.legend?.children ?? [])].indexOf(document.activeElement as Element);
    if (this.curves) this.show(this.curves);
    (this.frame.legend?.children[focused] as HTMLElement | undefined)?.focus();
  }
}

function prepared(curves: Curves, hidden: Set<string>): { data: uPlot.AlignedData; series: uPlot.Series[]; bands: uPlot.Band[] } {
  const data: (Num[] | number[])[] = [curves.x];
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const lone = curves.x.length < 2;
  const add = (values: Num[], one: uPlot.Series): number => series.push({ points: { show: lone }, ...one }) && data.push(values) - 1;
  const shown = curves.lines.filter((line) => !hidden.has(line.name));
  for (const line of shown) {
    for (const band of line.bands ?? []) {
      const high = add(band.high, { width: 0, points: { show: false } });
      const low = add(band.low, { width: 0, points: { show: false } });
      bands.push({ series: [high, low], fill: alpha(line.colour, band.alpha) });
    }
  }
  for (const line of shown) {
    add(line.values, { stroke: line.colour, width: line.width ?? 2, ...(line.dash ? { dash: line.dash } : {}) });
  }
  return { data: data as uPlot.AlignedData, series, bands };
}

function yScale(curves: Curves): uPlot.Scale {
  if (curves.log) return { distr: 3 };
  return {
    range: (_, low, high) => {
      if (low === null || high === null) return [0, 1];
      const from = curves.zero ? Math.min(0, low) : low;
      const span = high - from || Math.abs(high) || 1;
      return [curves.zero && from === 0 ? 0 : from - span * 0.05, high + span * 0.05];
    },
  };
}

function axes(curves: Curves, colours: Colours): uPlot.Axis[] {
  const both: uPlot.Axis = {
    stroke: colours.muted,
    font: FONT,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1, size: 4 },
    values: (_, splits) => splits.map((one) => (one === null ? null : number(one))),
  };
  const whole = curves.x.every(Number.isInteger) ? { incrs: WHOLE } : {};
  const widest = (values: string[] | null): number => Math.max(3, ...(values ?? []).map((one) => String(one ?? "").length));
  return [
    { ...both, ...whole, label: curves.xLabel, labelFont: FONT, labelSize: 18, labelGap: 0, size: 28 },
    { ...both, ...(curves.counts ? { incrs: WHOLE } : {}), size: (_, values) => 14 + 7 * widest(values), space: 34 },
  ];
}

function tipRows(curves: Curves, index: number, hidden: Set<string>): HTMLElement[] {
  let rows = curves.lines
    .filter((line) => !hidden.has(line.name))
    .map((line) => ({ line, value: (line.said ?? line.values)[index] ?? null }))
    .filter((row) => row.value !== null && !(row.line.said && row.value === 0));
  const most = curves.named ?? 12;
  const left = rows.length - most;
  if (left > 0) rows = rows.sort((a, b) => Number(b.value) - Number(a.value)).slice(0, most);
  const shown = rows.map(({ line, value }) => {
    const key = el("span", { class: `key ${line.dash ? "dash" : "line"}`, "aria-hidden": "true" });
    key.style.setProperty("--key", line.colour);
    const unit = line.unit ? ` ${line.unit}` : "";
    return el("div", { class: "tip-row" }, key, el("span", {}, line.name), el("b", {}, number(value) + unit));
  });
  const head = el("div", { class: "tip-head" }, `${curves.xLabel} ${number(curves.x[index])}`);
  return [head, ...shown, ...(left > 0 ? [el("div", { class: "tip-row" }, `and ${left} more`)] : [])];
}
