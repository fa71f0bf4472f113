/** Where the individuals of a phylogeny stand: generations across, lines of descent above one another. */

export interface TreeLayout {
  y: Float64Array; // row of each individual; leaves have whole numbers
  leaves: number;
  children: number[][];
}

/**
 * Lay out a forest. Leaves get rows in the order of a walk through it, so that no two lines cross;
 * others stand in the middle of their children. `parent` holds indices, -1 for founders.
 */
export function layoutTree(parent: ArrayLike<number>): TreeLayout {
  const n = parent.length;
  const children: number[][] = Array.from({ length: n }, () => []);
  const roots: number[] = [];
  for (let i = 0; i < n; i++) {
    if (parent[i] >= 0) children[parent[i]].push(i);
    else roots.push(i);
  }
  const y = new Float64Array(n);
  const order = walk(roots, children);
  let leaves = 0;
  for (const i of order) if (!children[i].length) y[i] = leaves++;
  for (let k = order.length - 1; k >= 0; k--) {
    const mine = children[order[k]];
    if (mine.length) y[order[k]] = (y[mine[0]] + y[mine[mine.length - 1]]) / 2;
  }
  return { y, leaves, children };
}

/** Return all individuals, each before its descendants and those together. */
function walk(roots: number[], children: number[][]): number[] {
  const order: number[] = [];
  const waiting = [...roots].reverse();
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    order.push(i);
    for (let k = children[i].length - 1; k >= 0; k--) waiting.push(children[i][k]);
  }
  return order;
}

/** Return an individual and its ancestors, youngest first. */
export function ancestors(parent: ArrayLike<number>, from: number): number[] {
  const found: number[] = [];
  for (let i = from; i >= 0 && found.length <= parent.length; i = parent[i]) found.push(i);
  return found;
}
