// The colors of the songs on the map.

import { channels, mix } from "#rgb";

const NO_VALUE = 255;
const NO_VALUE_OPACITY = 70; // of 255
const COLORS = 256; // one for each code
const STOPS = 5;

const css = (rgb) => `rgb(${rgb.join(" ")})`;

// A header is { kind: "categories" | "ordered" | "levels", size, colors }: how many codes there are, and of categories the
// name of each one's color. `variable` reads a CSS custom property.
export class Scheme {
  constructor(header, variable) {
    this.header = header;
    this.variable = variable;
  }

  color(code) {
    const { kind, size, colors } = this.header;
    if (code === NO_VALUE) return this.named("muted");
    return kind === "categories" ? this.named(colors[code]) : this.ramp(size > 1 ? code / (size - 1) : 1);
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

  // A color as CSS has it.
  css(code) {
    return css(this.color(code));
  }

  // The colors of the ramp, from its low to its high end.
  get stops() {
    return Array.from({ length: STOPS }, (_, stop) => css(this.ramp(stop / (STOPS - 1))));
  }

  // 256 colors of four bytes; songs without a value are faint.
  get palette() {
    const palette = new Uint8Array(4 * COLORS);
    for (let code = 0; code < COLORS; code += 1) {
      if (code >= this.header.size && code !== NO_VALUE) continue;
      palette.set([...this.color(code), code === NO_VALUE ? NO_VALUE_OPACITY : 255], 4 * code);
    }
    return palette;
  }
}
