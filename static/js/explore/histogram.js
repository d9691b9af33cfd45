// A histogram on a canvas: the songs that pass all filters dark on the pale whole, and a brush over it.

const EDGE = 7; // pixels around an end of the brush in which it is taken hold of
const CLICK = 3; // pixels that the pointer may move during a click

// The heights of bars, 0 to 1, by how many songs there are for each usual width of a step: a step that was cut in two
// stays as high.
export function heightsOf(counts, edges, most) {
  const size = edges.length - 1;
  const width = widthOf(edges);
  return Array.from({ length: size }, (_, step) => {
    const share = Math.min(1, (edges[step + 1] - edges[step]) / width) || 1;
    return most ? Math.min(1, counts[step] / share / most) : 0;
  });
}

// How wide most steps are.
function widthOf(edges) {
  let width = 0;
  for (let step = 0; step + 1 < edges.length; step += 1) width = Math.max(width, edges[step + 1] - edges[step]);
  return width;
}

// The largest number of songs in a step of usual width.
export function mostOf(counts, edges) {
  const width = widthOf(edges);
  let most = 0;
  for (let step = 0; step + 1 < edges.length; step += 1) {
    const share = Math.min(1, (edges[step + 1] - edges[step]) / width) || 1;
    most = Math.max(most, share < 0.5 ? counts[step] : counts[step] / share);
  }
  return most;
}

const shareOf = (edges, place) => (edges[place] - edges[0]) / (edges.at(-1) - edges[0]);

// The step under a share of the width, 0 to 1.
export function stepAt(edges, share) {
  const value = edges[0] + share * (edges.at(-1) - edges[0]);
  let step = 0;
  while (step < edges.length - 2 && edges[step + 1] <= value) step += 1;
  return step;
}

// What a pointer does that is pressed at `start` and is at `now`, both shares of the width: a new brush, or the one there
// is moved or drawn out. Brushes are [from, to], places of edges.
export function brushed(edges, before, kind, { start, now }) {
  const size = edges.length - 1;
  const [first, last] = [stepAt(edges, start), stepAt(edges, now)];
  if (kind === "from") return last < before[1] ? [last, before[1]] : [before[1] - 1, before[1]];
  if (kind === "to") return last >= before[0] ? [before[0], last + 1] : [before[0], before[0] + 1];
  if (kind === "move") {
    const by = Math.min(Math.max(last - first, -before[0]), size - before[1]);
    return [before[0] + by, before[1] + by];
  }
  return [Math.min(first, last), Math.max(first, last) + 1];
}

export class Histogram {
  // `on` has begin(), brush(places), end() and clear().
  constructor(canvas, on) {
    this.canvas = canvas;
    this.on = on;
    this.brush = null;
    this.listen();
  }

  // `whole` and `part` are songs by step.
  draw({ edges, whole, part, brush }, colors) {
    Object.assign(this, { edges, brush });
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (brush) {
      const [left, right] = brush.map((place) => width * shareOf(edges, place));
      context.fillStyle = colors.brush;
      context.fillRect(left, 0, Math.max(right - left, 2), height);
    }
    const most = mostOf(whole, edges);
    for (const [counts, color] of [[whole, colors.pale], [part, colors.dark]]) {
      context.fillStyle = color;
      heightsOf(counts, edges, most).forEach((share, step) => {
        if (!counts[step]) return;
        const left = width * shareOf(edges, step);
        const right = width * shareOf(edges, step + 1);
        const bar = Math.max(1, share * (height - 1));
        context.fillRect(left, height - bar, Math.max(right - left - (right - left > 4 ? 1 : 0.3), 0.7), bar);
      });
    }
  }

  kindAt(px) {
    if (!this.brush) return "new";
    const [left, right] = this.brush.map((place) => this.canvas.clientWidth * shareOf(this.edges, place));
    if (Math.abs(px - left) < EDGE) return "from";
    if (Math.abs(px - right) < EDGE) return "to";
    return px > left && px < right ? "move" : "new";
  }

  listen() {
    const { canvas, on } = this;
    const share = (event) => Math.min(Math.max(event.offsetX / canvas.clientWidth, 0), 1);
    let drag = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.edges) return;
      canvas.setPointerCapture(event.pointerId);
      drag = { kind: this.kindAt(event.offsetX), start: share(event), px: event.offsetX, before: this.brush, moved: false };
      on.begin();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drag) {
        const kind = this.edges ? this.kindAt(event.offsetX) : "new";
        canvas.style.cursor = { new: "crosshair", move: "grab" }[kind] ?? "ew-resize";
        return;
      }
      drag.moved ||= Math.abs(event.offsetX - drag.px) > CLICK;
      if (drag.moved) on.brush(brushed(this.edges, drag.before, drag.kind, { start: drag.start, now: share(event) }));
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!drag) return;
      const { kind, moved, start } = drag;
      drag = null;
      if (!moved && kind === "move") on.clear();
      else if (!moved) on.brush(brushed(this.edges, null, "new", { start, now: share(event) }));
      on.end();
    });
    canvas.addEventListener("pointercancel", () => {
      drag = null;
      on.end();
    });
  }
}
