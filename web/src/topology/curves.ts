/** The curves of synapses: cubic Béziers from the rim of a neuron to that of another. */

import { INPUT, OUTPUT } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { RADIUS } from "./layout.ts";
import type { Layout } from "./layout.ts";

/** Eight numbers a synapse: start, two control points, end; x and y of each. */
export type Curves = Float32Array;

/** Distance from a neuron's centre at which its drawing ends. */
export function rim(role: number): number {
  return role === OUTPUT ? RADIUS + 5 : RADIUS + 1.5;
}

/** Curves of all synapses. Those that run on to the right leave and arrive levelly; others bow. */
export function curvesOf(graph: Graph, layout: Layout): Curves {
  const curves = new Float32Array(8 * graph.synapses);
  for (let s = 0; s < graph.synapses; s++) {
    const [source, target] = [graph.source[s], graph.target[s]];
    const at = 8 * s;
    if (source === target) loop(curves, at, layout.x[source], layout.y[source], rim(graph.role[source]));
    else {
      const ahead = runsOn(graph, layout, source, target);
      between(curves, at, layout, source, target, ahead);
      trim(curves, at, rim(graph.role[source]), rim(graph.role[target]) + 1.5);
    }
  }
  return curves;
}

function runsOn(graph: Graph, layout: Layout, source: number, target: number): boolean {
  if (layout.x[target] - layout.x[source] < 40) return false;
  const leaves = graph.role[source] === INPUT || graph.role[target] === OUTPUT;
  return leaves || layout.column[source] < layout.column[target];
}

function loop(curves: Curves, at: number, x: number, y: number, radius: number): void {
  const point = (degrees: number, distance: number, to: number): void => {
    curves[to] = x + distance * Math.cos((degrees * Math.PI) / 180);
    curves[to + 1] = y + distance * Math.sin((degrees * Math.PI) / 180);
  };
  point(-128, radius, at);
  point(-118, 4.1 * radius, at + 2);
  point(-50, 4.1 * radius, at + 4);
  point(-42, radius + 1.5, at + 6);
}

function between(
  curves: Curves,
  at: number,
  layout: Layout,
  source: number,
  target: number,
  ahead: boolean,
): void {
  const [x, y] = [layout.x[source], layout.y[source]];
  const [dx, dy] = [layout.x[target] - x, layout.y[target] - y];
  const length = Math.hypot(dx, dy) || 1;
  curves.set([x, y], at);
  if (ahead) {
    const reach = Math.min(0.45 * dx, 260);
    curves.set([x + reach, y + 0.1 * dy, x + dx - reach, y + 0.9 * dy], at + 2);
  } else {
    // bow to the left of the way, so that a synapse and its reverse stay apart
    const bow = Math.min(0.2 * length, 90) / length;
    const [ox, oy] = [dy * bow, -dx * bow];
    curves.set([x + 0.28 * dx + ox, y + 0.28 * dy + oy, x + 0.72 * dx + ox, y + 0.72 * dy + oy], at + 2);
  }
  curves.set([x + dx, y + dy], at + 6);
}

/** Move the ends of a curve from the centres of neurons to their rims. */
function trim(curves: Curves, at: number, first: number, last: number): void {
  const move = (end: number, control: number, by: number): void => {
    const [dx, dy] = [curves[control] - curves[end], curves[control + 1] - curves[end + 1]];
    const length = Math.hypot(dx, dy) || 1;
    const step = Math.min(by, 0.9 * length);
    curves[end] += (dx / length) * step;
    curves[end + 1] += (dy / length) * step;
  };
  move(at, at + 2, first);
  move(at + 6, at + 4, last);
}

/** Point of a curve at a share of its way. */
export function pointAt(curves: Curves, synapse: number, share: number): [number, number] {
  const at = 8 * synapse;
  const rest = 1 - share;
  const [a, b, c, d] = [rest ** 3, 3 * rest * rest * share, 3 * rest * share * share, share ** 3];
  return [
    a * curves[at] + b * curves[at + 2] + c * curves[at + 4] + d * curves[at + 6],
    a * curves[at + 1] + b * curves[at + 3] + c * curves[at + 5] + d * curves[at + 7],
  ];
}

/** Direction in which a curve arrives, of length 1. */
export function arrival(curves: Curves, synapse: number): [number, number] {
  const at = 8 * synapse;
  const [dx, dy] = [curves[at + 6] - curves[at + 4], curves[at + 7] - curves[at + 5]];
  const length = Math.hypot(dx, dy) || 1;
  return [dx / length, dy / length];
}

/** The synapse nearest to a point, of those with a mark, within a distance; -1 if there is none. */
export function nearestSynapse(
  curves: Curves,
  marked: Uint8Array,
  x: number,
  y: number,
  within: number,
): number {
  let [best, least] = [-1, within];
  for (let s = 0; s < marked.length; s++) {
    if (marked[s] === 0 || !mayTouch(curves, s, x, y, least)) continue;
    let [px, py] = [curves[8 * s], curves[8 * s + 1]];
    for (let k = 1; k <= 16; k++) {
      const [qx, qy] = pointAt(curves, s, k / 16);
      const gap = toSegment(px, py, qx, qy, x, y);
      if (gap < least) [best, least] = [s, gap];
      [px, py] = [qx, qy];
    }
  }
  return best;
}

/** Whether the box about a curve's points is near: a Bézier stays inside it. */
function mayTouch(curves: Curves, synapse: number, x: number, y: number, within: number): boolean {
  const at = 8 * synapse;
  const beyond = (a: number, b: number, c: number, d: number, value: number): boolean =>
    Math.min(a, b, c, d) - within > value || Math.max(a, b, c, d) + within < value;
  return !(
    beyond(curves[at], curves[at + 2], curves[at + 4], curves[at + 6], x) ||
    beyond(curves[at + 1], curves[at + 3], curves[at + 5], curves[at + 7], y)
  );
}

function toSegment(ax: number, ay: number, bx: number, by: number, x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy || 1;
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
