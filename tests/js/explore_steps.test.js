import assert from "node:assert/strict";
import { test } from "node:test";

import { brushed, heightsOf, mostOf, stepAt } from "#explore/histogram";
import { cutsOf, placesOf, rangeOf, rangeWords } from "#explore/steps";

const COLUMN = { edges: [0, 0.25, 0.5, 0.75, 1], labels: ["0.00", "0.25", "0.50", "0.75", "1.00"] };

test("a brush is a range of numbers, open where it reaches an end", () => {
  for (const [places, range] of [[[0, 4], [null, null]], [[1, 3], [0.25, 0.75]], [[0, 1], [null, 0.25]], [[2, 4], [0.5, null]]]) {
    assert.deepEqual(rangeOf(COLUMN, places), range);
    assert.deepEqual(placesOf(COLUMN, range), places);
    assert.deepEqual(cutsOf(COLUMN, range), []);
  }
});

test("where no step begins, or only the outermost, the server has to cut", () => {
  assert.deepEqual(cutsOf(COLUMN, [0.3, 0.75]), [0.3]);
  assert.deepEqual(cutsOf(COLUMN, [0, 1]), [0, 1]);
  assert.deepEqual(cutsOf(COLUMN, [null, 7]), [7]);
});

test("ranges in words", () => {
  assert.equal(rangeWords(COLUMN, [null, null]), "any value");
  assert.equal(rangeWords(COLUMN, [0.25, null]), "0.25 and more");
  assert.equal(rangeWords(COLUMN, [null, 0.5]), "under 0.50");
  assert.equal(rangeWords(COLUMN, [0.25, 0.5]), "0.25 to under 0.50");
  assert.equal(rangeWords(COLUMN, [0.3, 0.5]), "0.3 to under 0.50");
});

test("a share of the width is a step", () => {
  assert.deepEqual([0, 0.24, 0.25, 0.6, 1].map((share) => stepAt(COLUMN.edges, share)), [0, 0, 1, 2, 3]);
});

test("a press and a drag are a new brush, whichever way", () => {
  assert.deepEqual(brushed(COLUMN.edges, null, "new", { start: 0.3, now: 0.6 }), [1, 3]);
  assert.deepEqual(brushed(COLUMN.edges, null, "new", { start: 0.6, now: 0.3 }), [1, 3]);
  assert.deepEqual(brushed(COLUMN.edges, null, "new", { start: 0.9, now: 0.9 }), [3, 4]);
});

test("an end of the brush is drawn out, and one step is always left", () => {
  assert.deepEqual(brushed(COLUMN.edges, [1, 3], "from", { start: 0.25, now: 0.05 }), [0, 3]);
  assert.deepEqual(brushed(COLUMN.edges, [1, 3], "from", { start: 0.25, now: 0.95 }), [2, 3]);
  assert.deepEqual(brushed(COLUMN.edges, [1, 3], "to", { start: 0.75, now: 0.95 }), [1, 4]);
  assert.deepEqual(brushed(COLUMN.edges, [1, 3], "to", { start: 0.75, now: 0.05 }), [1, 2]);
});

test("a brush is moved within the histogram", () => {
  assert.deepEqual(brushed(COLUMN.edges, [1, 3], "move", { start: 0.3, now: 0.6 }), [2, 4]);
  assert.deepEqual(brushed(COLUMN.edges, [1, 3], "move", { start: 0.3, now: 0.99 }), [2, 4]);
  assert.deepEqual(brushed(COLUMN.edges, [1, 3], "move", { start: 0.6, now: 0 }), [0, 2]);
});

test("bars are as high as their songs for a step of usual width", () => {
  assert.deepEqual(heightsOf([10, 5, 0, 2], COLUMN.edges, 10), [1, 0.5, 0, 0.2]);
  const edges = [0, 1, 1.5, 2, 3];
  assert.equal(mostOf([4, 5, 5, 10], edges), 10);
  assert.deepEqual(heightsOf([4, 5, 5, 10], edges, 10), [0.4, 1, 1, 1]);
  assert.deepEqual(heightsOf([0, 0], [0, 1, 2], 0), [0, 0]);
});
