// What the walk of all pages asks of each of them; axe-core is there already.
const DATA = /\/(songs?|artists|genres)\/\d+\//; // links that are called as the file calls a song: two songs may share a title
const NUMBER = /^[\d,]+$/; // a number in a cell is told by its row and column

function breaks(cell) {
  const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (words.nextNode()) {
    if (words.currentNode.data.trim().length <= 8 || words.currentNode.parentElement.closest(".visually-hidden")) continue;
    range.selectNodeContents(words.currentNode);
    if (range.getClientRects().length > 1) return true;
  }
  return false;
}

window.looks = {
  // Does not wait, so that other pages are looked at meanwhile.
  begin(runOnly, theme) {
    this.found = this.look(runOnly, theme);
    return null;
  },

  faults() {
    return this.found;
  },

  async look(runOnly, theme) {
    // a change of width or theme reaches the page with the next frame, and charts some frames later
    const { dataset } = document.documentElement;
    const isLate = () => (dataset.bsTheme ?? theme) !== theme || this.tooWide().length;
    for (let frame = 0; frame < 60 && (frame === 0 || isLate()); frame++) {
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    }
    const { violations } = await window.axe.run(document, {
      runOnly, resultTypes: ["violations"], iframes: false, preload: false,
    });
    const faults = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(" ")} ${any[0]?.message ?? ""}`.trim()));
    const all = runOnly.type === "tag";
    return all ? [...faults, ...this.tooWide(), ...this.narrowCells(), ...this.sameNames()] : faults;
  },

  tooWide() {
    const root = document.documentElement;
    return root.scrollWidth > root.clientWidth ? [`scrolls sideways by ${root.scrollWidth - root.clientWidth} px`] : [];
  },

  // Words of a cell that need a second line have room for eight letters, each half as wide as high.
  narrowCells() {
    const faults = [];
    for (const cell of document.querySelectorAll("td, th")) {
      if (!cell.checkVisibility({ visibilityProperty: true }) || getComputedStyle(cell).clipPath !== "none") continue;
      const { fontSize, paddingLeft, paddingRight } = getComputedStyle(cell);
      const room = cell.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      if (room < 4 * parseFloat(fontSize) && breaks(cell)) faults.push(`narrow cell: "${cell.innerText}" has ${Math.round(room)} px`);
    }
    return faults;
  },

  // Two buttons, fields or links that are called the same do the same.
  sameNames() {
    window.axe.setup(document.documentElement);
    const seen = new Map();
    const faults = new Set();
    for (const one of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("[aria-hidden=true]")) continue;
      const name = window.axe.commons.text.accessibleText(one).trim().toLowerCase();
      const address = one.matches("a") ? new URL(one.getAttribute("href"), location).href : null;
      if (!name || DATA.test(address) || (one.closest("td") && NUMBER.test(name))) continue;
      const key = `${one.localName} "${name}"`;
      const does = address ?? one;
      if (seen.has(key) && seen.get(key) !== does) faults.add(`same name: ${key}`);
      seen.set(key, does);
    }
    window.axe.teardown();
    return [...faults];
  },
};
