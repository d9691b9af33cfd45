// The colors of the songs on the map.

import { channels, mix } from "#rgb";

const NO_VALUE = 255;
const NO_VALUE_OPACITY = 70; // of 255
const COLORS = 256; // one for each code
const STOPS = 5;

const css = (rgb) => `rgb(${rgb.join(" ")})`;

// A header is { kind: "categories" | "ordered" | "levels", categories: [{ name, color }], low, high }. `variable` reads
// a CSS custom property.
export class Scheme {
  constructor(header, codes, variable) {
    this.header = header;
    this.codes = codes;
    this.variable = variable;
    this.hidden = new Set();
    this.counts = new Uint32Array(COLORS);
    for (let i = 0; i < codes.length; i += 1) this.counts[codes[i]] += 1;
  }

  color(code) {
    const { kind, categories } = this.header;
    if (code === NO_VALUE) return this.named("muted");
    if (kind === "levels") return this.ramp(code / (NO_VALUE - 1));
    if (kind === "ordered") return this.ramp(categories.length > 1 ? code / (categories.length - 1) : 1);
    return this.named(categories[code].color);
  }

  // "cluster:3" or "muted", as in the JSON of charts.
  named(name) {
    const [kind, slot] = name.split(":");
    return channels(this.variable(kind === "cluster" ? `cluster-${slot}` : `chart-${kind}`));
  }

  ramp(share) {
    const position = share * (STOPS - 1);
    const stop = Math.min(Math.floor(position), STOPS - 2);
    return mix(this.variable(`ramp-${stop}`), this.variable(`ramp-${stop + 1}`), position - stop);
  }

  // The colors of the ramp, from its low to its high end.
  get stops() {
    return Array.from({ length: STOPS }, (_, stop) => css(this.ramp(stop / (STOPS - 1))));
  }

  // 256 colors of four bytes; those of hidden codes are transparent.
  get palette() {
    const size = this.header.kind === "levels" ? NO_VALUE : this.header.categories.length;
    const palette = new Uint8Array(4 * COLORS);
    for (let code = 0; code < COLORS; code += 1) {
      if ((code >= size && code !== NO_VALUE) || this.hidden.has(code)) continue;
      palette.set([...this.color(code), code === NO_VALUE ? NO_VALUE_OPACITY : 255], 4 * code);
    }
    return palette;
  }

  // The rows of the legend: [{ code, name, count, color }], without those that no song has.
  get entries() {
    const categories = (this.header.categories ?? []).map(({ name }, code) => this.entry(code, name));
    return [...categories, this.entry(NO_VALUE, "No value")].filter(({ count }) => count);
  }

  entry(code, name) {
    return { code, name, count: this.counts[code], color: css(this.color(code)) };
  }

  // Hides the songs of a code, or shows them again.
  toggle(code) {
    if (!this.hidden.delete(code)) this.hidden.add(code);
  }
}
