// The filter of one number: its histogram, and two sliders underneath that say and do the same.

import { element, written } from "#explore/elements";
import { Histogram, stepAt } from "#explore/histogram";
import { placesOf, rangeOf, rangeWords, sizeOf } from "#explore/steps";

export class NumberFilter {
  // `number` is { name, label, meaning } and, where they are known already, edges, labels and counts. `on` has
  // begin(filter), move(filter, places), end(filter, range) and wanted(filter).
  constructor(number, on) {
    Object.assign(this, { name: number.name, label: number.label, on, range: null, codes: null, places: null, held: false });
    this.build(number);
    if (number.edges) this.know(number, number.counts);
  }

  build({ name, label, meaning }) {
    const title = `filter-${name}`;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.words = element("span", { className: "explore-filter-words quiet number" });
    this.reset = element("button", { className: "btn btn-sm", type: "button", text: "Clear", "aria-label": `Clear the filter ${label}` });
    this.reset.hidden = true;
    this.reset.addEventListener("click", () => this.on.end(this, null));
    const slider = (end) => element("input", { type: "range", min: 0, step: 1, "aria-label": `${label}, ${end}`, disabled: "" });
    this.sliders = [slider("from"), slider("to")];
    const heading = element("h3", { id: title, text: label, title: meaning });
    this.element = element(
      "section",
      { className: "explore-filter", "aria-labelledby": title, "data-filter": name },
      element("div", { className: "explore-filter-head" }, heading, this.words, this.reset),
      this.canvas,
      element("div", { className: "explore-sliders" }, ...this.sliders),
    );
    this.histogram = new Histogram(this.canvas, {
      begin: () => this.begin(),
      brush: (places) => this.move(places),
      end: () => this.end(),
      clear: () => this.move(null),
    });
    this.canvas.addEventListener("pointerenter", () => this.on.wanted(this));
    this.canvas.addEventListener("pointermove", (event) => this.describe(event.offsetX / this.canvas.clientWidth));
    this.canvas.addEventListener("dblclick", () => this.on.end(this, null));
    this.sliders.forEach((input, end) => {
      input.addEventListener("focus", () => this.on.wanted(this));
      input.addEventListener("input", () => this.slide(end));
      input.addEventListener("change", () => this.end());
    });
  }

  // The steps, and how many songs are in each.
  know(column, whole) {
    const held = this.held && this.places && rangeOf(this.column, this.places);
    this.column = column;
    this.whole = whole;
    this.part ??= whole;
    const size = sizeOf(column);
    this.sliders.forEach((input) => {
      input.max = size;
      input.disabled = false;
    });
    if (held) this.places = placesOf(column, held);
    this.show(this.range);
  }

  // The range that filters now, null for none. What arrives during a brush leaves the brush as it is.
  show(range) {
    this.range = range;
    if (!this.held) this.places = range && this.column ? placesOf(this.column, range) : null;
    this.write();
  }

  begin() {
    this.held = true;
    this.on.begin(this);
  }

  end() {
    this.held = false;
    this.on.end(this, this.places && rangeOf(this.column, this.places));
  }

  move(places) {
    this.places = places;
    this.write();
    this.on.move(this, places);
  }

  slide(end) {
    const size = sizeOf(this.column);
    const values = this.sliders.map((input) => Number(input.value));
    // they push each other, and at least one step is left between them
    if (end === 0) values[1] = Math.max(values[1], Math.min(values[0], size - 1) + 1);
    else values[0] = Math.min(values[0], Math.max(values[1], 1) - 1);
    values[0] = Math.min(values[0], size - 1);
    values[1] = Math.max(values[1], 1);
    if (!this.held) this.begin();
    this.move(values[0] === 0 && values[1] === size ? null : values);
  }

  write() {
    if (!this.column) return;
    const size = sizeOf(this.column);
    const places = this.places ?? [0, size];
    const range = this.places ? rangeOf(this.column, places) : null;
    this.words.textContent = range ? rangeWords(this.column, range) : "";
    this.reset.hidden = !range;
    this.element.classList.toggle("is-filtered", Boolean(range));
    this.sliders.forEach((input, end) => {
      input.value = places[end];
      const open = end ? "no upper end" : "no lower end";
      input.setAttribute("aria-valuetext", places[end] === (end ? size : 0) ? open : this.column.labels[places[end]]);
    });
  }

  draw(part, colors) {
    if (part) this.part = part;
    if (!this.column) return;
    this.histogram.draw({ edges: this.column.edges, whole: this.whole, part: this.part, brush: this.places }, colors);
  }

  get size() {
    return sizeOf(this.column);
  }

  // Says what is under the pointer; only where the songs themselves were counted.
  describe(share) {
    if (!this.codes) return;
    const step = stepAt(this.column.edges, share);
    this.canvas.title = `From ${this.column.labels[step]}: ${written(this.part[step])} of ${written(this.whole[step])} songs`;
  }
}
