/** Colours: light, dark, or as the system has it. The values are in page.css. */

export type ThemeName = "auto" | "light" | "dark";

/** Colours for canvases, read from the style sheet; all are CSS colours. */
export interface Colours {
  dark: boolean;
  page: string;
  surface: string;
  ink: string;
  muted: string;
  line: string;
  accent: string;
  excitatory: string;
  inhibitory: string;
  astrocyte: string;
  input: string;
  output: string;
  warning: string;
  series: string[]; // eight that colour-blind people tell apart; regions and species take them in order
}

const STORED = "glianeat.theme";

/** Return the theme that was chosen last. Storage is refused in sandboxed frames. */
export function storedTheme(): ThemeName {
  try {
    const name = localStorage.getItem(STORED);
    return name === "light" || name === "dark" ? name : "auto";
  } catch {
    return "auto";
  }
}

/** Show a theme and remember it. */
export function applyTheme(name: ThemeName): void {
  if (name === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", name);
  try {
    localStorage.setItem(STORED, name);
  } catch {
    // It is not remembered then.
  }
}

/** Return the colours of the theme that is shown. */
export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const get = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    dark: get("dark") === "1",
    page: get("page"),
    surface: get("surface"),
    ink: get("ink"),
    muted: get("muted"),
    line: get("line"),
    accent: get("accent"),
    excitatory: get("excitatory"),
    inhibitory: get("inhibitory"),
    astrocyte: get("astrocyte"),
    input: get("input"),
    output: get("output"),
    warning: get("warning"),
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((i) => get(`series-${i}`)),
  };
}

// Cividis (Nuñez, Anderton, Renslow 2018): read alike with and without colour vision.
const SEQUENTIAL = [
  [0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115],
  [138, 134, 120], [165, 156, 116], [195, 179, 105], [225, 204, 85], [254, 232, 56],
];

/** Return the colour of a share between 0 and 1. In the dark theme it starts lighter, to be seen. */
export function sequential(share: number, dark: boolean): string {
  const kept = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const from = dark ? 0.3 : 0;
  const to = dark ? 1 : 0.88;
  const at = (from + kept * (to - from)) * (SEQUENTIAL.length - 1);
  const low = Math.min(SEQUENTIAL.length - 2, Math.floor(at));
  const [a, b] = [SEQUENTIAL[low], SEQUENTIAL[low + 1]];
  const mixed = a.map((value, i) => Math.round(value + (b[i] - value) * (at - low)));
  return `rgb(${mixed.join(",")})`;
}

/** Return a colour of the form #rrggbb with an opacity. */
export function alpha(colour: string, opacity: number): string {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!parts) return colour;
  const [r, g, b] = parts.slice(1).map((one) => Number.parseInt(one, 16));
  return `rgba(${r},${g},${b},${opacity})`;
}
