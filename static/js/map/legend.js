// The legend of the map: what its colors mean, and a button for each that hides its songs.

export function drawLegend(element, scheme, onChange) {
  element.replaceChildren();
  if (scheme.header.kind === "levels") element.append(levelsBar(scheme));
  const list = document.createElement("ul");
  list.append(...scheme.entries.map((entry) => legendItem(entry, scheme, onChange)));
  element.append(list);
}

function legendItem(entry, scheme, onChange) {
  const button = document.createElement("button");
  button.type = "button";
  const showPressed = () => button.setAttribute("aria-pressed", String(!scheme.hidden.has(entry.code)));
  showPressed();
  const dot = span("map-dot");
  dot.style.background = entry.color;
  button.append(dot, span("map-legend-name", entry.name), span("quiet number", entry.count.toLocaleString("en")));
  button.addEventListener("click", () => {
    scheme.toggle(entry.code);
    showPressed();
    onChange();
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function levelsBar({ header: { name, low, high }, stops }) {
  const bar = block("map-levels-bar");
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const labels = block("map-levels-words");
  labels.append(...[low, name, high].map((text) => span("", text)));
  const levels = block("map-levels");
  levels.append(bar, labels);
  return levels;
}

function span(className, text = "") {
  const element = document.createElement("span");
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function block(className) {
  const element = document.createElement("div");
  element.className = className;
  return element;
}
