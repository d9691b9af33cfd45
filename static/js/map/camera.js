// The part of the plane that is in view: its center in the map's coordinates, and its scale in pixels per unit.

const MIN_ZOOM = 0.4; // times the view of all songs
const MAX_ZOOM = 4000;
const MARGIN = 0.94; // of the view that the songs fill
const TAIL = 0.005; // of the songs on each side that the first view may leave out
const TAIL_SPACE = 0.12; // of the width of all others that the first view gives to a tail
const SAMPLE = 20_000;

export class Camera {
  constructor() {
    Object.assign(this, { x: 0, y: 0, scale: 1, width: 1, height: 1, home: { x: 0, y: 0, scale: 1 }, bounds: null });
  }

  // Sets the first view to where nearly all songs are: a few that are far from all others would shrink the rest to a
  // spot.
  frame({ x, y }) {
    this.bounds = [limits(x), limits(y)];
    this.home = this.fitted();
  }

  fitted() {
    const [[left, right], [bottom, top]] = this.bounds;
    const scale = MARGIN * Math.min(this.width / (right - left || 1), this.height / (top - bottom || 1));
    return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
  }

  // How much closer than the first view.
  get zoom() {
    return this.scale / this.home.scale;
  }

  goHome() {
    Object.assign(this, this.home);
  }

  // The zoom stays; where all songs are in view, they fill it again.
  resize(width, height) {
    Object.assign(this, { width, height });
    if (!this.bounds) return;
    const { zoom } = this;
    this.home = this.fitted();
    this.scale = this.home.scale * zoom;
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
    const [beforeX, beforeY] = this.toPlane(px, py);
    const scale = this.scale * factor;
    this.scale = Math.min(Math.max(scale, this.home.scale * MIN_ZOOM), this.home.scale * MAX_ZOOM);
    const [afterX, afterY] = this.toPlane(px, py);
    this.x += beforeX - afterX;
    this.y += beforeY - afterY;
  }

  // The corners of the view in the plane, from the upper left one clockwise.
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
  const space = (high - low) * TAIL_SPACE;
  return [Math.max(low - space, sorted[0]), Math.min(high + space, sorted[sorted.length - 1])];
}
