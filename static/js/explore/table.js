// The table of the songs that are left: its pages come from the server, and what is selected stays selected.

import { written } from "#explore/elements";

export class Table {
  // `on` has sort(sort), row(row), hover(row) and picked(ids).
  constructor(root, url, on) {
    Object.assign(this, { root, url, on, picked: new Set(), query: "" });
    this.body = root.querySelector("[data-table]");
    this.body.addEventListener("click", (event) => this.click(event));
    this.body.addEventListener("change", (event) => {
      const box = event.target.closest("[data-pick]");
      if (!box) return;
      if (box.checked) this.picked.add(box.value);
      else this.picked.delete(box.value);
      this.showPicked();
    });
    root.querySelector("[data-unpick]")?.addEventListener("click", () => {
      this.picked.clear();
      for (const box of this.body.querySelectorAll("[data-pick]")) box.checked = false;
      this.showPicked();
    });
  }

  click(event) {
    const head = event.target.closest("[data-sort]");
    const page = event.target.closest("[data-page]");
    const row = event.target.closest("[data-row]");
    if (head) {
      event.preventDefault();
      this.focus = `[data-sort$="${CSS.escape(head.dataset.sort.replace(/^-/, ""))}"]`;
      this.on.sort(head.dataset.sort);
    } else if (page) {
      this.focus = "[data-page]:not([disabled])";
      this.load(page.dataset.page === "first" ? this.query : page.dataset.page);
    } else if (row) {
      this.on.row(Number(row.dataset.row));
    }
  }

  // Shows the first page of a filter and an order.
  show(query) {
    this.query = query;
    return this.load(query);
  }

  async load(query) {
    this.wanted?.abort();
    const mine = new AbortController();
    this.wanted = mine;
    this.body.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(`${this.url}?${query}`, { signal: mine.signal });
      if (!response.ok) throw new Error(`the table answers ${response.status}`);
      this.body.innerHTML = await response.text();
      this.body.removeAttribute("aria-busy");
      this.restore();
    } catch (error) {
      if (error.name === "AbortError") return;
      console.error(error);
      this.body.textContent = "The songs could not be loaded. Load the page again in a moment.";
    }
  }

  restore() {
    for (const box of this.body.querySelectorAll("[data-pick]")) box.checked = this.picked.has(box.value);
    if (this.focus) this.body.querySelector(this.focus)?.focus();
    this.focus = null;
    if (this.marked !== undefined) this.highlight(this.marked);
  }

  // The song that is pinned on the map.
  highlight(row) {
    this.marked = row;
    for (const line of this.body.querySelectorAll("[data-song-row]")) {
      line.classList.toggle("chosen", Number(line.dataset.songRow) === row);
    }
  }

  showPicked() {
    const count = this.picked.size;
    this.root.querySelector("[data-picked]").hidden = !count;
    this.root.querySelector("[data-picked-count]").textContent = `${written(count)} selected`;
    this.on.picked([...this.picked]);
  }
}
