// Which points are inside a polygon. The same operations in the same order as
// clustering/analysis/polygon.py, so that the page and the server count the same songs.

function contains(x, y, polygon) {
  let inside = false;
  let [x1, y1] = polygon[polygon.length - 1];
  for (const [x2, y2] of polygon) {
    if (y1 > y !== y2 > y && x < ((x1 - x2) * (y - y2)) / (y1 - y2) + x2) inside = !inside;
    x1 = x2;
    y1 = y2;
  }
  return inside;
}

// { marks, count }: marks are 1 for each point inside and 0 for all others.
export function select({ x, y }, polygon) {
  const xs = polygon.map((corner) => corner[0]);
  const ys = polygon.map((corner) => corner[1]);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const marks = new Uint8Array(x.length);
  let count = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (x[i] < left || x[i] > right || y[i] < bottom || y[i] > top) continue;
    if (contains(x[i], y[i], polygon)) {
      marks[i] = 1;
      count += 1;
    }
  }
  return { marks, count };
}

// A line with fewer corners: consecutive ones at least `distance` apart, and at most `maxCorners` of them.
export function simplify(line, distance, maxCorners) {
  const kept = [line[0]];
  for (const corner of line) {
    const [x, y] = kept[kept.length - 1];
    if (Math.hypot(corner[0] - x, corner[1] - y) >= distance) kept.push(corner);
  }
  const step = Math.ceil(kept.length / maxCorners);
  return kept.filter((_, index) => index % step === 0);
}
