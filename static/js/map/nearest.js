// Finds the song nearest to a point among millions, with a grid of cells over the first view of the camera.

const CELLS = 256;

export class Nearest {
  constructor({ x, y }, camera) {
    const [[left, top], , [right, bottom]] = camera.corners;
    Object.assign(this, { xs: x, ys: y, left, bottom });
    this.perX = CELLS / (right - left);
    this.perY = CELLS / (top - bottom);
    // songs sorted by cell: those of cell c are order[start[c]] to order[start[c + 1] - 1]
    const cells = new Uint16Array(x.length);
    this.start = new Uint32Array(CELLS * CELLS + 1);
    for (let i = 0; i < x.length; i += 1) {
      cells[i] = this.row(y[i]) * CELLS + this.column(x[i]);
      this.start[cells[i] + 1] += 1;
    }
    for (let cell = 0; cell < CELLS * CELLS; cell += 1) this.start[cell + 1] += this.start[cell];
    const next = this.start.slice();
    this.order = new Uint32Array(x.length);
    for (let i = 0; i < x.length; i += 1) this.order[next[cells[i]]++] = i;
  }

  column(x) {
    return clamp((x - this.left) * this.perX);
  }

  row(y) {
    return clamp((y - this.bottom) * this.perY);
  }

  // The index of the nearest song that is shown and less than `reach` away, or -1.
  find(x, y, reach, isShown) {
    let best = reach * reach;
    let nearest = -1;
    for (let row = this.row(y - reach); row <= this.row(y + reach); row += 1) {
      const first = row * CELLS;
      const end = this.start[first + this.column(x + reach) + 1];
      for (let position = this.start[first + this.column(x - reach)]; position < end; position += 1) {
        const i = this.order[position];
        const distance = (this.xs[i] - x) ** 2 + (this.ys[i] - y) ** 2;
        if (distance < best && isShown(i)) {
          best = distance;
          nearest = i;
        }
      }
    }
    return nearest;
  }
}

const clamp = (cell) => Math.min(Math.max(Math.floor(cell), 0), CELLS - 1);
