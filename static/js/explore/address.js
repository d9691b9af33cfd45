// The address of what is seen. clustering/web/components/explore.py reads it.

const VALUES = ["group", "decade", "first_genre", "genre"];
const number = (value) => (value === null ? "" : String(value));

// The part behind the question mark, without the filters where they are not wanted.
export function queryOf(state, run, { filters = true, look = true } = {}) {
  const query = new URLSearchParams({ run });
  if (filters) {
    for (const [name, [low, high]] of Object.entries(state.ranges)) query.append(name, `${number(low)}..${number(high)}`);
    for (const name of VALUES) for (const value of state[name]) query.append(name, value);
    if (state.also) query.append("also", state.also);
    if (state.q) query.append("q", state.q);
    if (state.outline.length) query.append("outline", state.outline.flat().map(number).join(","));
  }
  if (look) {
    if (state.sort && state.sort !== "row") query.append("sort", state.sort);
    for (const name of state.show) query.append("show", name);
    if (state.color) query.append("color", state.color);
  }
  return query.toString();
}

export const hasFilters = (state) =>
  Object.keys(state.ranges).length > 0 || VALUES.some((name) => state[name].length) || Boolean(state.q || state.also) || state.outline.length > 0;

// The same state without filters.
export const cleared = (state) => ({
  ...state, ranges: {}, group: [], decade: [], first_genre: [], genre: [], q: "", also: "", outline: [],
});
