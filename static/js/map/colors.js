// The colours of the dots, as the theme in use has them, and the legend that says what they mean.

const NO_VALUE = 255;
const STOPS = 5;
const FAINT = 70; // of 255: songs of which nothing is known

const value = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// "cluster:3" or "muted", as clustering/charts has them.
const named = (word) => {
  const [kind, slot] = word.split(":");
  return channels(value(kind === "cluster" ? `cluster-${slot}` : `chart-${kind}`));
};

function ramp(share) {
  const at = share * (STOPS - 1);
  const stop = Math.min(Math.floor(at), STOPS - 2);
  const [from, to] = [channels(value(`ramp-${stop}`)), channels(value(`ramp-${stop + 1}`))];
  return from.map((one, i) => Math.round(one + (to[i] - one) * (at - stop)));
}

const css = (rgb) => `rgb(${rgb.join(" ")})`;

// One scheme of colours: { kind: "categories" | "ordered" | "levels", categories: [{ name, color }], low, high }.
export class Scheme {
  constructor(header, codes) {
    this.header = header;
    this.codes = codes;
    this.hidden = new Set();
    this.counts = new Uint32Array(256);
    for (let i = 0; i < codes.length; i += 1) this.counts[codes[i]] += 1;
  }

  color(code) {
    const { kind, categories } = this.header;
    if (code === NO_VALUE) return named("muted");
    if (kind === "levels") return ramp(code / (NO_VALUE - 1));
    if (kind === "ordered") return ramp(categories.length > 1 ? code / (categories.length - 1) : 1);
    return named(categories[code].color);
  }

  // 256 colours of four bytes.
  get palette() {
    const size = this.header.kind === "levels" ? NO_VALUE : this.header.categories.length;
    const palette = new Uint8Array(4 * 256);
    for (let code = 0; code < 256; code += 1) {
      if ((code >= size && code !== NO_VALUE) || this.hidden.has(code)) continue;
      palette.set([...this.color(code), code === NO_VALUE ? FAINT : 255], 4 * code);
    }
    return palette;
  }

  // What is left of the songs in the legend: [{ code, name, count, color }].
  get entries() {
    const rest = { code: NO_VALUE, name: "No value", count: this.counts[NO_VALUE], color: css(named("muted")) };
    const found = (this.header.categories ?? []).map(({ name }, code) => ({
      code, name, count: this.counts[code], color: css(this.color(code)),
    }));
    return (rest.count ? [...found, rest] : found).filter((entry) => entry.count);
  }
}

export function drawLegend(element, scheme, onChange) {
  element.replaceChildren();
  if (scheme.header.kind === "levels") element.append(levelsBar(scheme.header));
  const list = document.createElement("ul");
  for (const entry of scheme.entries) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", String(!scheme.hidden.has(entry.code)));
    const dot = document.createElement("span");
    dot.className = "map-dot";
    dot.style.background = entry.color;
    const name = document.createElement("span");
    name.className = "map-legend-name";
    name.textContent = entry.name;
    const count = document.createElement("span");
    count.className = "quiet number";
    count.textContent = entry.count.toLocaleString("en");
    button.append(dot, name, count);
    button.addEventListener("click", () => {
      if (!scheme.hidden.delete(entry.code)) scheme.hidden.add(entry.code);
      button.setAttribute("aria-pressed", String(!scheme.hidden.has(entry.code)));
      onChange();
    });
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  element.append(list);
}

function levelsBar({ name, low, high }) {
  const part = document.createElement("div");
  part.className = "map-levels";
  const bar = document.createElement("div");
  bar.className = "map-levels-bar";
  const stops = Array.from({ length: STOPS }, (_, stop) => css(ramp(stop / (STOPS - 1))));
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const words = document.createElement("div");
  words.className = "map-levels-words";
  for (const word of [low, name, high]) {
    const span = document.createElement("span");
    span.textContent = word;
    words.append(span);
  }
  part.append(bar, words);
  return part;
}
