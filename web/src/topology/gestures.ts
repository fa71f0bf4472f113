/** Pointer, wheel and keyboard on a picture, as what they ask for. */

export interface Wishes {
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  point(x: number, y: number, leaving: boolean): void; // the pointer is there
  click(x: number, y: number): void;
  key(event: KeyboardEvent): void;
}

const CLICK = 5; // pixels that a click may wander

/** Listen to a picture's element. Wheels zoom only with the pointer over it while it has the focus or Ctrl is held. */
export function listen(element: HTMLElement, wishes: Wishes): void {
  const pointers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const place = (event: PointerEvent | WheelEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    if (pointers.size === 1) travelled = 0;
  });
  element.addEventListener("pointermove", (event) => {
    const now = place(event);
    const before = pointers.get(event.pointerId);
    if (!before) return wishes.point(now.x, now.y, false);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) pinch(wishes, before, now, other);
    else if (travelled > CLICK) wishes.pan(now.x - before.x, now.y - before.y);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    pointers.set(event.pointerId, now);
  });
  const end = (event: PointerEvent): void => {
    const was = pointers.delete(event.pointerId);
    if (!was || event.type === "pointercancel" || pointers.size > 0) return;
    const { x, y } = place(event);
    if (travelled <= CLICK) wishes.click(x, y);
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener("pointerleave", () => wishes.point(0, 0, true));
  element.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== element) return;
    event.preventDefault();
    const { x, y } = place(event);
    const lines = event.deltaMode === 1 ? 18 : 1;
    wishes.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), x, y);
  }, { passive: false });
  element.addEventListener("keydown", (event) => wishes.key(event));
}

function pinch(
  wishes: Wishes,
  before: { x: number; y: number },
  now: { x: number; y: number },
  other: { x: number; y: number },
): void {
  const gap = (at: { x: number; y: number }): number => Math.max(1, Math.hypot(at.x - other.x, at.y - other.y));
  const [x, y] = [(now.x + other.x) / 2, (now.y + other.y) / 2];
  wishes.zoom(gap(now) / gap(before), x, y);
  wishes.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
}
