// The filter of groups, genres or decades: a bar for each, which is a button.

import { element, written } from "#explore/elements";

export class CategoryFilter {
  // `category` is { name, label } and, where they are known already, values, names and colors. `on` has toggle(filter,
  // value), clear(filter) and wanted(filter).
  constructor(category, on) {
    Object.assign(this, { name: category.name, label: category.label, on, codes: null, chosen: [], rows: [] });
    const title = `filter-${this.name}`;
    this.reset = element("button", { className: "btn btn-sm", type: "button", text: "Clear", "aria-label": `Clear the filter ${this.label}` });
    this.reset.hidden = true;
    this.reset.addEventListener("click", () => on.clear(this));
    this.list = element("ul", { className: "explore-bars" });
    this.element = element(
      "section",
      { className: "explore-filter", "aria-labelledby": title, "data-filter": this.name },
      element("div", { className: "explore-filter-head" }, element("h3", { id: title, text: this.label }), this.reset),
      this.list,
    );
    if (category.values) this.know(category);
  }

  know({ values, names, colors }) {
    Object.assign(this, { values, names, colors });
    this.rows = values.map((value, code) => this.bar(value, names[code]));
    this.list.replaceChildren(...this.rows.map(({ item }) => item));
    this.show(this.chosen);
  }

  bar(value, name) {
    const dot = element("span", { className: "map-dot" });
    const [whole, part] = [element("span", { className: "explore-bar-whole" }), element("span", { className: "explore-bar-part" })];
    const count = element("span", { className: "number quiet" });
    const button = element(
      "button",
      { type: "button", "aria-pressed": "false" },
      dot, element("span", { className: "explore-bar-name", text: name, dir: "auto" }), count,
      element("span", { className: "explore-bar", "aria-hidden": "true" }, whole, part),
    );
    button.addEventListener("click", () => this.on.toggle(this, value));
    return { item: element("li", {}, button), button, dot, whole, part, count };
  }

  show(chosen) {
    this.chosen = chosen;
    this.reset.hidden = !chosen.length;
    this.element.classList.toggle("is-filtered", chosen.length > 0);
    this.rows.forEach(({ button }, code) => button.setAttribute("aria-pressed", String(chosen.includes(this.values[code]))));
  }

  // `part` are the songs that pass, by code; `dots` gives the color of a code on the map, or null.
  draw(part, dots) {
    if (part) this.part = part;
    if (!this.whole) return;
    const most = Math.max(1, ...this.whole.slice(0, this.rows.length));
    this.rows.forEach(({ item, dot, whole, part: bar, count }, code) => {
      const [all, some] = [this.whole[code], (this.part ?? this.whole)[code]];
      item.hidden = !all;
      whole.style.width = `${(100 * all) / most}%`;
      bar.style.width = `${(100 * some) / most}%`;
      count.textContent = written(some);
      const color = dots?.(code);
      dot.hidden = !color;
      if (color) dot.style.background = color;
    });
  }

  get size() {
    return this.rows.length;
  }
}
