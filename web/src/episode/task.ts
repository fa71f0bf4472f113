/** The task at one time: its picture, what the agent observes and what it does. */

import type { Episode, Num } from "../contract.ts";
import { el, set } from "../dom.ts";
import { number } from "../format.ts";
import { choicesOf, numbersOf } from "./actions.ts";
import type { Choice } from "./actions.ts";
import { frameAt, stepAt } from "./activity.ts";
import { extent } from "./timeline.ts";

const MOST = 12; // quantities that are listed

interface Bar {
  row: HTMLElement;
  fill: HTMLElement;
  value: HTMLElement;
  low: number;
  high: number;
}

export class TaskPanel {
  readonly element: HTMLElement;
  readonly #canvas = el("canvas", { class: "frame", role: "img", "aria-label": "Picture of the task" });
  readonly #note = el("p", { class: "note" });
  readonly #step = el("p", { class: "task-step" });
  readonly #observed = el("div", { class: "bars" });
  readonly #done = el("div", { class: "bars" });
  #episode: Episode | null = null;
  #frames: HTMLImageElement[] = [];
  #shown = -1;
  #bars: Bar[] = [];
  #acts: Bar[] = [];
  #choices: Choice[] = [];
  #options: HTMLElement[][] = [];
  #moves: Num[][] = [];
  #sums: number[] = [];
  #at = -1;

  constructor() {
    this.element = el("div", { class: "task" }, this.#canvas, this.#note, this.#step, this.#done, this.#observed);
  }

  /** Say something instead of an episode. */
  say(text: string): void {
    this.#episode = null;
    this.#note.textContent = text;
    set(this.#note, { hidden: false });
    set(this.#canvas, { hidden: true });
    this.#step.textContent = "";
    this.#observed.replaceChildren();
    this.#done.replaceChildren();
  }

  load(episode: Episode): void {
    this.#episode = episode;
    [this.#shown, this.#at] = [-1, -1];
    this.#frames = [];
    set(this.#canvas, { hidden: !episode.frames });
    this.#note.textContent = episode.frames ? "" : episode.frames_note;
    set(this.#note, { hidden: !this.#note.textContent });
    if (episode.frames) this.#decode(episode.frames);
    const names = episode.observation_names;
    this.#bars = bars(this.#observed, "Observes", names, episode.observation);
    this.#choices = choicesOf(episode);
    const { names: moved, steps } = numbersOf(episode);
    this.#moves = steps;
    this.#options = this.#choices.map((choice) =>
      choice.options.slice(0, MOST).map((option) => el("span", { class: "option", title: choice.name }, option)));
    this.#acts = bars(this.#done, "Does", moved, steps);
    if (this.#choices.length > 0) {
      const title = moved.length === 0 ? [el("h3", {}, "Does")] : [];
      this.#done.append(...title, ...this.#options.map((options) => el("div", { class: "options" }, ...options)));
    }
    let sum = 0;
    this.#sums = episode.reward.map((value) => (sum += value ?? 0));
  }

  /** Pictures are decoded once, so that scrubbing does not flicker. */
  #decode(frames: NonNullable<Episode["frames"]>): void {
    [this.#canvas.width, this.#canvas.height] = [frames.width, frames.height];
    this.#frames = frames.image.map((address, index) => {
      const image = new Image();
      image.onload = () => {
        if (index === this.#shown) this.#draw(index);
      };
      if (address.startsWith("data:image/")) image.src = address;
      return image;
    });
  }

  setTime(time: number): void {
    const episode = this.#episode;
    if (!episode) return;
    const frame = frameAt(episode, time);
    if (frame >= 0 && frame !== this.#shown) this.#draw(frame);
    const step = stepAt(episode, time);
    if (step === this.#at) return;
    this.#at = step;
    const sum = this.#sums[step] ?? 0;
    this.#step.textContent = `Step ${step + 1} of ${episode.steps} · return ${number(sum)}`;
    put(this.#bars, episode.observation[step] ?? []);
    put(this.#acts, this.#moves[step] ?? []);
    for (const [k, choice] of this.#choices.entries()) {
      this.#options[k].forEach((option, one) => option.classList.toggle("chosen", choice.chosen[step] === one));
    }
  }

  #draw(frame: number): void {
    this.#shown = frame;
    const image = this.#frames[frame];
    if (image?.complete && image.naturalWidth > 0) {
      this.#canvas.getContext("2d")?.drawImage(image, 0, 0, this.#canvas.width, this.#canvas.height);
    }
  }
}

function bars(host: HTMLElement, title: string, names: readonly string[], rows: readonly (readonly Num[])[]): Bar[] {
  const made = names.slice(0, MOST).map((name, k): Bar => {
    const [low, high] = extent([rows.map((one) => one[k] ?? null), [0]]);
    const fill = el("span", { class: "bar-fill" });
    const value = el("span", { class: "bar-value" });
    const row = el("div", { class: "bar-row" }, el("span", { class: "bar-name", title: name }, name), el("span", { class: "bar-track" }, fill), value);
    return { row, fill, value, low, high: high === low ? low + 1 : high };
  });
  const more = names.length > MOST ? el("p", { class: "note" }, `and ${names.length - MOST} more`) : null;
  host.replaceChildren(...(made.length ? [el("h3", {}, title), ...made.map((bar) => bar.row)] : []), more ?? "");
  return made;
}

/** Bars grow from zero to the value, in the range that the episode has. */
function put(made: readonly Bar[], values: readonly Num[]): void {
  for (const [k, bar] of made.entries()) {
    const value = values[k] ?? null;
    const share = (of: number): number => (of - bar.low) / (bar.high - bar.low);
    const [zero, now] = [share(0), share(value ?? 0)];
    bar.fill.style.left = `${100 * Math.min(zero, now)}%`;
    bar.fill.style.width = `${100 * Math.abs(now - zero)}%`;
    bar.value.textContent = number(value, 3);
  }
}
