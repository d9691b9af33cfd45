// While one column is brushed, the counts of all others for any brush, without looking at the songs again.
//
// A tile counts the songs by two columns, the brushed one and another, and adds them up along the brushed one: the counts
// for a brush are the difference of two rows, whatever its width.
// Source: Moritz, Howe, Heer: Falcon: Balancing Interactive Latency and Resolution Sensitivity for Scalable Linked
// Visualizations. CHI 2019.

const CODES = 256;

export class Tiles {
  // `codes` are of the brushed column, `marks` tell which songs pass all other filters.
  constructor(codes, marks) {
    Object.assign(this, { codes, marks });
    this.tiles = new Map();
    this.own = new Uint32Array(CODES);
    for (let i = 0; i < codes.length; i += 1) this.own[codes[i]] += marks[i];
  }

  add(name, others) {
    const { codes, marks } = this;
    // row r + 1 has the songs whose code is r at most
    const tile = new Uint32Array((CODES + 1) * CODES);
    for (let i = 0; i < codes.length; i += 1) tile[((codes[i] + 1) << 8) | others[i]] += marks[i];
    for (let at = CODES; at < tile.length; at += 1) tile[at] += tile[at - CODES];
    this.tiles.set(name, tile);
  }

  has(name) {
    return this.tiles.has(name);
  }

  // How many songs have each code of a column, with a brush from one code to another.
  counts(name, first, last) {
    const tile = this.tiles.get(name);
    const counts = new Uint32Array(CODES);
    const [below, above] = [first * CODES, (last + 1) * CODES];
    for (let code = 0; code < CODES; code += 1) counts[code] = tile[above + code] - tile[below + code];
    return counts;
  }

  // The same of the brushed column itself: outside the brush there are none.
  ownCounts(first, last) {
    const counts = new Uint32Array(CODES);
    counts.set(this.own.subarray(first, last + 1), first);
    return counts;
  }

  total(first, last) {
    let total = 0;
    for (let code = first; code <= last; code += 1) total += this.own[code];
    return total;
  }
}
