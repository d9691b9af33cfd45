import assert from "node:assert/strict";
import { test } from "node:test";

import { dotStyle, spreadOrder } from "#map/dots";

for (const size of [1, 2, 3, 10, 97, 1000, 4096]) {
  test(`the order of ${size} songs is a permutation`, () => {
    assert.deepEqual(spreadOrder(size).sort(), Uint32Array.from({ length: size }, (_, i) => i));
  });
}

test("the order of no songs is empty", () => {
  assert.equal(spreadOrder(0).length, 0);
});

test("the order of ten songs", () => {
  assert.deepEqual([...spreadOrder(10)], [0, 7, 4, 1, 8, 5, 2, 9, 6, 3]);
});

test("its first tenth is spread over the whole file", () => {
  const first = spreadOrder(10_000).slice(0, 1000);
  const tenths = new Array(10).fill(0);
  first.forEach((index) => (tenths[Math.floor(index / 1000)] += 1));
  tenths.forEach((count) => assert.ok(Math.abs(count - 100) <= 5, `${tenths}`));
});

const view = (zoom) => ({ width: 1000, height: 1000, zoom });

test("size and opacity grow with the space between songs", () => {
  const { size, opacity } = dotStyle(view(1), 62_500); // four pixels
  assert.equal(size, 2);
  assert.ok(Math.abs(opacity - 0.68) < 1e-12);
});

test("size and opacity have limits on both sides", () => {
  assert.deepEqual(dotStyle(view(1), 10_000_000), { size: 1.4, opacity: 0.3 });
  assert.deepEqual(dotStyle(view(1), 10), { size: 9, opacity: 0.85 });
});

test("dots grow with the zoom", () => {
  assert.equal(dotStyle(view(2), 62_500).size, 4);
});
