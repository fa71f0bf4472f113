/** The clock of an episode: play, pause, speed, stepping, and the scrubber. */

import { button, chooser, el, set } from "../dom.ts";
import { number } from "../format.ts";
import { advance } from "./timeline.ts";

export interface PlayerEvents {
  time(time: number, speed: number): void; // at every frame while it plays, and at every step
  rest(time: number): void; // it stopped, or was moved
}

const SPEEDS: [number, string][] = [
  [0.005, "1/200"],
  [0.01, "1/100"],
  [0.02, "1/50"],
  [0.05, "1/20"],
  [0.1, "1/10"],
  [0.25, "1/4"],
  [0.5, "1/2"],
  [1, "1"],
  [4, "4"],
];
const WRITE = 50; // ms between texts while it plays
const START = 0.1; // simulated ms per real ms

export class Player {
  readonly element: HTMLElement;
  readonly #events: PlayerEvents;
  readonly #scrubber = el("input", { type: "range", class: "scrubber", min: 0, max: 1, step: 1, value: 0, "aria-label": "Time in the episode" });
  readonly #toggle: HTMLButtonElement;
  readonly #clock = el("output", { class: "clock" });
  #time = 0;
  #end = 1;
  #step = 1;
  #speed = START;
  #playing = false;
  #last = 0;
  #written = -Infinity; // when texts were written

  constructor(events: PlayerEvents) {
    this.#events = events;
    this.#toggle = button("▶", () => this.toggle(), { class: "primary play", "aria-label": "Play", title: "Play or pause (space)" });
    const small = (label: string, by: () => number, name: string): HTMLButtonElement =>
      button(label, () => this.go(by()), { title: name });
    const speed = chooser("Speed", SPEEDS.map(([value, label]) => [String(value), `${label} ×`]), String(START), (value) => {
      this.#speed = Number(value);
      this.#events.time(this.#time, this.#speed);
    });
    speed.title = "Simulated time for real time; at 1/10, a millisecond of the network takes 10 ms";
    this.#scrubber.addEventListener("input", () => {
      this.pause();
      this.go(Number(this.#scrubber.value));
    });
    this.element = el("div", { class: "player", role: "group", "aria-label": "Playing the episode" },
      this.#toggle,
      el("div", { class: "stepping" },
        small("Start", () => 0, "To the start (home)"),
        small("−1 step", () => this.#time - this.#step, "A step of the task back (shift and arrow left)"),
        small("−1 ms", () => this.#time - 1, "A millisecond back (arrow left)"),
        small("+1 ms", () => this.#time + 1, "A millisecond on (arrow right)"),
        small("+1 step", () => this.#time + this.#step, "A step of the task on (shift and arrow right)"),
      ),
      this.#scrubber, this.#clock, speed);
  }

  /** Set what is played: its end and a step of the task [ms]. */
  load(end: number, step: number, time: number): void {
    this.pause();
    [this.#end, this.#step] = [Math.max(1, end), Math.max(1, step)];
    set(this.#scrubber, { max: this.#end });
    this.go(time);
  }

  get time(): number {
    return this.#time;
  }

  get speed(): number {
    return this.#speed;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Go to a time and rest there. */
  go(time: number): void {
    this.#put(Math.max(0, Math.min(this.#end, Math.round(time))));
    this.#events.rest(this.#time);
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  play(): void {
    if (this.#playing) return;
    if (this.#time >= this.#end) this.#put(0);
    this.#playing = true;
    this.#last = performance.now();
    this.#show();
    requestAnimationFrame((now) => this.#tick(now));
  }

  pause(): void {
    if (!this.#playing) return;
    this.#playing = false;
    this.#put(Math.round(this.#time)); // also writes the texts, which are late while it plays
    this.#show();
    this.#events.rest(this.#time);
  }

  /** Keys that play and step, wherever in the view they are pressed. */
  key(event: KeyboardEvent): boolean {
    const by = event.shiftKey ? this.#step : 1;
    const to: Record<string, number> = {
      ArrowLeft: this.#time - by, ArrowRight: this.#time + by, ",": this.#time - 1, ".": this.#time + 1,
      "<": this.#time - this.#step, ">": this.#time + this.#step, Home: 0, End: this.#end,
      PageUp: this.#time - 10 * this.#step, PageDown: this.#time + 10 * this.#step,
    };
    if (event.key === " ") this.toggle();
    else if (event.key in to) {
      this.pause();
      this.go(to[event.key]);
    } else return false;
    return true;
  }

  #tick(now: number): void {
    if (!this.#playing) return;
    // a hidden tab sleeps; what it slept through is not played at once
    const elapsed = Math.min(100, now - this.#last);
    this.#last = now;
    if (this.element.isConnected && this.element.closest("[hidden]")) return this.pause();
    this.#put(advance(this.#time, elapsed, this.#speed, this.#end));
    if (this.#time >= this.#end) this.pause();
    else requestAnimationFrame((next) => this.#tick(next));
  }

  #put(time: number): void {
    this.#time = time;
    this.#events.time(time, this.#speed);
    const now = performance.now();
    if (this.#playing && now - this.#written < WRITE) return;
    this.#written = now;
    this.#scrubber.value = String(time);
    const step = Math.floor(Math.min(time, this.#end - 1) / this.#step) + 1; // as tables count them
    this.#scrubber.setAttribute("aria-valuetext", `${number(Math.round(time))} ms, step ${step}`);
    this.#clock.textContent = `${Math.round(time)} ms · step ${step}`;
  }

  #show(): void {
    this.#toggle.textContent = this.#playing ? "❚❚" : "▶";
    set(this.#toggle, { "aria-label": this.#playing ? "Pause" : "Play" });
  }
}
