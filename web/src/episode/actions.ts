/** What an agent does, as choices by name and as numbers. */

import type { Episode, Num } from "../contract.ts";

/** One of several named things that is chosen in each step. */
export interface Choice {
  name: string;
  options: string[];
  chosen: number[]; // by step; -1: nothing known
}

/** Numbers of the action that are choices. */
export function choicesOf(episode: Episode): Choice[] {
  return episode.action_names.flatMap((name, k) => {
    const options = episode.action_choices[k] ?? [];
    if (options.length === 0) return [];
    const lowest = episode.action_lowest[k] ?? 0;
    const chosen = episode.action.map((row) => {
      const value = row[k] ?? null;
      const index = value === null ? -1 : value - lowest;
      return Number.isInteger(index) && index >= 0 && index < options.length ? index : -1;
    });
    return [{ name, options, chosen }];
  });
}

/** Numbers of the action that are no choices: their names, and their values by step. */
export function numbersOf(episode: Episode): { names: string[]; steps: Num[][] } {
  const kept = episode.action_names.flatMap((_, k) => ((episode.action_choices[k] ?? []).length === 0 ? [k] : []));
  return {
    names: kept.map((k) => episode.action_names[k]),
    steps: episode.action.map((row) => kept.map((k) => row[k] ?? null)),
  };
}
