/** Elements without markup in strings: text of strangers only ever becomes text. */

type Value = string | number | boolean | null | undefined | EventListener;
export type Attributes = Record<string, Value>;
export type Child = Node | string | number | null | undefined | false;

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. A function under `onNAME` listens to NAME; true sets an empty attribute; false, null
 * and undefined leave it out. There is no `style`: the content security policy blocks it.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** Make an element of SVG, as `el` does. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

/** Set attributes and listeners of an element that is there. */
export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, String(value));
  }
}

function fill(element: Element, attributes: Attributes, children: Child[]): void {
  set(element, attributes);
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

let lastId = 0;

/** Return an id that no other element has. */
export function freshId(stem: string): string {
  lastId += 1;
  return `${stem}-${lastId}`;
}

/** Make a labelled choice. `choices` are values with what is shown for them. */
export function chooser(
  label: string,
  choices: [string, string][],
  value: string,
  changed: (value: string) => void,
): HTMLElement {
  const id = freshId("choice");
  const select = el("select", {
    id,
    onchange: () => changed(select.value),
  }, ...choices.map(([one, shown]) => el("option", { value: one }, shown)));
  select.value = value;
  return el("span", { class: "field" }, el("label", { for: id }, label), select);
}

/** Make a labelled check box. */
export function checkbox(label: string, value: boolean, changed: (value: boolean) => void): HTMLLabelElement {
  const box = el("input", { type: "checkbox", onchange: () => changed(box.checked) });
  box.checked = value;
  return el("label", { class: "check" }, box, el("span", {}, label));
}

/** Make a button. */
export function button(label: string, pressed: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return el("button", { type: "button", onclick: pressed, ...attributes }, label);
}
