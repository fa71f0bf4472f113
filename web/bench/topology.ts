/**
 * Measures the topology in a browser. `measureTopology(size)` on the page gives milliseconds until a
 * network is ready, of a full redraw, of a moment's redraw, and frames a second while it plays.
 */

import { App } from "../src/app.ts";
import { buildShell } from "../src/shell.ts";
import type { Source } from "../src/source.ts";
import { readColours } from "../src/theme.ts";
import { activityOf } from "../src/episode/activity.ts";
import { graphOf } from "../src/topology/graph.ts";
import { layOut } from "../src/topology/layout.ts";
import { momentAt } from "../src/topology/live.ts";
import { Picture } from "../src/topology/picture.ts";
import { settle } from "../src/topology/settle.ts";
import { episode, genome, resources } from "./synthetic.ts";
import type { Size } from "./synthetic.ts";

export interface Measured {
  ready: number; // from parsing the data to a drawn picture [ms]
  layout: number; // of that, in one go [ms]
  redraw: number; // everything, median [ms]
  redrawWorst: number;
  moment: number; // what happens at one time, median [ms]
  frames: number; // a second, while it plays
  spikes: number; // in the episode
}

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/** A made-up network on the page, and what can be measured of it. */
function prepare(size: Size, rate = 10) {
  const view = genome(size);
  const shown = episode(view, 100, rate);
  const texts = new Map(Object.entries(resources(view, shown)).map(([name, value]) => [name, JSON.stringify(value)]));
  const source: Source = {
    load: async (name) => {
      const text = texts.get(name);
      if (text === undefined) throw new Error(`no ${name}`);
      return JSON.parse(text) as unknown;
    },
    post: async () => ({}),
  };
  const root = document.getElementById("page")!;
  let picture: Picture | null = null;
  const drawn = (count: number, draw: (picture: Picture, k: number) => void): number[] => {
    if (picture === null) throw new Error("alone() comes first");
    const one = picture;
    return timed(count, (k) => draw(one, k), one.element);
  };
  return {
    spikes: shown.spike_time.length,
    /** Open the page as a reader does; returns when all is drawn [ms]. */
    open: async (): Promise<number> => {
      await frame();
      const start = performance.now();
      const app = new App(source);
      await app.start();
      buildShell(root, app);
      while (!root.querySelector("[data-ready]")) await frame();
      for (const canvas of root.querySelectorAll("canvas")) flush(canvas);
      return performance.now() - start;
    },
    playFor: (seconds: number) => playFor(root, seconds),
    /** Show the picture of the network alone; returns the time of its layout [ms]. */
    alone: (): number => {
      root.replaceChildren();
      picture = new Picture("measured", { select: () => undefined, point: () => undefined });
      picture.element.style.height = "560px";
      root.append(picture.element);
      const graph = graphOf(view);
      const start = performance.now();
      const layout = layOut(graph, settle);
      const time = performance.now() - start;
      picture.show(graph, layout, readColours());
      picture.setActivity(activityOf(view, shown));
      return time;
    },
    /** Times of full redraws [ms]. */
    full: (count: number) =>
      drawn(count, (one, k) => {
        one.zoom(k % 2 ? 1.02 : 1 / 1.02);
        one.redraw(true);
        one.drawNow();
      }),
    /** Times of drawing a moment over what stays [ms]. */
    moments: (count: number) =>
      drawn(count, (one, k) => {
        one.setMoment(momentAt(200 + 1.6 * k, 0.1));
        one.drawNow();
      }),
  };
}

async function measureTopology(size: Size, rate = 10, seconds = 4): Promise<Measured> {
  const page = prepare(size, rate);
  const ready = await page.open();
  const frames = await page.playFor(seconds);
  const layout = page.alone();
  page.full(10);
  const full = page.full(60);
  const moments = page.moments(60);
  return { ready, layout, redraw: median(full), redrawWorst: Math.max(...full), moment: median(moments), frames, spikes: page.spikes };
}

/** Frames a second while it plays, from clicks as a person would. */
async function playFor(root: HTMLElement, seconds: number): Promise<number> {
  const play = root.querySelector<HTMLButtonElement>(".player .play")!;
  play.click();
  await frame();
  const start = performance.now();
  let count = 0;
  let now = start;
  while (now - start < 1000 * seconds) {
    now = await frame();
    count++;
  }
  play.click();
  return (1000 * count) / (now - start);
}

function timed(count: number, draw: (k: number) => void, element: HTMLElement): number[] {
  const times: number[] = [];
  for (let k = 0; k < count; k++) {
    const start = performance.now();
    draw(k);
    for (const canvas of element.querySelectorAll("canvas")) flush(canvas);
    times.push(performance.now() - start);
  }
  return times;
}

/** Browsers draw on canvases late; reading a pixel makes them do it now. */
function flush(canvas: HTMLCanvasElement): void {
  if (canvas.width > 0 && canvas.height > 0) canvas.getContext("2d")!.getImageData(0, 0, 1, 1);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

Object.assign(window, { measureTopology, prepare });
