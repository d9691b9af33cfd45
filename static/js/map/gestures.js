// Moving about on the map, and drawing on it: mouse, touch and keyboard.

const WHEEL = 0.0016;
const KEY_ZOOM = 1.5;
const KEY_STEP = 0.12; // of the view
const CLICK = 5; // pixels that a click may slip

// Calls `on.move()` after each change of the camera, `on.point(px, py)` while a pointer rests above the map,
// `on.leave()`, `on.click(px, py)`, `on.stroke(line)` while a lasso is drawn and `on.lasso(line)` when it is done.
export function listen(canvas, camera, on) {
  const pointers = new Map();
  let line = null;
  let moved = 0;
  const mode = { lasso: false };
  const place = (event) => [event.offsetX, event.offsetY];

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    moved = 0;
    line = (mode.lasso || event.shiftKey) && pointers.size === 1 ? [place(event)] : null;
  });

  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    const now = place(event);
    if (!before) {
      on.point(...now);
      return;
    }
    pointers.set(event.pointerId, now);
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (line) {
      line.push(now);
      on.stroke(line);
    } else if (pointers.size === 1) {
      camera.pan(now[0] - before[0], now[1] - before[1]);
      on.move();
    } else if (pointers.size === 2) {
      pinch([...pointers.entries()].find(([id]) => id !== event.pointerId)[1], before, now);
    }
  });

  function pinch(other, before, now) {
    const distance = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
    camera.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
    camera.zoomAt(...middle, distance(now) / Math.max(distance(before), 1));
    on.move();
  }

  const release = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    const drawn = line;
    line = null;
    if (event.type === "pointercancel") on.stroke(null);
    else if (drawn && moved > CLICK) on.lasso(drawn);
    else if (moved <= CLICK) on.click(...place(event));
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => on.leave());

  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode ? 30 : 1);
      camera.zoomAt(...place(event), Math.exp(-WHEEL * Math.min(Math.max(pixels, -400), 400)));
      on.move();
    },
    { passive: false },
  );

  const middle = () => [camera.width / 2, camera.height / 2];
  const keys = {
    ArrowLeft: () => camera.pan(KEY_STEP * camera.width, 0),
    ArrowRight: () => camera.pan(-KEY_STEP * camera.width, 0),
    ArrowUp: () => camera.pan(0, KEY_STEP * camera.height),
    ArrowDown: () => camera.pan(0, -KEY_STEP * camera.height),
    "+": () => camera.zoomAt(...middle(), KEY_ZOOM),
    "=": () => camera.zoomAt(...middle(), KEY_ZOOM),
    "-": () => camera.zoomAt(...middle(), 1 / KEY_ZOOM),
    0: () => camera.goHome(),
    Home: () => camera.goHome(),
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) {
      keys[event.key]();
      on.move();
    } else if (event.key === "Enter" || event.key === " ") {
      on.click(...middle());
    } else {
      return;
    }
    event.preventDefault();
  });

  return mode;
}
