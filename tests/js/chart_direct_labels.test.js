import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.Chart = { defaults: { font: {} } };
const { haveRoom, roomFor, shorten, spread, stack } = await import("#charts/direct_labels");

test("long names are cut at the end, with an ellipsis", () => {
  assert.equal(shorten("Instrumentalness", 16), "Instrumentalness");
  assert.equal(shorten("Instrumentalness", 8), "Instrum…");
  assert.equal(shorten("Drum and bass", 6), "Drum…");
});

test("a line with a short name is called so", () => {
  assert.equal(roomFor([{ label: "x".repeat(20), short: "x" }]), roomFor([{ label: "x" }]));
});

test("names that would touch are a line apart, in their order and within the chart", () => {
  assert.deepEqual(spread([10, 100, 50], 0, 200), [10, 100, 50]);
  assert.deepEqual(spread([52, 50, 51], 0, 200), [82, 50, 66]);
  assert.deepEqual(spread([199, 198], 0, 200), [200, 184]);
});

test("of names above peaks the higher one moves up where they would touch", () => {
  const [left, right, far] = stack([{ x: 50, y: 80, width: 60 }, { x: 60, y: 85, width: 60 }, { x: 300, y: 84, width: 60 }], 0);
  assert.deepEqual([left, right, far], [69, 85, 84]);
});

test("there is room for a few lines of a wide chart that are all shown", () => {
  const lines = [{ label: "a" }, { label: "b" }, { label: "band", aside: true }];
  assert.ok(haveRoom(lines, false));
  assert.ok(!haveRoom(lines, true));
  assert.ok(!haveRoom([...lines, { label: "c", hidden: true }], false));
  assert.equal(roomFor([{ label: "x".repeat(100) }]), roomFor([{ label: "x".repeat(28) }]));
});
