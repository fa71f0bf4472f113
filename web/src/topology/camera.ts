/** Which part of the picture is seen, and how large. */

export interface Camera {
  zoom: number; // pixels of a unit of the picture
  x: number; // where the picture's origin is on the screen [pixels]
  y: number;
}

const LEAST = 0.02;
const MOST = 8;

/** The camera that shows a whole picture, in the middle of a screen, not larger than `most`. */
export function fit(
  width: number,
  height: number,
  screenWidth: number,
  screenHeight: number,
  margin: { top: number; right: number; bottom: number; left: number },
  most = 1.6,
): Camera {
  const across = Math.max(screenWidth - margin.left - margin.right, 20);
  const down = Math.max(screenHeight - margin.top - margin.bottom, 20);
  const zoom = Math.max(LEAST, Math.min(most, across / Math.max(width, 1), down / Math.max(height, 1)));
  return {
    zoom,
    x: margin.left + (across - width * zoom) / 2,
    y: margin.top + (down - height * zoom) / 2,
  };
}

/** Zoom by a factor about a point of the screen, which stays where it is. */
export function zoomAbout(camera: Camera, factor: number, x: number, y: number): Camera {
  const zoom = Math.max(LEAST, Math.min(MOST, camera.zoom * factor));
  const scale = zoom / camera.zoom;
  return { zoom, x: x - (x - camera.x) * scale, y: y - (y - camera.y) * scale };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** Place in the picture of a point of the screen. */
export function toPicture(camera: Camera, x: number, y: number): [number, number] {
  return [(x - camera.x) / camera.zoom, (y - camera.y) / camera.zoom];
}

/** Point of the screen of a place in the picture. */
export function toScreen(camera: Camera, x: number, y: number): [number, number] {
  return [x * camera.zoom + camera.x, y * camera.zoom + camera.y];
}

/** Move a camera just enough that a place of the picture is on the screen. */
export function reveal(camera: Camera, x: number, y: number, width: number, height: number): Camera {
  const [sx, sy] = toScreen(camera, x, y);
  const margin = 40;
  const dx = sx < margin ? margin - sx : sx > width - margin ? width - margin - sx : 0;
  const dy = sy < margin ? margin - sy : sy > height - margin ? height - margin - sy : 0;
  return dx === 0 && dy === 0 ? camera : pan(camera, dx, dy);
}
