// Which of a million songs pass all filters, and how many have each code of a column.

const CODES = 256;
const MAX_FILTERS = 31;

export class Crossfilter {
  constructor(size) {
    this.size = size;
    this.failed = new Uint32Array(size); // a bit for each filter that a song does not pass
    this.bits = new Map(); // of the filters, by name
  }

  // A song passes where `allowed`, 256 bytes, is 1 at its code.
  filterCodes(name, codes, allowed) {
    const bit = this.take(name);
    const { failed, size } = this;
    for (let i = 0; i < size; i += 1) failed[i] = allowed[codes[i]] ? failed[i] & ~bit : failed[i] | bit;
  }

  // A song passes where it is marked with 1.
  filterMarks(name, marks) {
    const bit = this.take(name);
    const { failed, size } = this;
    for (let i = 0; i < size; i += 1) failed[i] = marks[i] ? failed[i] & ~bit : failed[i] | bit;
  }

  remove(name) {
    const bit = this.bits.get(name);
    if (!this.bits.delete(name)) return;
    const { failed, size } = this;
    for (let i = 0; i < size; i += 1) failed[i] &= ~bit;
  }

  get isFiltered() {
    return this.bits.size > 0;
  }

  // { marks, count } of the songs that pass all filters, or all but one.
  passing(except) {
    const others = ~(this.bits.get(except) ?? 0);
    const { failed, size } = this;
    const marks = new Uint8Array(size);
    let count = 0;
    for (let i = 0; i < size; i += 1) {
      const passes = (failed[i] & others) === 0 ? 1 : 0;
      marks[i] = passes;
      count += passes;
    }
    return { marks, count };
  }

  take(name) {
    if (!this.bits.has(name)) {
      const used = [...this.bits.values()].reduce((sum, bit) => sum | bit, 0);
      let place = 0;
      while (used & (1 << place)) place += 1;
      if (place >= MAX_FILTERS) throw new Error("too many filters");
      this.bits.set(name, 1 << place);
    }
    return this.bits.get(name);
  }
}

// How many songs have each code; of those that are marked, where there are marks.
export function countCodes(codes, marks) {
  const counts = new Uint32Array(CODES);
  const size = codes.length;
  if (!marks) for (let i = 0; i < size; i += 1) counts[codes[i]] += 1;
  else for (let i = 0; i < size; i += 1) counts[codes[i]] += marks[i];
  return counts;
}

// 256 bytes, 1 for the codes from the first to the last.
export function allowRange(first, last) {
  return new Uint8Array(CODES).fill(1, first, last + 1);
}
