// Navigating the map and drawing on it, with mouse, touch and keyboard.

const WHEEL = 0.0016; // of the logarithm of the scale, for a pixel
const MAX_WHEEL = 400; // pixels of one event
const LINE = 30; // pixels
const KEY_ZOOM = 1.5;
const KEY_STEP = 0.12; // of the view
const CLICK = 5; // pixels that the pointer may move during a click

const position = (event) => [event.offsetX, event.offsetY];
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

// Calls `on.move()` after each change of the camera, `on.point(px, py)` while a pointer hovers over the map,
// `on.leave()`, `on.wheel()` where the wheel scrolls the page, `on.click(px, py)`, `on.stroke(line)` while a lasso is drawn and `on.lasso(line)` when it is done.
// Returns { lasso }, which its caller sets to draw instead of panning.
export function listen(canvas, camera, on) {
  const mode = { lasso: false };
  listenToPointers(canvas, camera, on, mode);
  listenToWheel(canvas, camera, on);
  listenToKeys(canvas, camera, on);
  return mode;
}

function listenToPointers(canvas, camera, on, mode) {
  const pointers = new Map();
  let line = null;
  let moved = 0;

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, position(event));
    moved = 0;
    line = (mode.lasso || event.shiftKey) && pointers.size === 1 ? [position(event)] : null;
  });

  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    const now = position(event);
    if (!before) {
      on.point(...now);
      return;
    }
    pointers.set(event.pointerId, now);
    moved += distance(now, before);
    if (line) {
      line.push(now);
      on.stroke(line);
    } else if (pointers.size === 1) {
      camera.pan(now[0] - before[0], now[1] - before[1]);
      on.move();
    } else if (pointers.size === 2) {
      const [, other] = [...pointers.entries()].find(([id]) => id !== event.pointerId);
      pinch(camera, other, before, now);
      on.move();
    }
  });

  const release = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    const drawn = line;
    line = null;
    if (event.type === "pointercancel") on.stroke(null);
    else if (drawn && moved > CLICK) on.lasso(drawn);
    else if (moved <= CLICK) on.click(...position(event));
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => on.leave());
}

function pinch(camera, other, before, now) {
  camera.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  const center = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
  camera.zoomAt(...center, distance(now, other) / Math.max(distance(before, other), 1));
}

function listenToWheel(canvas, camera, on) {
  const zoom = (event) => {
    if (!event.ctrlKey && !event.metaKey) {
      on.wheel(); // the page scrolls
      return;
    }
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode ? LINE : 1);
    const limited = Math.min(Math.max(pixels, -MAX_WHEEL), MAX_WHEEL);
    camera.zoomAt(...position(event), Math.exp(-WHEEL * limited));
    on.move();
  };
  canvas.addEventListener("wheel", zoom, { passive: false });
}

function listenToKeys(canvas, camera, on) {
  const center = () => [camera.width / 2, camera.height / 2];
  const keys = {
    ArrowLeft: () => camera.pan(KEY_STEP * camera.width, 0),
    ArrowRight: () => camera.pan(-KEY_STEP * camera.width, 0),
    ArrowUp: () => camera.pan(0, KEY_STEP * camera.height),
    ArrowDown: () => camera.pan(0, -KEY_STEP * camera.height),
    "+": () => camera.zoomAt(...center(), KEY_ZOOM),
    "=": () => camera.zoomAt(...center(), KEY_ZOOM),
    "-": () => camera.zoomAt(...center(), 1 / KEY_ZOOM),
    0: () => camera.goHome(),
    Home: () => camera.goHome(),
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) {
      keys[event.key]();
      on.move();
    } else if (event.key === "Enter" || event.key === " ") {
      on.click(...center());
    } else {
      return;
    }
    event.preventDefault();
  });
}
