// Which part of the plane is in view: a middle in the map's coordinates, and pixels for each of its units.

const FARTHEST = 0.4; // of the view that shows all
const NEAREST = 4000;
const TAIL = 0.005; // of the songs on each side that the first view may leave out
const SAMPLE = 20_000;

export class Camera {
  constructor() {
    Object.assign(this, { x: 0, y: 0, scale: 1, width: 1, height: 1, home: { x: 0, y: 0, scale: 1 } });
  }

  // Where nearly all songs are: a few that lie far from all others would shrink the rest to a spot.
  frame({ x, y }) {
    const [left, right] = limits(x);
    const [bottom, top] = limits(y);
    const scale = 0.94 * Math.min(this.width / (right - left || 1), this.height / (top - bottom || 1));
    this.home = { x: (left + right) / 2, y: (bottom + top) / 2, scale };
  }

  // How much nearer than the view of all.
  get zoom() {
    return this.scale / this.home.scale;
  }

  goHome() {
    Object.assign(this, this.home);
  }

  resize(width, height) {
    const ratio = Math.min(width / this.width, height / this.height);
    this.scale *= this.width > 1 ? ratio : 1;
    this.home.scale *= this.width > 1 ? ratio : 1;
    Object.assign(this, { width, height });
  }

  toPlane(px, py) {
    return [this.x + (px - this.width / 2) / this.scale, this.y - (py - this.height / 2) / this.scale];
  }

  toScreen(x, y) {
    return [this.width / 2 + (x - this.x) * this.scale, this.height / 2 - (y - this.y) * this.scale];
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
  }

  // The point of the plane under the pointer stays there.
  zoomAt(px, py, factor) {
    const [x, y] = this.toPlane(px, py);
    const wanted = this.scale * factor;
    this.scale = Math.min(Math.max(wanted, this.home.scale * FARTHEST), this.home.scale * NEAREST);
    const [nowX, nowY] = this.toPlane(px, py);
    this.x += x - nowX;
    this.y += y - nowY;
  }

  // The corners of the view, as an outline.
  get corners() {
    const { width, height } = this;
    return [[0, 0], [width, 0], [width, height], [0, height]].map(([px, py]) => this.toPlane(px, py));
  }
}

function limits(values) {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sorted = values.filter((_, index) => index % step === 0).sort();
  const tail = Math.floor(sorted.length * TAIL);
  const [low, high] = [sorted[tail], sorted[sorted.length - 1 - tail]];
  const more = (high - low) * 0.12;
  return [Math.max(low - more, sorted[0]), Math.min(high + more, sorted[sorted.length - 1])];
}
