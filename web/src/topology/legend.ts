/** The legend of the picture of a network: only what is in it. */

import { el, svg } from "../dom.ts";
import { HIDDEN, INPUT, OUTPUT } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { DENSE_FROM, DOTTED_UP_TO } from "./scene.ts";

/** Entries for what a network has. `playing`: whether there is an episode to show. */
export function networkLegend(graph: Graph, playing: boolean): HTMLElement[] {
  const has = (role: number): boolean => graph.role.includes(role);
  const dots = graph.synapses <= DOTTED_UP_TO && graph.delay.some((delay) => delay > 1);
  return [
    has(INPUT) && entry(ring("input"), "input"),
    has(HIDDEN) && entry(disc(), "hidden neuron"),
    has(OUTPUT) && entry(target(), "output"),
    graph.inhibits.includes(0) && entry(arrow(false), "excitatory"),
    graph.inhibits.includes(1) && entry(arrow(true), "inhibitory"),
    graph.synapses > 0 && entry(widths(), graph.synapses > DENSE_FROM ? "denser: more or stronger synapses" : "wider: stronger"),
    dots && entry(beads(), "a dot for each ms of delay"),
    graph.expressed.astrocytes > 0 && entry(hexagonKey(), "astrocyte (how many) and its territory"),
    playing && entry(flash(), "spike"),
    graph.neurons > graph.expressed.neurons || graph.synapses > graph.expressed.synapses
      ? entry(dashed(), "dormant gene")
      : false,
  ].filter((one) => one instanceof HTMLElement);
}

function entry(picture: SVGElement, text: string): HTMLElement {
  return el("span", { class: "legend-entry" }, picture, text);
}

function icon(width: number, ...children: SVGElement[]): SVGElement {
  return svg("svg", { width, height: 16, viewBox: `0 0 ${width} 16`, "aria-hidden": "true", class: "icon" }, ...children);
}

const ring = (kind: string): SVGElement => icon(16, svg("circle", { cx: 8, cy: 8, r: 5.5, class: `hollow ${kind}` }));
const disc = (): SVGElement => icon(16, svg("circle", { cx: 8, cy: 8, r: 6, class: "solid excites" }));
const target = (): SVGElement =>
  icon(18, svg("circle", { cx: 9, cy: 8, r: 7, class: "hollow" }), svg("circle", { cx: 9, cy: 8, r: 4.2, class: "solid excites" }));

function arrow(inhibits: boolean): SVGElement {
  const kind = inhibits ? "inhibits" : "excites";
  const head = inhibits
    ? svg("path", { d: "M24 3v10", class: `stroke ${kind}` })
    : svg("path", { d: "M26 8l-7-4v8z", class: `solid ${kind}` });
  return icon(28, svg("path", { d: `M2 8h${inhibits ? 22 : 18}`, class: `stroke ${kind}` }), head);
}

const widths = (): SVGElement =>
  icon(24, svg("path", { d: "M2 3.5h20", class: "weight-1" }), svg("path", { d: "M2 7.5h20", class: "weight-2" }), svg("path", { d: "M2 12.5h20", class: "weight-3" }));

const beads = (): SVGElement =>
  icon(30, svg("path", { d: "M2 8h26", class: "stroke excites" }), ...[9, 16, 23].map((cx) => svg("circle", { cx, cy: 8, r: 2.2, class: "bead" })));

const HEXAGON = "M8 1.8l5.4 3.1v6.2L8 14.2l-5.4-3.1V4.9z";
const hexagonKey = (): SVGElement => icon(20, svg("circle", { cx: 10, cy: 8, r: 8, class: "territory" }), svg("path", { d: HEXAGON, class: "solid glia", transform: "translate(4.4 2.4) scale(0.7)" }));
const flash = (): SVGElement => icon(18, svg("circle", { cx: 9, cy: 8, r: 7.5, class: "halo" }), svg("circle", { cx: 9, cy: 8, r: 4.5, class: "spark" }));
const dashed = (): SVGElement => icon(26, svg("path", { d: "M2 8h22", class: "dormant" }));
