// The filters in words, each with a button that takes it away.

import { element } from "#explore/elements";
import { rangeWords } from "#explore/steps";

const NAMES = { genre: "Genre", first_genre: "First genre", decade: "Decade", group: "Group" };

// [{ text, remove }]: `remove` returns the state without the filter. `filters` are the filters of the page by name.
export function chipsOf(state, filters) {
  const chips = Object.entries(state.ranges).map(([name, range]) => {
    const filter = filters.get(name);
    return {
      text: `${filter.label}: ${rangeWords(filter.column ?? { edges: [], labels: [] }, range)}`,
      remove: (now) => ({ ...now, ranges: without(now.ranges, name) }),
    };
  });
  for (const [name, label] of Object.entries(NAMES)) {
    if (!state[name].length) continue;
    const { values = [], names = [] } = filters.get(name) ?? {};
    const words = state[name].map((value) => names[values.indexOf(value)] ?? value).join(" or ");
    chips.push({ text: `${label}: ${words}`, remove: (now) => ({ ...now, [name]: [] }) });
  }
  if (state.q) chips.push({ text: `“${state.q}”`, remove: (now) => ({ ...now, q: "" }) });
  if (state.also) chips.push({ text: "Also in a group of another run", remove: (now) => ({ ...now, also: "" }) });
  if (state.outline.length) chips.push({ text: "Within the outline", remove: (now) => ({ ...now, outline: [] }) });
  return chips;
}

export function drawChips(list, state, filters, onRemove) {
  list.replaceChildren(
    ...chipsOf(state, filters).map(({ text, remove }) => {
      const button = element("button", { type: "button", className: "explore-chip", text: `${text} ×`, "aria-label": `Take away the filter ${text}` });
      button.addEventListener("click", () => onRemove(remove));
      return element("li", { dir: "auto" }, button);
    }),
  );
}

function without(object, name) {
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== name));
}
