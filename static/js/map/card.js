// The card with the details of a song, beside its dot.

const GAP = 14; // pixels from the dot
const MARGIN = 4; // pixels from the edge of the map

const clamp = (value, max) => Math.min(Math.max(value, MARGIN), Math.max(max, MARGIN));

// [left, top] of a card of the given size: on the side of the dot that has more space, and within the view.
export function cardPosition([px, py], size, view) {
  const left = px > view.width / 2 ? px - size.width - GAP : px + GAP;
  const top = py > view.height / 2 ? py - size.height - GAP : py + GAP;
  return [clamp(left, view.width - size.width - MARGIN), clamp(top, view.height - size.height - MARGIN)];
}

export class SongCard {
  constructor(element, url) {
    this.element = element;
    this.url = url;
    this.pages = new Map();
  }

  // The HTML of a song, by its row number.
  async load(row) {
    if (!this.pages.has(row)) {
      const response = await fetch(`${this.url}&row=${row}`);
      if (!response.ok) throw new Error(`song ${row} answers ${response.status}`);
      this.pages.set(row, await response.text());
    }
    return this.pages.get(row);
  }

  show(html, isPinned) {
    this.element.innerHTML = html;
    this.element.hidden = false;
    this.element.classList.toggle("pinned", isPinned);
  }

  hide() {
    this.element.hidden = true;
  }

  place(point, view) {
    const { element } = this;
    const [left, top] = cardPosition(point, { width: element.offsetWidth, height: element.offsetHeight }, view);
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
  }
}
