/** Convex outlines of territories. */

export type Point = readonly [number, number];

/** Corners of the convex hull, counter-clockwise in a plane with y upwards (Andrew's monotone chain). */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const corners = sorted.filter((p, i) => i === 0 || p[0] !== sorted[i - 1][0] || p[1] !== sorted[i - 1][1]);
  if (corners.length < 3) return corners;
  const lower = chain(corners);
  const upper = chain([...corners].reverse());
  return [...lower, ...upper];
}

function chain(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
    kept.push(point);
  }
  kept.pop();
  return kept;
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** What an outline is written to: a Path2D, or what a test puts in its place. */
export interface Pen {
  moveTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, start: number, end: number): void;
  closePath(): void;
}

/** Write the outline of discs of a radius about some points: a hull with round corners. */
export function outline(pen: Pen, points: readonly Point[], radius: number): void {
  const corners = convexHull(points);
  const n = corners.length;
  if (n === 0) return;
  if (n === 1) {
    pen.moveTo(corners[0][0] + radius, corners[0][1]);
    pen.arc(corners[0][0], corners[0][1], radius, 0, 2 * Math.PI);
    pen.closePath();
    return;
  }
  for (let i = 0; i < n; i++) {
    const [x, y] = corners[i];
    const before = corners[(i + n - 1) % n];
    const after = corners[(i + 1) % n];
    const start = Math.atan2(y - before[1], x - before[0]) - Math.PI / 2;
    let end = Math.atan2(after[1] - y, after[0] - x) - Math.PI / 2;
    while (end < start) end += 2 * Math.PI;
    if (i === 0) pen.moveTo(x + radius * Math.cos(start), y + radius * Math.sin(start));
    pen.arc(x, y, radius, start, end);
  }
  pen.closePath();
}

/** Whether a point is within `radius` of the hull of some points. */
export function isInside(points: readonly Point[], radius: number, x: number, y: number): boolean {
  const corners = convexHull(points);
  const n = corners.length;
  let inside = n > 2;
  for (let i = 0; i < n; i++) {
    const a = corners[i];
    const b = corners[(i + 1) % n];
    if (n > 2 && turn(a, b, [x, y]) < 0) inside = false;
    if (distance(a, b, x, y) <= radius) return true;
  }
  return inside;
}

function distance(a: Point, b: Point, x: number, y: number): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / length));
  return Math.hypot(x - a[0] - share * dx, y - a[1] - share * dy);
}
