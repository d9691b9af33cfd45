import assert from "node:assert/strict";
import { test } from "node:test";

import { select, simplify } from "#map/polygon";

// A grid of points (0, 0), (0, 1), … (4, 4).
const grid = {
  x: Float64Array.from({ length: 25 }, (_, i) => Math.floor(i / 5)),
  y: Float64Array.from({ length: 25 }, (_, i) => i % 5),
};
const selected = (polygon) => {
  const { marks, count } = select(grid, polygon);
  const points = [...marks.keys()].filter((i) => marks[i] === 1).map((i) => `${grid.x[i]}${grid.y[i]}`);
  assert.equal(count, points.length);
  return points;
};

test("a triangle", () => {
  assert.deepEqual(selected([[0.5, 0.5], [3.5, 0.5], [0.5, 3.5]]), ["11", "12", "21"]);
});

test("the direction of the outline does not matter", () => {
  assert.deepEqual(selected([[0.5, 3.5], [3.5, 0.5], [0.5, 0.5]]), ["11", "12", "21"]);
});

test("a concave outline excludes its notch", () => {
  const arch = [[0.5, 0.5], [3.5, 0.5], [3.5, 2.5], [2.5, 2.5], [2.5, 1.5], [1.5, 1.5], [1.5, 2.5], [0.5, 2.5]];
  assert.deepEqual(selected(arch), ["11", "12", "21", "31", "32"]);
});

test("points that an outline surrounds twice are outside, as on the server", () => {
  const twice = [[0.5, 0.5], [3.5, 0.5], [3.5, 3.5], [0.5, 3.5]];
  assert.deepEqual(selected([...twice, ...twice]), []);
  assert.equal(selected(twice).length, 9);
});

test("squares side by side share no point and lose none", () => {
  const left = selected([[0, 0], [2, 0], [2, 4], [0, 4]]);
  const right = selected([[2, 0], [4, 0], [4, 4], [2, 4]]);
  assert.equal(new Set([...left, ...right]).size, 16);
  assert.equal(left.length + right.length, 16);
});

test("an outline away from all songs selects none", () => {
  assert.deepEqual(selected([[10, 10], [11, 10], [11, 11]]), []);
});

test("corners too close to the previous one are dropped", () => {
  const line = [[0, 0], [1, 0], [2, 0], [3, 0], [3, 1], [3, 4]];
  assert.deepEqual(simplify(line, 3, 100), [[0, 0], [3, 0], [3, 4]]);
});

test("distances between corners are measured in every direction", () => {
  assert.deepEqual(simplify([[0, 4], [0, 3], [-1, 3], [-3, 0]], 3, 100), [[0, 4], [-3, 0]]);
});

test("a limit on corners keeps evenly spaced ones", () => {
  const line = Array.from({ length: 10 }, (_, i) => [10 * i, 0]);
  assert.deepEqual(simplify(line, 1, 5), [[0, 0], [20, 0], [40, 0], [60, 0], [80, 0]]);
  assert.equal(simplify(line, 1, 4).length, 4);
  assert.equal(simplify(line, 1, 10).length, 10);
});
