/** Walking from neuron to neuron with the arrow keys. */

/** The nearest marked neuron in a direction; -1 if there is none. Straight ahead counts as nearer. */
export function neighbour(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  marked: Uint8Array,
  from: number,
  dx: number,
  dy: number,
): number {
  let [best, least] = [-1, Infinity];
  for (let i = 0; i < marked.length; i++) {
    if (marked[i] === 0 || i === from) continue;
    const [gx, gy] = [x[i] - x[from], y[i] - y[from]];
    const along = gx * dx + gy * dy;
    const across = Math.abs(gx * dy - gy * dx);
    if (along <= 0 || across > 2.2 * along) continue;
    const cost = along + 2 * across;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

/** The marked point nearest to a place, within a distance; -1 if there is none. */
export function nearestPoint(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  marked: Uint8Array,
  atX: number,
  atY: number,
  within: number,
): number {
  let [best, least] = [-1, within];
  for (let i = 0; i < marked.length; i++) {
    if (marked[i] === 0) continue;
    const gap = Math.hypot(x[i] - atX, y[i] - atY);
    if (gap <= least) [best, least] = [i, gap];
  }
  return best;
}
