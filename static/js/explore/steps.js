// Between a filter in numbers, as the address has it, and the steps of a histogram. A column is { edges, labels }: `size`
// steps between `size` + 1 edges, the first and the last of which are open.

export const sizeOf = (column) => column.edges.length - 1;

// [from, to]: the places of the edges at which a range of [low, high] begins and ends; null is open. Edges are cut where
// ranges end, see `cutsOf`, so each end is one.
export function placesOf(column, [low, high]) {
  const { edges } = column;
  return [low === null ? 0 : edges.indexOf(low), high === null ? sizeOf(column) : edges.indexOf(high)];
}

// The range of a brush between two edges; an end at the edge of all is open.
export function rangeOf({ edges }, [from, to]) {
  const size = edges.length - 1;
  return [from === 0 ? null : edges[from], to === size ? null : edges[to]];
}

// The ends of a range at which no step begins: where the server has to cut.
export function cutsOf({ edges }, range) {
  return range.filter((end) => end !== null && !edges.slice(1, -1).includes(end));
}

// A range in words, as "0.35 to under 0.7".
export function rangeWords({ edges, labels }, [low, high]) {
  const word = (value) => labels[edges.indexOf(value)] ?? String(value);
  if (low === null && high === null) return "any value";
  if (low === null) return `under ${word(high)}`;
  if (high === null) return `${word(low)} and more`;
  return `${word(low)} to under ${word(high)}`;
}
