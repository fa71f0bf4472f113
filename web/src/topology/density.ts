/**
 * Many synapses as a picture of their density: each line adds to the pixels it crosses, and more of
 * it makes them stronger, but never solid. A canvas strokes ten thousand lines several times slower,
 * and where they cross it shows but one colour.
 */

import { components } from "../episode/strokes.ts";
import type { Colours } from "../theme.ts";
import type { Camera } from "./camera.ts";
import type { Curves } from "./curves.ts";

const PIECES = 5; // straight pieces of a curve
const WEIGHTS = Array.from({ length: PIECES }, (_, k): [number, number, number, number] => {
  const [share, rest] = [(k + 1) / PIECES, 1 - (k + 1) / PIECES];
  return [rest ** 3, 3 * rest * rest * share, 3 * rest * share * share, share ** 3];
}); // of the points of a Bézier at the ends of its pieces
const STEPS = 256; // of the table of strengths
const FULL = 8; // density at which a pixel is as strong as it gets

/** Colours of excitation and inhibition, from 0 to 255. */
export type Inks = readonly [readonly [number, number, number], readonly [number, number, number]];

/** A buffer for the densities of both kinds on a screen of some size. */
export class Density {
  readonly width: number;
  readonly height: number;
  readonly kinds: readonly [Float32Array, Float32Array];

  constructor(width: number, height: number) {
    [this.width, this.height] = [width, height];
    this.kinds = [new Float32Array(width * height), new Float32Array(width * height)];
  }

  clear(): void {
    for (const kind of this.kinds) kind.fill(0);
  }

  /** Add a synapse's curve with a strength. */
  addCurve(camera: Camera, curves: Curves, synapse: number, inhibits: number, strength: number): void {
    const at = 8 * synapse;
    const { zoom } = camera;
    const into = this.kinds[inhibits];
    let fromX = curves[at] * zoom + camera.x;
    let fromY = curves[at + 1] * zoom + camera.y;
    for (let k = 0; k < PIECES; k++) {
      const [a, b, c, d] = WEIGHTS[k];
      const toX = (a * curves[at] + b * curves[at + 2] + c * curves[at + 4] + d * curves[at + 6]) * zoom + camera.x;
      const toY = (a * curves[at + 1] + b * curves[at + 3] + c * curves[at + 5] + d * curves[at + 7]) * zoom + camera.y;
      if (Math.abs(toX - fromX) >= Math.abs(toY - fromY)) {
        this.#add(into, fromX, fromY, toX, toY, strength, 1, this.width, this.width, this.height);
      } else this.#add(into, fromY, fromX, toY, toX, strength, this.width, 1, this.height, this.width);
      fromX = toX;
      fromY = toY;
    }
  }

  /**
   * Add a straight line that is longer along the first side, from (u, v) to (end, last). Each step is
   * shared by the two nearest pixels. `stepU` and `stepV` lead to the next pixel along and across.
   */
  #add(
    into: Float32Array,
    u: number,
    v: number,
    end: number,
    last: number,
    strength: number,
    stepU: number,
    stepV: number,
    along: number,
    across: number,
  ): void {
    if (u > end) return this.#add(into, end, last, u, v, strength, stepU, stepV, along, across);
    const slope = end - u < 1e-6 ? 0 : (last - v) / (end - u);
    let first = Math.max(0, Math.ceil(u));
    let stop = Math.min(along - 1, Math.floor(end));
    if (slope !== 0) {
      // leave out what is beyond the sides, so that steps need no look at them
      const [enter, leave] = [u + (0.001 - v) / slope, u + (across - 1.001 - v) / slope];
      first = Math.max(first, Math.ceil(Math.min(enter, leave)));
      stop = Math.min(stop, Math.floor(Math.max(enter, leave)));
    } else if (v < 0 || v >= across - 1) return;
    let at = v + (first - u) * slope;
    for (let place = first * stepU, i = first; i <= stop; i++, at += slope, place += stepU) {
      const low = at | 0;
      const share = (at - low) * strength;
      const pixel = place + low * stepV;
      into[pixel] += strength - share;
      into[pixel + stepV] += share;
    }
  }

  /** Write the densities as colours with transparency. */
  colour(pixels: Uint8ClampedArray, inks: Inks): void {
    const [excites, inhibits] = this.kinds;
    const [warm, cold] = inks;
    const table = Float32Array.from({ length: STEPS + 1 }, (_, k) => 215 * (1 - Math.exp((-0.55 * FULL * k) / STEPS)));
    const scale = STEPS / FULL;
    for (let i = 0, p = 0; i < excites.length; i++, p += 4) {
      const total = excites[i] + inhibits[i];
      if (total <= 0) {
        pixels[p + 3] = 0;
        continue;
      }
      const share = inhibits[i] / total;
      pixels[p] = warm[0] + (cold[0] - warm[0]) * share;
      pixels[p + 1] = warm[1] + (cold[1] - warm[1]) * share;
      pixels[p + 2] = warm[2] + (cold[2] - warm[2]) * share;
      pixels[p + 3] = table[Math.min(STEPS, (total * scale) | 0)];
    }
  }
}

/** A density with what it takes to draw it on a screen; made once for its size and colours. */
export class Sheet {
  readonly density: Density;
  readonly #image: ImageData;
  readonly #canvas: OffscreenCanvas;
  readonly #inks: Inks;

  /** Pixels of the density for one of the screen. */
  readonly scale: number;
  readonly #width: number;
  readonly #height: number;

  constructor(width: number, height: number, scale: number, colours: Colours) {
    const [across, down] = [Math.max(1, Math.ceil(width * scale)), Math.max(1, Math.ceil(height * scale))];
    [this.scale, this.#width, this.#height] = [scale, across / scale, down / scale];
    this.density = new Density(across, down);
    this.#image = new ImageData(across, down);
    this.#canvas = new OffscreenCanvas(across, down);
    this.#inks = [components(colours.excitatory), components(colours.inhibitory)];
  }

  draw(ctx: CanvasRenderingContext2D): void {
    this.density.colour(this.#image.data, this.#inks);
    this.#canvas.getContext("2d")!.putImageData(this.#image, 0, 0);
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(this.#canvas, 0, 0, this.#width, this.#height);
  }
}
