// Back and forward in Explore: each settled change of a filter is a step. What follows soon after on the same filter, as
// letters that are typed or a slider that is moved by keys, belongs to it; order, columns and colors are no steps.

const TOGETHER = 1500; // milliseconds
const FILTERS = ["ranges", "group", "decade", "first_genre", "genre", "q", "also", "outline"];

const parts = (state) => new Map([
  ...FILTERS.filter((name) => name !== "ranges").map((name) => [name, state[name]]),
  ...Object.entries(state.ranges).map(([name, range]) => [`range ${name}`, range]),
]);

// The names of the filters that differ, as one text; none where only the look does.
export function changedFilters(before, after) {
  const [old, now] = [parts(before), parts(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name))).sort().join();
}

export class Trail {
  // `clock` returns milliseconds.
  constructor(history, state, clock = () => performance.now()) {
    Object.assign(this, { history, state, clock, what: "", at: 0 });
  }

  record(state, address) {
    const what = changedFilters(this.state, state);
    const at = this.clock();
    const goesOn = what === this.what && at - this.at < TOGETHER;
    this.history[what && !goesOn ? "pushState" : "replaceState"]({ explored: state }, "", address);
    this.state = state;
    if (what) Object.assign(this, { what, at });
  }

  // The browser went to another step: `state` is what was recorded there, if anything was.
  arrive(state) {
    if (!state?.explored) return null;
    this.state = state.explored;
    this.what = "";
    return state.explored;
  }
}
