// What the dots of the map are colored by, and where that is said: beside the bars of groups, genres and decades, and on
// a scale for numbers.

import { element } from "#explore/elements";
import { Scheme } from "#map/scheme";

const KINDS = { group: "categories", first_genre: "categories", decade: "ordered" };

export class Coloring {
  constructor(root, explorer, { variable, colors, redraw }) {
    Object.assign(this, { explorer, variable, colors, redraw });
    this.select = root.querySelector("[data-map-by]");
    this.levels = root.querySelector("[data-map-levels]");
  }

  // Colors the dots by a column; without a name by groups.
  async by(name) {
    this.select.value = name;
    const filter = this.explorer.filters.get(name || "group");
    await this.explorer.need(filter);
    if (this.select.value !== name) return; // another one has been chosen since
    this.filter = filter;
    this.apply();
    this.redraw();
  }

  apply() {
    const { filter } = this;
    const kind = KINDS[filter.name] ?? "levels";
    this.scheme = new Scheme({ kind, size: filter.size, colors: filter.colors }, this.variable);
    this.explorer.map.setColors(filter.codes, this.scheme.palette);
    this.levels.hidden = kind !== "levels";
    if (kind === "levels") this.drawLevels(filter);
  }

  drawLevels({ column: { labels }, label }) {
    const bar = element("div", { className: "map-levels-bar" });
    bar.style.background = `linear-gradient(to right, ${this.scheme.stops.join(", ")})`;
    const words = [labels[0], label, labels.at(-1)].map((text) => element("span", { text }));
    this.levels.replaceChildren(bar, element("div", { className: "map-levels-words" }, ...words));
  }

  // How a filter is drawn: a histogram in its colors, bars with the dots of the map where it shows them.
  of(filter) {
    if (!filter.list) return this.colors();
    return filter === this.filter ? (code) => this.scheme.css(code) : null;
  }
}
